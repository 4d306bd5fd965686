"""The time that an answer takes says nothing of whether an address is known.

A booking with a new address writes a customer, one with a known address at most a suggestion.
Answers leave on a beat, so that a difference of some milliseconds is not to be seen.
"""

from time import monotonic, sleep

BEAT = 0.5  # seconds


def on_the_beat(since: float) -> None:
    """Wait for the next beat, counted from `since` (of time.monotonic)."""
    sleep(-(monotonic() - since) % BEAT)
