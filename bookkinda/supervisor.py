"""Keeps processes running: starts them, restarts one that died, stops all of them together.

On Linux the kernel also stops them when the supervisor itself is killed (PR_SET_PDEATHSIG).
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from bookkinda.stopping import StopSignal

FIRST_DELAY = 0.5  # seconds before a restart; doubles for one that dies again, up to the longest
LONGEST_DELAY = 30.0
STEADY_AFTER = 20.0  # a process that lived so long has started well
MOST_FALSE_STARTS = 5
GRACE = 40.0  # longer than the longest send of the worker and than gunicorn's own patience
PR_SET_PDEATHSIG = 1

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """A process died again and again without ever having run for a while."""


def dies_with(parent: int) -> Callable[[], None] | None:
    """What a child does before its program starts, so that it gets SIGTERM when `parent` dies."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return prepare


class Child:
    """One process to keep running, in a process group of its own."""

    def __init__(self, name: str, command: Sequence[str], files: Sequence[int] = ()) -> None:
        self.name = name
        self.command = command
        self.files = files
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.false_starts = 0
        self.ever_steady = False

    def tend(self) -> None:
        """Start it when it is time to, notice when it died. Raises CannotStart."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start(now)
        elif self.process.poll() is not None:
            self.bury(self.process, now)
        elif now - self.started_at > STEADY_AFTER:
            self.ever_steady, self.false_starts = True, 0

    def start(self, now: float) -> None:
        self.started_at = now
        self.process = subprocess.Popen(  # noqa: S603 our own words
            self.command,
            pass_fds=self.files,
            start_new_session=True,  # Ctrl-C reaches the supervisor only, which then stops us all
            preexec_fn=dies_with(os.getpid()),  # noqa: PLW1509 there are no threads here
        )

    def bury(self, process: subprocess.Popen[bytes], now: float) -> None:
        """Remember the death and when to try again; processes that it left behind end too."""
        self.signal_group(process.pid, signal.SIGTERM)
        self.process = None
        self.false_starts += 1
        if self.false_starts >= MOST_FALSE_STARTS and not self.ever_steady:
            raise CannotStart(self.name)
        delay = min(FIRST_DELAY * 2 ** (self.false_starts - 1), LONGEST_DELAY)
        self.start_again_at = now + delay
        log.warning(
            "The %s ended (%s); it starts again in %s s.", self.name, process.returncode, delay
        )

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def has_stopped(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """Whatever is left of its group, at once."""
        if self.process:
            if not self.has_stopped():
                log.warning("The %s did not stop in time.", self.name)
            self.signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def signal_group(self, leader: int, number: signal.Signals) -> None:
        try:
            os.killpg(leader, number)
        except ProcessLookupError:
            return  # nobody is left


def keep_running(children: Sequence[Child], stop: StopSignal) -> None:
    """Keep all of them running until the stop signal, then stop them. Raises CannotStart."""
    signal.signal(signal.SIGCHLD, lambda number, frame: stop.ring())
    try:
        while not stop.requested:
            for child in children:
                child.tend()
            stop.wait(0.5)
    finally:
        stop_all(children)


def stop_all(children: Sequence[Child]) -> None:
    """Ask all of them at once, wait, and kill what does not listen."""
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + GRACE
    while time.monotonic() < until and not all(child.has_stopped() for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill()
