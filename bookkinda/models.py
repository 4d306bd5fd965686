"""The frame's own tables. They are described where they are used."""

from bookkinda.jobs import Job, Schedule, WorkerSign
from bookkinda.preferences import Preferences

__all__ = ["Job", "Preferences", "Schedule", "WorkerSign"]
