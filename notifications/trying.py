"""A test message to oneself: whether a channel works, found out now and not by a customer."""

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookkinda.preferences import Preferences
from notifications import channel_states
from notifications.channels import channel_of
from notifications.channels.base import (
    Accepted,
    ConfigurationFailure,
    Outgoing,
    SendingFailed,
)
from notifications.models import ChannelCode

MOST_AN_HOUR = 20  # of each channel: each test is paid for, and goes wherever it is told to


class TooManyTests(Exception):
    """There were enough of them for this hour."""


def send_test(
    code: ChannelCode,
    to: str,
    *,
    by: User,
    content_sid: str = "",
    variables: tuple[str, ...] = (),
) -> Accepted:
    """One message now, past the outbox; the channel's state learns what came of it.

    Raises SendingFailed, TooManyTests.
    """
    subject = _("A test of your e-mail") if code == ChannelCode.EMAIL else ""
    return send_now(
        code,
        Outgoing(
            to=to,
            subject=subject,
            text=words(by),
            content_sid=content_sid,
            variables=variables,
        ),
    )


def send_now(code: ChannelCode, outgoing: Outgoing) -> Accepted:
    """A message that belongs to nobody, past the outbox. Raises SendingFailed, TooManyTests."""
    count_one(code)
    try:
        accepted = channel_of(code).send(outgoing)
    except ConfigurationFailure as failure:
        channel_states.stop(code, failure.code)
        raise
    except SendingFailed as failure:
        channel_states.state_of(code)
        channel_states.note_failure(code, failure.code)
        raise
    channel_states.note_success(code)
    return accepted


def words(by: User) -> str:
    business = Preferences.load()
    return _("%(who)s tests whether messages of %(business)s arrive. This one did.") % {
        "who": by,
        "business": business.business_name,
    }


def count_one(code: ChannelCode) -> None:
    """Raises TooManyTests."""
    key = f"channel-tests:{code}:{timezone.now():%Y%m%d%H}"
    cache.add(key, 0, timeout=2 * 60 * 60)
    if cache.incr(key) > MOST_AN_HOUR:
        raise TooManyTests
