"""Try again: which messages can be said once more, and saying them."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from customers.models import ChangeSet
from notifications import outbox, portal_access, telling
from notifications.channels.codes import sentence
from notifications.events import NotWanted, all_events, event_of
from notifications.models import Delivery, Message
from notifications.portal_access import PORTAL_ACCESS, CannotAllow
from notifications.reaching import NO_ADDRESS
from notifications.rendering import GONE

MISSED = (Delivery.State.FAILED, Delivery.State.BOUNCED)


class CannotTry(Exception):
    """The message can't be said again; the text says why."""


def brings_a_password(message: Message) -> bool:
    """Whether trying again makes a new password, so that the one before stops working."""
    return message.event == PORTAL_ACCESS.code


def try_again(message: Message, *, by: User) -> Message:
    """Say it again, by the channels that are on today; returns the new message. Raises CannotTry.

    Asked twice it is said once: the second finds that a newer one was said.
    """
    with transaction.atomic():
        current = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        reason = reason_not_to(current)
        if reason:
            raise CannotTry(reason)
        if brings_a_password(current) and current.customer:
            return resend_access(current, by)
        again = outbox.resend(current, by)
    if again is None:
        raise CannotTry(_("Every channel of this workflow is off. Switch one on first."))
    return again


def resend_access(message: Message, by: User) -> Message:
    if message.customer is None:
        raise CannotTry(nobody())
    try:
        return portal_access.resend(message.customer, by=by, source=ChangeSet.Source.BACK_OFFICE)
    except CannotAllow as refused:
        raise CannotTry(str(refused)) from None


def reason_not_to(message: Message) -> str:
    """Why it can't be tried again, in a sentence; nothing if it can."""
    if not any(is_missed(delivery) for delivery in message.deliveries.all()):
        return _("It did not fail, so there is nothing to try again.")
    if reason := reason_by_itself(message, telling.readers_of([message])):
        return reason
    return newer_said() if has_newer([message]) else reason_of_its_time(message)


def reason_of_its_time(message: Message) -> str:
    """Why it is not true any more, where its event can tell: cancelled, moved, over."""
    try:
        event_of(message.event).values(message)
    except NotWanted as gone:
        return "" if gone.code == GONE else sentence(gone.code)
    return ""


def can_be_tried(deliveries: Iterable[Delivery]) -> set[int]:
    """The messages among those of a page for which Try again is offered. One query, and
    one more where some are for who works here."""
    missed = {each.message_id: each.message for each in deliveries if is_missed(each)}
    readers = telling.readers_of(list(missed.values()))
    asked = {
        pk: message for pk, message in missed.items() if not reason_by_itself(message, readers)
    }
    return asked.keys() - has_newer(list(asked.values()))


def is_missed(delivery: Delivery) -> bool:
    """Whether it will not arrive, though it should have; who had no address may have one now."""
    return delivery.state in MISSED or (
        delivery.state == Delivery.State.SKIPPED and delivery.code == NO_ADDRESS
    )


def reason_by_itself(message: Message, readers: Collection[int]) -> str:
    """Why this message can't be tried, whatever else was said."""
    if message.event not in all_events():
        return _("This version of Bookkinda does not know what this message was.")
    if message.customer is None and message.user is None and message.pk not in readers:
        return nobody()
    if message.customer is not None and message.customer.is_archived:
        return _("The customer was deleted. Restore the customer first.")
    return ""


def has_newer(messages: Collection[Message]) -> set[int]:
    """Those that were said again since: the same to the same person, about the same things."""
    if not messages:
        return set()
    since = Message.objects.filter(
        event__in={message.event for message in messages},
        pk__gt=min(message.pk for message in messages),
    )
    customers = {message.customer_id for message in messages if message.customer_id}
    others = [message for message in messages if not message.customer_id]
    users = {message.user_id for message in others if message.user_id}
    to_team = any(message.user_id is None for message in others)
    newer = [
        *(since.filter(customer__in=customers) if customers else []),
        *(since.filter(customer=None, user__in=users) if users else []),
        *(since.filter(customer=None, user=None) if to_team else []),
    ]
    return {
        message.pk
        for message in messages
        if any(is_the_same(each, message) and each.pk > message.pk for each in newer)
    }


def is_the_same(one: Message, other: Message) -> bool:
    def marks(message: Message) -> tuple[object, ...]:
        who = message.customer_id or f"user {message.user_id}"
        return message.event, who, message.context

    return marks(one) == marks(other)


def nobody() -> str:
    return _("Nobody is there any more whom it could be sent to.")


def newer_said() -> str:
    return _("It was sent again since. The newer message says what became of it.")
