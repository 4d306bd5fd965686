"""One try to send a message by one channel."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.views.decorators.debug import sensitive_variables

from bookkinda.jobs import RunningJob
from notifications.channels import channel_of
from notifications.channels.base import (
    ConfigurationFailure,
    Outgoing,
    SendingFailed,
    TemporaryFailure,
)
from notifications.events import Event, NotWanted
from notifications.models import Delivery, Message
from notifications.recording import Tried
from notifications.rendering import render

ERROR = "error"  # the code of a mistake of ours
NOT_CONFIGURED = "not-configured"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sending:
    """A message on its way: the job that carries it, and what the owner decided about its event."""

    job: RunningJob
    message: Message
    event: Event
    by_fallback: bool


@sensitive_variables()
def attempt(sending: Sending, delivery: Delivery, secrets: Mapping[str, str]) -> Tried:
    """One try by one channel. Raises NotWanted; every other error becomes a code."""
    try:
        channel = channel_of(delivery.channel)
        if not channel.is_configured():
            raise ConfigurationFailure(NOT_CONFIGURED)
        return Tried(delivery, accepted=channel.send(words(sending, delivery, secrets)))
    except NotWanted:
        raise
    except SendingFailed as failure:
        return Tried(delivery, failure=failure)
    except Exception as error:  # its text may hold the message
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("Delivery %s: %s at\n%s", delivery.pk, type(error).__name__, where)
        return Tried(delivery, failure=TemporaryFailure(ERROR))


@sensitive_variables()
def words(sending: Sending, delivery: Delivery, secrets: Mapping[str, str]) -> Outgoing:
    """The message as this channel sends it, under our own reference for the provider's reports."""
    if sending.event.compose:
        outgoing = sending.event.compose(sending.message, delivery)
    else:
        outgoing = render(sending.message, delivery, secrets)
    return replace(outgoing, to=delivery.to, reference=str(delivery.pk))
