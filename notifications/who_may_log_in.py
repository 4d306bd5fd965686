"""Who can be allowed to log in, and who can't: the reasons, as sentences for a shop owner."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.addresses import normalize_address
from accounts.models import User
from bookkinda.preferences import Preferences
from customers.models import Customer
from customers.models.customer import Access
from customers.querysets import CustomerQuerySet
from notifications import outbox
from notifications.channels import channel_of
from notifications.models import ChannelCode, OptOut
from notifications.one_time_password import PORTAL_ACCESS

BATCH = 2_000
GETS_A_FIRST_ONE = (Access.NONE,)
GETS_A_NEW_ONE = (Access.REVOKED, Access.EXPIRED, Access.INVITED)


@dataclass(frozen=True)
class Plan:
    """What allowing these customers to log in would do: asked before it is done."""

    gets: int  # a first password
    gets_again: int  # a new one: invited, expired or revoked
    has_it: int  # chose their own already, and are left alone
    left_out: dict[int, str]
    channels: dict[ChannelCode, bool]  # whether each is on


@dataclass
class Rules:
    """What the owner decided for everybody, and who of a selection shares an address."""

    panel_is_on: bool
    channels: Sequence[str]
    # Address -> the first two who have it: for each of all who do, one of them is somebody else.
    shared: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def load(cls, selection: CustomerQuerySet | None = None) -> Self:
        """The rules now. Of a selection, only one customer can have the login of an address."""
        rules = cls(
            Preferences.load().customer_panel_enabled, outbox.workflow_of(PORTAL_ACCESS).channels
        )
        if selection is not None:
            rules.see_who_shares(selection)
        return rules

    def see_who_shares(self, selection: CustomerQuerySet) -> None:
        """Remember the addresses that several customers of the selection have."""
        without = selection.live().filter(user=None).exclude(email="")
        addresses = Counter(without.order_by().values_list("email", flat=True).iterator())
        shared = [address for address, count in addresses.items() if count > 1]
        for some in batches(shared):
            rows = without.filter(email__in=some).order_by("pk").values_list("pk", "email")
            for pk, email in rows:
                first_two = self.shared.setdefault(email, [])
                if len(first_two) < 2:
                    first_two.append(pk)

    def reason_for_all(self) -> str:
        """Why nobody can be allowed now; "" when somebody can."""
        if not self.panel_is_on:
            return _("The Customer Panel is switched off. An owner can switch it on in Settings.")
        if not self.channels:
            return _(
                "No channel of “Access to Customer Panel” is switched on, so nothing could be sent."
            )
        if not any(channel_of(code).is_configured() for code in self.channels):
            return _(
                "The channels of “Access to Customer Panel” are not set up, so nothing could be "
                "sent. An owner sees in Settings, Channels, what is missing."
            )
        return ""

    def reasons(self, customers: Sequence[Customer]) -> dict[int, str]:
        """Who of these can't be allowed and why. Three queries, however many they are."""
        for_all = self.reason_for_all()
        if for_all:
            return dict.fromkeys((customer.pk for customer in customers), for_all)
        logins = logins_by_address(customer.email for customer in customers)
        unwanted = opted_out(customers)
        others = names_of(self.shared.get(each.email, ()) for each in customers)
        reasons = {}
        for customer in customers:
            reason = (
                self.reason_of_record(customer)
                or reason_of_login(customer, logins.get(customer.email))
                or self.reason_of_sharing(customer, others)
                or self.reason_of_channels(customer, unwanted.get(customer.pk, set()))
            )
            if reason:
                reasons[customer.pk] = reason
        return reasons

    def reason_of_record(self, customer: Customer) -> str:
        if customer.is_archived:
            return _("Deleted customers can't log in. Restore them first.")
        if not customer.email:
            return _("Needs an e-mail address: it is the username.")
        try:
            usable = normalize_address(customer.email) == customer.email
        except ValidationError:
            usable = False
        if not usable:
            return _("Nobody can log in with this e-mail address as it is written. Correct it.")
        return ""

    def reason_of_sharing(self, customer: Customer, names: dict[int, str]) -> str:
        others = [pk for pk in self.shared.get(customer.email, ()) if pk != customer.pk]
        if customer.user_id or not others:
            return ""
        return _(
            "%(name)s, who is chosen too, has the same e-mail address. Only one can log in with "
            "it: choose one of them."
        ) % {"name": names.get(others[0], "")}

    def reason_of_channels(self, customer: Customer, unwanted: Collection[str]) -> str:
        """The message has to reach them: by e-mail whatever they opted out of, else by phone."""
        if ChannelCode.EMAIL in self.channels:
            return ""
        if not customer.phone:
            return _("Needs a phone number: the message goes by %(channels)s only.") % {
                "channels": self.named_channels()
            }
        if set(self.channels) <= set(unwanted):
            return _("Does not want messages by %(channels)s, and it goes by nothing else.") % {
                "channels": self.named_channels()
            }
        return ""

    def named_channels(self) -> str:
        names = [str(ChannelCode(code).label) for code in self.channels]
        return _(" and ").join(names)


