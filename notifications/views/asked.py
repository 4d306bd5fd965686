"""Which event and channel an address names."""

from django.http import Http404

from notifications.events import EVENTS, Event
from notifications.models import ChannelCode


def event_or_404(code: str) -> Event:
    if code not in EVENTS:
        raise Http404
    return EVENTS[code]


def channel_or_404(event: Event, code: str) -> ChannelCode:
    """A channel that the event has words for."""
    if code not in event.texts:
        raise Http404
    return ChannelCode(code)
