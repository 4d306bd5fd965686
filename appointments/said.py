"""What customers and providers are told of an appointment, queued in the transaction of its change.

Call these inside the transaction that books, moves or cancels; leave them out where staff chose to
tell nobody. `by` is who did it: None, or the customer's login, where the customer did.
"""

from datetime import datetime

from accounts.models import User
from appointments.models import Appointment, Provider


def say_booked(appointment: Appointment, by: User | None = None) -> None:
    """It was booked: confirmed, or waiting for approval."""


def say_confirmed(appointment: Appointment, by: User | None = None) -> None:
    """It waited for approval and is confirmed now."""


def say_moved(
    appointment: Appointment,
    before_start: datetime,
    by: User | None = None,
    *,
    before_provider: Provider | None = None,
) -> None:
    """It has another start or, with `before_provider`, another provider: who had it is told that it
    is gone, who has it now that it is theirs."""


def say_cancelled(appointment: Appointment, by: User | None = None) -> None:
    """It was cancelled."""