def reason_of_login(customer: Customer, login: User | None) -> str:
    """Whose login it is that has the address, when it is not the customer's own."""
    if login is None or login.pk == customer.user_id:
        if login and login.is_staff:
            return _("Is one of your staff. Staff log in with their own account.")
        return ""
    if login.is_staff:
        return _(
            "%(name)s of your staff signs in with this e-mail address. Customers need another one."
        ) % {"name": login}
    holder = getattr(login, "customer", None)
    if holder is None:
        return _("Somebody else logs in with this e-mail address. Use another one.")
    if holder.is_archived:
        return _(
            "%(name)s, who was deleted, has the login of this e-mail address. Restore that "
            "customer, or use another address."
        ) % {"name": holder}
    return _(
        "%(name)s logs in with the same e-mail address. Two people can't share a login: use "
        "another address, or merge them if they are one person."
    ) % {"name": holder}


def logins_by_address(addresses: Iterable[str]) -> dict[str, User]:
    """Who signs in with each of the addresses; those whom nobody has are missing."""
    wanted = sorted(set(addresses) - {""})
    found = User.objects.filter(email__in=wanted).select_related("customer")
    return {user.email: user for user in found}


def opted_out(customers: Sequence[Customer]) -> dict[int, set[str]]:
    """The channels by which each of the customers doesn't want to be reached."""
    found: dict[int, set[str]] = {}
    rows = OptOut.objects.filter(customer__in=[customer.pk for customer in customers])
    for pk, channel in rows.values_list("customer", "channel"):
        found.setdefault(pk, set()).add(channel)
    return found


def names_of(groups: Iterable[Iterable[int]]) -> dict[int, str]:
    """The names of these customers by id."""
    ids = {pk for group in groups for pk in group}
    return {pk: str(customer) for pk, customer in Customer.objects.in_bulk(ids).items()}


def reasons_not_to_allow(customers: CustomerQuerySet) -> dict[int, str]:
    """{customer id: why the customer can't be allowed to log in}, for those who can't.

    Of several who have one address and no login, none can: it has to be said who.
    """
    rules = Rules.load(customers)
    reasons: dict[int, str] = {}
    for some in in_batches(customers):
        reasons |= rules.reasons(some)
    return reasons


def plan(customers: CustomerQuerySet) -> Plan:
    """What `allow` would do to these customers; writes nothing."""
    rules = Rules.load(customers)
    states: Counter[int] = Counter()
    left_out: dict[int, str] = {}
    for some in in_batches(customers.live()):
        asked = [customer for customer in some if customer.access != Access.ACTIVE]
        reasons = rules.reasons(asked)
        left_out |= reasons
        states.update(customer.access for customer in some if customer.pk not in reasons)
    on = set(rules.channels)
    return Plan(
        gets=sum(states[state] for state in GETS_A_FIRST_ONE),
        gets_again=sum(states[state] for state in GETS_A_NEW_ONE),
        has_it=states[Access.ACTIVE],
        left_out=left_out,
        channels={code: code in on for code in ChannelCode},
    )


def in_batches(customers: CustomerQuerySet) -> Iterator[list[Customer]]:
    """The customers, some thousand at a time."""
    ids = list(customers.order_by("pk").values_list("pk", flat=True))
    for some in batches(ids):
        yield list(Customer.objects.filter(pk__in=some).order_by("pk"))


def batches(items: Sequence) -> Iterator[Sequence]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
