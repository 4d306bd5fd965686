"""Customers who may be one person, the strongest evidence first: what the duplicate inbox shows.

Pairs are found by what two live customers share: e-mail, phone, or name and date of birth. Families
share addresses and numbers, so first names that clearly differ make a pair weak.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from django.db.models import Aggregate, Count, TextField

from customers.folding import fold_name
from customers.models import Customer, TwoPeople
from customers.querysets import CustomerQuerySet

MOST_GROUPS = 1_000  # of each kind that are looked at; the next ones come when these are done with
AT_A_TIME = 5_000  # ids in one statement
MOST_IN_A_GROUP = 10  # what more people share, such as the shop's own number, says nothing
ALIKE = 0.75  # of two first names, by difflib: Katarzyna and Katarzina have 0.89, Anna and Jan 0.57

Two = tuple[int, int]
EMAIL, PHONE, BIRTH = "email", "phone", "birth"
WEIGHTS = {EMAIL: 2, PHONE: 2, BIRTH: 3}
SAME_NAME = 3  # more than one more thing that families share: Elçin and Əli are alike, as names go


class Someone(NamedTuple):
    """What is compared of a customer."""

    pk: int
    first_name: str
    last_name: str
    phone_extension: str
    date_of_birth: date | None
    name_key: str
    user_id: int | None
    created_at: datetime


@dataclass(frozen=True)
class Pair:
    """Two customers who share something. `keep` is the one that merging would keep, unless somebody
    says otherwise: the one with a login, else the older one."""

    keep: int
    other: int
    reasons: frozenset[str]
    same_name: bool
    is_weak: bool
    other_birth: bool

    @property
    def strength(self) -> int:
        weight = sum(WEIGHTS[reason] for reason in self.reasons)
        return weight + SAME_NAME * self.same_name - 3 * self.is_weak - self.other_birth


@dataclass
class Found:
    """The pairs, the strongest first; `is_more` when there are more than were looked at."""

    pairs: list[Pair] = field(default_factory=list)
    is_more: bool = False


class Ids(Aggregate):
    """The ids of a group, with commas between them."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG(%(expressions)s::text, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


def find_duplicates() -> Found:
    """All pairs of live customers who may be one person and were not told apart by staff."""
    found = Found()
    shared: dict[Two, set[str]] = defaultdict(set)
    told_apart = set(TwoPeople.objects.values_list("first", "second"))
    most = MOST_GROUPS + 1 + len(told_apart)  # of one kind, a pair is in one group at most
    live = Customer.objects.live()
    for reason, customers, keys in (
        (EMAIL, live.filter(email__gt=""), ["email"]),
        (PHONE, live.filter(phone__gt=""), ["phone"]),
        (BIRTH, live.filter(birthday__isnull=False), ["name_key", "date_of_birth"]),
    ):
        groups = unsettled(groups_of(customers, keys, most), told_apart)
        found.is_more |= len(groups) > MOST_GROUPS
        for pairs in groups[:MOST_GROUPS]:
            for pair in pairs:
                shared[pair].add(reason)
    people = look_up({pk for pair in shared for pk in pair})
    known = (compare(people, pair, reasons) for pair, reasons in shared.items())
    found.pairs = sorted(filter(None, known), key=lambda pair: (-pair.strength, pair.keep))
    return found


def unsettled(groups: Iterable[list[int]], told_apart: set[Two]) -> list[list[Two]]:
    """The pairs of each group that staff has not told apart; groups without one are passed over,
    so that families who are two people for good leave the room to others."""
    pairs = ([pair for pair in combinations(ids, 2) if pair not in told_apart] for ids in groups)
    return [each for each in pairs if each]


def groups_of(customers: CustomerQuerySet, keys: list[str], most: int) -> list[list[int]]:
    """The ids of those who share these values, group by group, in the order of the index."""
    groups = (
        customers.order_by(*keys)
        .values(*keys)
        .annotate(size=Count("pk"))
        .filter(size__range=(2, MOST_IN_A_GROUP))
        .values_list(Ids("pk"), flat=True)[:most]
    )
    return [sorted(int(pk) for pk in ids.split(",")) for ids in groups]


def look_up(pks: set[int]) -> dict[int, Someone]:
    """What is compared of these customers, those who are still live."""
    people = {}
    ids = sorted(pks)
    for start in range(0, len(ids), AT_A_TIME):
        customers = Customer.objects.live().filter(pk__in=ids[start : start + AT_A_TIME])
        for row in customers.values_list(*Someone._fields):
            people[row[0]] = Someone._make(row)
    return people


def compare(people: dict[int, Someone], pair: Two, reasons: Iterable[str]) -> Pair | None:
    """What is to be said about two who share something; None when it is not enough."""
    if not all(pk in people for pk in pair):
        return None  # archived a moment ago
    one, other = sorted((people[pk] for pk in pair), key=rank)
    extensions = {one.phone_extension, other.phone_extension} - {""}
    enough = frozenset(reason for reason in reasons if reason != PHONE or len(extensions) < 2)
    born = {one.date_of_birth, other.date_of_birth} - {None}
    same_name = words_of(one) == words_of(other)
    if not enough:
        return None
    return Pair(
        keep=one.pk,
        other=other.pk,
        reasons=enough,
        same_name=same_name,
        is_weak=not same_name and not are_alike(one.first_name, other.first_name),
        other_birth=len(born) == 2,
    )


def rank(someone: Someone) -> tuple[bool, datetime, int]:
    """Who is kept comes first."""
    return (someone.user_id is None, someone.created_at, someone.pk)


def words_of(someone: Someone) -> list[str]:
    """The words of the name in one order, so that swapped name and surname are the same."""
    return sorted([*fold_name(someone.first_name)[1], *fold_name(someone.last_name)[1]])


@lru_cache(maxsize=16_384)
def are_alike(one: str, other: str) -> bool:
    """Whether two first names may be one: the same first word, its beginning, or a slip of the
    finger apart."""
    first, second = (fold_name(name)[1][:1] for name in (one, other))
    if not first or not second:
        return True
    (a,), (b,) = first, second
    return a.startswith(b) or b.startswith(a) or SequenceMatcher(None, a, b).ratio() >= ALIKE
