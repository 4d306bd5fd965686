"""Who the customers of the sample business are: invented, and the same on every machine.

Addresses are under example.org, which nobody can own (RFC 2606). Phone numbers are of the ranges
that regulators keep free for films and books: Ofcom, the North American plan (555-01xx), Arcep,
Bundesnetzagentur, PTS. Dates are counted back from the day of making.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookkinda.sample.names import NAMES, Names, surname_of
from customers.folding import fold
from customers.models import Gender, Tag

HOW_MANY = 1_200
FAMILIES = 60
TWICE = 8  # people whom somebody entered once more, for the page of duplicates
BIRTHDAYS_TODAY = 4

TAGS = {
    "VIP": Tag.Tone.VIOLET,
    "New": Tag.Tone.GREEN,
    "Student": Tag.Tone.BLUE,
    "Wholesale": Tag.Tone.PINE,
    "Calls first": Tag.Tone.AMBER,
    "Gift card": Tag.Tone.RED,
}
SHORT_NOTES = {
    "": [
        "Prefers mornings",
        "Likes the chair by the window",
        "Pays by card",
        "Comes with a friend",
        "Ask before using anything scented",
        "Parks in the yard behind the shop",
        "Speaks little English; slow is fine",
    ],
    "de": ["Bringt manchmal den Hund mit", "Lieber vormittags"],
    "fr": ["Ne pas appeler après 18 h", "Préfère le samedi"],
    "tr": ["Randevudan bir gün önce arayın", "Çay sever"],
}
DATED_NOTES = [
    "Called to say thank you for last time.",
    "Moved house; asked for the new address next time.",
    "Wants to try something new in spring.",
    "Asked whether we open on Sundays.",
    "Bought a gift card for a friend.",
    "Was ten minutes late, no trouble at all.",
]
# The fixed digits, how many follow, and how many of a hundred numbers are of this range.
FREE_NUMBERS = [
    ("+442079460", 3, 56),  # London
    ("+441614960", 3, 16),  # Manchester
    ("+441134960", 3, 8),  # Leeds
    ("+121255501", 2, 5),  # New York
    ("+3319900", 4, 5),  # Paris
    ("+493023125", 3, 6),  # Berlin
    ("+468465004", 2, 4),  # Stockholm
]
ABROAD = {"+1": "America/New_York", "+33": "Europe/Paris", "+49": "Europe/Berlin"}


@dataclass
class Person:
    """A customer of the sample before there is a row for them."""

    first_name: str
    last_name: str
    created_at: datetime
    email: str = ""
    phone: str = ""
    gender: str = ""
    date_of_birth: date | None = None
    note: str = ""
    language: str = ""
    time_zone: str = ""
    tags: list[str] = field(default_factory=list)
    dated_notes: list[tuple[str, datetime]] = field(default_factory=list)


def sample_people(today: date, zone: ZoneInfo) -> list[Person]:
    """The customers, oldest first: single people, then families that share one address."""
    return list(Inventor(today, zone).people())


class Inventor:
    """Makes people up, always the same ones: only their dates hang on `today`."""

    def __init__(self, today: date, zone: ZoneInfo) -> None:
        self.random = random.Random(1)  # noqa: S311 nothing secret
        self.today = today
        self.zone = zone
        self.numbers = {prefix: self.shuffled(10**digits) for prefix, digits, _ in FREE_NUMBERS}
        self.digits = {prefix: digits for prefix, digits, _ in FREE_NUMBERS}
        self.taken: set[str] = set()

    def people(self) -> Iterator[Person]:
        made = 0
        while made < HOW_MANY:
            names = self.random.choices(NAMES, [names.share for names in NAMES])[0]
            is_family = self.chance(FAMILIES / HOW_MANY)
            household = self.family(names) if is_family else self.single(names)
            for person in household[: HOW_MANY - made]:
                if made < BIRTHDAYS_TODAY:
                    person.date_of_birth = self.birthday_today()
                made += 1
                yield person

    def single(self, names: Names) -> list[Person]:
        """Somebody who comes alone, or the same person as two customers: entered once more by
        telephone, without an address and with a number that was known."""
        person = self.person(names)
        if not person.phone or not self.chance(TWICE / HOW_MANY):
            return [person]
        later = self.day_and_hour(since=person.created_at)
        again = Person(person.first_name, person.last_name, later, phone=person.phone)
        return [person, again]

    def person(self, names: Names) -> Person:
        """Somebody who comes alone."""
        gender = self.random.choices(["female", "male", "other", ""], [55, 38, 2, 5])[0]
        first, last, handle = self.name(names, gender)
        person = Person(first, last, self.day_and_hour(), gender=gender)
        if self.chance(0.93):
            person.email = self.address(handle)
        if self.chance(0.95):
            person.phone = self.number()
        if self.chance(0.7):
            person.date_of_birth = self.today - timedelta(days=self.random.randrange(6_600, 29_000))
        if self.chance(0.8):
            person.language = names.language
        self.add_what_staff_wrote(person)
        person.time_zone = next(
            (zone for code, zone in ABROAD.items() if person.phone.startswith(code)), ""
        )
        return person

    def family(self, names: Names) -> list[Person]:
        """A parent and one to three children with the parent's surname, address and number."""
        parent = self.person(names)
        if not parent.email:
            parent.email = self.address(fold(f"family.{len(self.taken)}"))
        parent.note = "The whole family comes together"
        household = [parent]
        for _ in range(self.random.randrange(1, 4)):
            gender = self.random.choice([Gender.FEMALE.value, Gender.MALE.value])
            first = self.name(names, gender)[0]
            if any(first == member.first_name for member in household):
                continue  # nobody calls two of a family alike
            child = Person(
                first,
                parent.last_name,
                parent.created_at,
                email=parent.email,
                phone=parent.phone,
                gender=gender,
                date_of_birth=self.today - timedelta(days=self.random.randrange(1_500, 6_000)),
                language=parent.language,
            )
            household.append(child)
        return household

    def name(self, names: Names, gender: str) -> tuple[str, str, str]:
        """Name, surname and the Latin spelling of both with a dot between."""
        pool = names.male if gender == "male" else names.female
        first, _, first_latin = self.random.choice(pool.split()).partition("/")
        last, last_latin = surname_of(
            self.random.choice(names.surnames.split()), names, is_woman=gender == "female"
        )
        if self.chance(0.04):
            last = f"{last}-{self.random.choice(names.surnames.split()).partition('/')[0]}"
        return first, last, f"{fold(first_latin or first)}.{fold(last_latin or last)}"

    def add_what_staff_wrote(self, person: Person) -> None:
        """Tags on every second, a short note on every fourth, dated notes on every tenth."""
        if self.chance(0.5):
            person.tags = self.random.sample(list(TAGS), k=self.random.choice([1, 1, 1, 2, 3]))
        if self.chance(0.25):
            person.note = self.random.choice(SHORT_NOTES.get(person.language, SHORT_NOTES[""]))
        if self.chance(0.1):
            texts = self.random.sample(DATED_NOTES, k=self.random.choice([1, 1, 2]))
            moments = sorted(self.day_and_hour(person.created_at) for _ in texts)
            person.dated_notes = list(zip(texts, moments, strict=True))

    def address(self, handle: str) -> str:
        """An address that nobody else of the sample has."""
        handle = "".join(
            sign for sign in handle if sign.isascii() and (sign.isalnum() or sign in ".-")
        )
        number, address = 1, f"{handle}@example.org"
        while address in self.taken:
            number += 1
            address = f"{handle}{number}@example.org"
        self.taken.add(address)
        return address

    def number(self) -> str:
        """A number that nobody else of the sample has, E.164."""
        prefix = self.random.choices(
            [prefix for prefix, _, _ in FREE_NUMBERS], [share for _, _, share in FREE_NUMBERS]
        )[0]
        return f"{prefix}{self.numbers[prefix].pop():0{self.digits[prefix]}d}"

    def shuffled(self, limit: int) -> list[int]:
        return self.random.sample(range(limit), k=limit)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def birthday_today(self) -> date:
        """A date of birth whose birthday is today; on 29 February, of a leap year as well."""
        return self.today.replace(year=self.today.year - 4 * self.random.randrange(5, 15))

    def day_and_hour(self, since: datetime | None = None) -> datetime:
        """A moment in opening hours of the last four years, more of them lately; never to come."""
        days = (self.today - since.date()).days if since else 1_460
        ago = int(days * self.random.random() ** 1.5)
        day = self.today - timedelta(days=max(ago, 1))
        hour = time(self.random.randrange(9, 18), self.random.randrange(60))
        moment = datetime.combine(day, hour, tzinfo=self.zone)
        return max(moment, since) if since else moment
