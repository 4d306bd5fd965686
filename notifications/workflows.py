"""What the owner decides about each event: by which channels it goes, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bookkinda.preferences import Preferences
from notifications.channels import channel_of, mailbox, twilio
from notifications.events import EVENTS, Event
from notifications.models import ChannelCode, Delivery, Workflow
from notifications.outbox import as_decided, workflow_of
from notifications.rendering import languages_of, words_for

COUNTED_DAYS = 30
MOST_COUNTED = 20_000  # deliveries that are looked at, the newest ones
ARRIVED = {Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.OPENED}
LOST = {Delivery.State.FAILED, Delivery.State.BOUNCED}
BY_STATE = (
    "SELECT event, state, count(*) FROM (SELECT event, state, created_at "
    "FROM notifications_delivery ORDER BY id DESC LIMIT %s) AS newest "
    "WHERE created_at >= %s GROUP BY event, state"
)


class CannotSwitch(Exception):
    """The channel stays as it is; the text says why, and what helps."""


@dataclass(frozen=True)
class Counts:
    """Messages of one event in the last days."""

    sent: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Row:
    """One event as the page shows it."""

    event: Event
    workflow: Workflow
    counts: Counts

    @property
    def is_on(self) -> bool:
        return bool(self.workflow.channels)

    @property
    def goes_in_turn(self) -> bool:
        """Whether the order of the channels means something."""
        return self.workflow.mode == Workflow.Mode.FALLBACK and len(self.workflow.channels) > 1

    @property
    def labels(self) -> list[str]:
        """The channels that are on, by name, in their order."""
        return [str(ChannelCode(code).label) for code in self.workflow.channels]


def rows(counts: dict[str, Counts] | None = None) -> list[tuple[str | Promise, list[Row]]]:
    """All events in their groups, in the order in which they were declared; care comes last."""
    groups: dict[str, tuple[str | Promise, list[Row]]] = {}
    chosen = {workflow.event: workflow for workflow in Workflow.objects.all()}
    for event in sorted(EVENTS.values(), key=lambda event: event.is_last):
        workflow = as_decided(event, chosen.get(event.code))
        row = Row(event, workflow, (counts or {}).get(event.code, Counts()))
        groups.setdefault(str(event.group), (event.group, []))[1].append(row)
    return list(groups.values())


def count_newest() -> tuple[dict[str, Counts], bool]:
    """What became of the messages of the last days by event, and whether there were more than are
    counted. One query over at most MOST_COUNTED rows, whatever the log holds."""
    since = timezone.now() - timedelta(days=COUNTED_DAYS)
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        at = connection.ops.adapt_datetimefield_value(since)
        cursor.execute(BY_STATE, [MOST_COUNTED, at])
        for event, state, count in cursor.fetchall():
            found.setdefault(event, {})[state] = count
    total = sum(sum(states.values()) for states in found.values())
    counts = {
        event: Counts(
            sum(states.get(state, 0) for state in ARRIVED),
            sum(states.get(state, 0) for state in LOST),
        )
        for event, states in found.items()
    }
    return counts, total >= MOST_COUNTED


def switch(event: Event, channel: ChannelCode, *, on: bool) -> Workflow:
    """Send the event by this channel from now on, or no longer. Raises CannotSwitch."""
    if on:
        check_can_go_on(event, channel)
    elif channel in event.required:
        raise CannotSwitch(
            _("“%(event)s” always goes by %(channel)s.")
            % {"event": event.name, "channel": channel.label}
        )
    with transaction.atomic():
        workflow = chosen_for(event)
        others = [code for code in workflow.channels if code != channel]
        workflow.channels = [*others, channel.value] if on else others
        workflow.save()
    return workflow


def check_can_go_on(event: Event, channel: ChannelCode) -> None:
    """Raises CannotSwitch for a channel that nothing could go by."""
    names = {"event": event.name, "channel": channel.label}
    if channel not in event.texts:
        raise CannotSwitch(_("“%(event)s” cannot go by %(channel)s.") % names)
    if not channel_of(channel).is_configured():
        raise CannotSwitch(
            _("%(channel)s is not set up. The Channels page of the settings says what is missing.")
            % names
        )
    if channel == ChannelCode.WHATSAPP and needs_approval() and not is_approved(event):
        raise CannotSwitch(
            _(
                "WhatsApp sends approved templates only. Name the one of “%(event)s” in the "
                "language of your business first."
            )
            % names
        )


def needs_approval() -> bool:
    """Whether WhatsApp messages really go out: the local mailbox takes any words."""
    return twilio.is_configured(settings.TWILIO_WHATSAPP_FROM) or not mailbox.is_there()


def is_approved(event: Event) -> bool:
    """Whether the event has a WhatsApp template that everybody gets whose language has none."""
    languages = languages_of("", Preferences.load())
    return bool(words_for(event, ChannelCode.WHATSAPP, languages).content_sid)


def arrange(event: Event, mode: Workflow.Mode, order: Sequence[str]) -> Workflow:
    """By all channels at once or by one after the other, in this order."""
    with transaction.atomic():
        workflow = chosen_for(event)
        wanted = [code for code in dict.fromkeys(order) if code in workflow.channels]
        workflow.channels = [*wanted, *missing_from(wanted, workflow.channels)]
        workflow.mode = mode
        workflow.save()
    return workflow


def missing_from(some: Sequence[str], every: Iterable[str]) -> list[str]:
    return [code for code in every if code not in some]


def chosen_for(event: Event) -> Workflow:
    """The event's row, locked; made from its defaults where nobody decided."""
    defaults = {"channels": workflow_of(event).channels}
    Workflow.objects.get_or_create(event=event.code, defaults=defaults)
    workflow = Workflow.objects.select_for_update().get(event=event.code)
    workflow.channels += missing_from(workflow.channels, event.required)
    return workflow
