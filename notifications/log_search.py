"""Whose messages the words in the log's search field mean.

Few customers are listed with all their messages. More are not: the log is then walked from its
newest delivery, and whoever it went to is looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.models import Customer
from customers.probing import ids_by_words
from customers.values import clean_email, clean_phone
from customers.words import Alternatives, as_condition, wanted_words
from notifications.events import team_events
from notifications.models import Delivery, Message

MOST_PEOPLE = 300
MOST_MESSAGES = 5_000
SHORTEST_ID = 8  # letters; a provider's are longer


@dataclass(frozen=True)
class Listed:
    """All the messages that are meant, and what else tells a delivery that is."""

    messages: Sequence[int] = ()
    others: tuple[Q, ...] = ()

    def ids(self, conditions: Q) -> list[int]:
        """The deliveries that are meant and meet the conditions, in no order."""
        found: set[int] = set()
        for each in (Q(message__in=self.messages), *self.others):
            rows = Delivery.objects.filter(each, conditions).order_by("-pk")
            found.update(rows.values_list("pk", flat=True)[:MOST_MESSAGES])
        return list(found)


@dataclass(frozen=True)
class Walked:
    """Every delivery is looked at: whether it went to a customer with these words or, without
    words, to anybody; to staff about their own logins only where that is shown."""

    words: Sequence[Alternatives] = ()
    with_staff: bool = False

    def sieve(self, ids: list[int]) -> list[int]:
        """Those of the deliveries that are meant, in their order."""
        if self.with_staff and not self.words:
            return ids
        rows = Delivery.objects.filter(pk__in=ids)
        if not self.words:
            kept = set(rows.filter(not_about_logins_of_staff()).values_list("pk", flat=True))
            return [pk for pk in ids if pk in kept]
        went_to = dict(rows.values_list("pk", "message__customer"))
        customers = Customer.objects.filter(pk__in=set(went_to.values()) - {None})
        meant = set(customers.filter(as_condition([*self.words])).values_list("pk", flat=True))
        return [pk for pk in ids if went_to.get(pk) in meant]


def not_about_logins_of_staff() -> Q:
    return Q(message__customer__isnull=False) | Q(event__in=team_events())


def find_meant(typed: str, customer: int | None, *, with_staff: bool) -> Listed | Walked:
    """Whose messages are meant: of one customer, of those whom the words fit, or everybody's."""
    words = wanted_words(typed)
    if customer is not None:
        one = Customer.objects.filter(as_condition(words), pk=customer)
        return Listed(messages_of(list(one.values_list("pk", flat=True))))
    if not typed:
        return Walked(with_staff=with_staff)
    people = ids_by_words(words, MOST_PEOPLE + 1) if words else []
    messages = messages_of(people) if len(people) <= MOST_PEOPLE else []
    if len(people) > MOST_PEOPLE or len(messages) > MOST_MESSAGES:
        return Walked(words)
    if with_staff:
        messages += messages_of_staff(typed)
    return Listed(messages, tuple(by_what_was_sent(typed, with_staff=with_staff)))


def messages_of(customers: list[int]) -> list[int]:
    """In no order: sorted by the database, it would walk along all messages there are."""
    messages = Message.objects.filter(customer__in=customers).order_by()
    return list(messages.values_list("pk", flat=True)[: MOST_MESSAGES + 1])


def messages_of_staff(typed: str) -> list[int]:
    staff = User.objects.exclude(role="")
    meant = staff.filter(Q(name__icontains=typed) | Q(email__icontains=typed))
    messages = Message.objects.filter(user__in=list(meant.values_list("pk", flat=True)[:100]))
    return list(messages.order_by().values_list("pk", flat=True)[:MOST_MESSAGES])


def by_what_was_sent(typed: str, *, with_staff: bool) -> list[Q]:
    """The address or number that a message went to, which may be one of before; and the id that a
    provider knows it by."""
    told = [Q(to=address) for address in addresses_in(typed)]
    if len(typed) >= SHORTEST_ID and " " not in typed:
        told.append(Q(provider_id=typed))
    return told if with_staff else [each & not_about_logins_of_staff() for each in told]


def addresses_in(typed: str) -> list[str]:
    """What was typed as a whole e-mail address or phone number, if it is one."""
    try:
        if "@" in typed:
            return [clean_email(typed)]
        if sum(sign.isdecimal() for sign in typed) >= SHORTEST_ID - 1:
            return [clean_phone(typed, Preferences.load().country).e164]
    except ValidationError:
        pass
    return []
