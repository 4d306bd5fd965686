"""Hears the signals that ask a process to stop, and sleeps so that they are heard at once."""

import select
import signal
import socket
from types import FrameType


class StopSignal:
    """Becomes `requested` at SIGTERM or Ctrl-C; `wait` returns early when a signal arrives."""

    def __init__(self) -> None:
        self.requested = False
        self.bell, self.rope = socket.socketpair()
        self.bell.settimeout(0)
        self.rope.settimeout(0)

    def listen(self) -> None:
        """From now on SIGTERM and Ctrl-C stop nothing by themselves; whoever asks here stops."""
        signal.signal(signal.SIGTERM, self.hear)
        signal.signal(signal.SIGINT, self.hear)

    def hear(self, number: int, frame: FrameType | None) -> None:
        self.requested = True
        self.ring()

    def ring(self) -> None:
        """End a `wait`; safe inside a signal handler, where a lock would not be."""
        try:
            self.rope.send(b"!")
        except BlockingIOError:
            return  # it rings already

    def wait(self, seconds: float) -> None:
        """Sleep, but not through a signal."""
        if not self.requested and select.select([self.bell], [], [], seconds)[0]:
            self.bell.recv(1024)
