"""Channels that are told what to answer, and events for the length of a test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from notifications import channels
from notifications.channels.base import Accepted, Outgoing, SendingFailed
from notifications.events import EVENTS, DefaultText, Event, Shortcode, declare
from notifications.models import ChannelCode


class StandIn:
    """A channel that keeps what it was given, and answers what the test put in front."""

    def __init__(self, code: ChannelCode) -> None:
        self.code = code
        self.configured = True
        self.taken: list[Outgoing] = []
        self.asked = 0
        self.answers: list[SendingFailed | Callable[[], None] | None] = []

    def is_configured(self) -> bool:
        return self.configured

    def send(self, message: Outgoing) -> Accepted:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer:
            answer()
        self.taken.append(message)
        return Accepted("stand-in", f"{self.code}-{self.asked}")


class Ways:
    """The stand-ins of all channels, in place of those that send."""

    def __init__(self) -> None:
        self.email = StandIn(ChannelCode.EMAIL)
        self.sms = StandIn(ChannelCode.SMS)
        self.whatsapp = StandIn(ChannelCode.WHATSAPP)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Ways:
    stand_ins = Ways()
    for channel in (stand_ins.email, stand_ins.sms, stand_ins.whatsapp):
        monkeypatch.setitem(channels.REGISTERED, channel.code, channel)
    return stand_ins


@pytest.fixture
def tell() -> Iterator[Callable[..., Event]]:
    """Declares an event for the length of one test."""
    codes = []

    def make(code: str = "test-event", **more: Any) -> Event:
        text = DefaultText(body="Hello {word}", subject="News")
        given = {
            "name": "News",
            "description": "For tests",
            "group": "Tests",
            "icon": "mail",
            "shortcodes": (Shortcode("word", "A word", "Sample"),),
            "texts": dict.fromkeys(ChannelCode, text),
            "on": (ChannelCode.EMAIL, ChannelCode.SMS),
        }
        codes.append(code)
        return declare(Event(code=code, **(given | more)))

    yield make
    for code in codes:
        del EVENTS[code]
