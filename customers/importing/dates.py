"""Dates of birth as people write them, and which order of day and month a file uses."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.folding import fold
from customers.values import check_date_of_birth

MONTHS = {
    word: number
    for number, words in enumerate(
        [
            "january jan januar janvier janv enero ene ocak oca jänner",
            "february feb februar février fevr febrero şubat şub",
            "march mar märz mrz mars marzo mart",
            "april apr avril avr abril abr nisan nis",
            "may mai mayo mayıs",
            "june jun juni juin junio haziran haz",
            "july jul juli juillet juil julio temmuz tem",
            "august aug août aout agosto ago ağustos ağu",
            "september sep sept septembre septiembre setiembre eylül eyl",
            "october oct oktober okt octobre octubre ekim eki",
            "november nov novembre noviembre kasım kas",
            "december dec dezember dez décembre diciembre dic aralık ara",
        ],
        1,
    )
    for word in map(fold, words.split())
}
MONTH_FIRST_COUNTRIES = {"US", "PH", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"}
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})(?:[T ]\d{1,2}:\d{2}.*)?", re.ASCII)
NAMED = re.compile(r"(\w+?)\.?,? (?:de |of )?([^\W\d]+|\d{1,2})\.?,? (?:de )?(\d{4})")
# 0/0/00 is Outlook's blank date, 0000-00-00 that of MySQL.
NO_DATE = re.compile(r"0{1,4}([-/.])0{1,2}\1(?:0{2}|0{4})(?: 0{2}:0{2}(?::0{2})?)?", re.ASCII)
# A birthday only, as in Google Contacts (--12-31), Mailchimp (12/31), Square (12-31) or 31.12.
NO_YEAR = re.compile(r"(?:--)?\d{1,2}([-/.])\d{1,2}\.?", re.ASCII)
LONGEST_WITHOUT_YEAR = 7
SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
SAMPLES = 3
SHORT_YEAR = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}", re.ASCII)


@dataclass(frozen=True)
class DateOrder:
    """Day first or month first, and why: `because` names the row that decided, if one did."""

    day_first: bool
    row: int = 0
    value: str = ""
    ambiguous: bool = False
    mixed: bool = False
    samples: tuple[str, ...] = ()  # the first that can be read both ways
    without_year: int = 0

    @property
    def is_in_doubt(self) -> bool:
        """Whether there are dates of two meanings, and none that decides for all."""
        return self.ambiguous and not self.row


def find_order(cells: Iterable[tuple[int, str]], country: str) -> DateOrder:
    """The order that the column of dates shows; where it shows none, the usual one of the country.

    One 31/12 decides for all. Dates with dots are always day first and decide nothing.
    """
    default = country not in MONTH_FIRST_COUNTRIES
    found: dict[bool, tuple[int, str]] = {}
    counts = {True: 0, False: 0}
    samples: dict[str, None] = {}
    without_year = 0
    for row, cell in cells:
        if begins_with_year(cell):
            continue
        match = YEAR_LAST.fullmatch(cell.strip())
        if not match or match[2] == ".":
            without_year += not match and is_without_year(cell.strip())
            continue
        first, second = int(match[1]), int(match[3])
        if first != second and len(samples) < SAMPLES and max(first, second) <= 12:
            samples[cell.strip()] = None
        if (first > 12) != (second > 12):
            found.setdefault(first > 12, (row, cell.strip()))
            counts[first > 12] += 1
    if not found:
        return DateOrder(
            default,
            ambiguous=bool(samples),
            samples=tuple(samples),
            without_year=without_year,
        )
    day_first = max(found, key=lambda order: counts[order])
    return DateOrder(day_first, *found[day_first], mixed=len(found) > 1, without_year=without_year)


def begins_with_year(text: str) -> bool:
    """Whether it is surely a date like 1990-12-31, which leaves no doubt."""
    return text[4:5] == "-" and text[:4].isdigit()


def is_without_year(text: str) -> bool:
    """Whether it is a birthday only. Such a cell counts as blank."""
    if len(text) > LONGEST_WITHOUT_YEAR or not NO_YEAR.fullmatch(text):
        return False
    first, second = map(int, re.findall(r"\d+", text))
    return 0 < min(first, second) <= 12 and max(first, second) <= 31


def both_ways(text: str) -> tuple[date, date]:
    """A date that is in doubt, day first and month first."""
    day_first, month_first = (date(*split_date(text, order)) for order in (True, False))
    return day_first, month_first


def date_reader(*, day_first: bool, today: date) -> Callable[[str], date | None]:
    """A function from a cell to a day. It raises ValidationError for what is none.

    A birthday without a year is None, and so is what programs write for no date.
    """

    def read(text: str) -> date | None:
        text = text.strip()
        if not text or is_without_year(text) or NO_DATE.fullmatch(text):
            return None
        try:
            born = date.fromisoformat(text) if len(text) == 10 else read_written(text, day_first)
        except ValueError:
            born = read_written(text, day_first)
        check_date_of_birth(born, today)
        return born

    return read


def read_written(text: str, day_first: bool) -> date:  # noqa: FBT001
    """A date in any of the usual forms."""
    year, month, day = split_date(" ".join(text.split()), day_first)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValidationError(
            _("There is no such day: %(value)s."), params={"value": text[:40]}
        ) from None


def split_date(text: str, day_first: bool) -> tuple[int, int, int]:  # noqa: FBT001
    """Year, month and day. Raises ValidationError when the text has no form of a date."""
    if match := YEAR_FIRST.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := YEAR_LAST.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        day, month = (first, second) if day_first or match[2] == "." else (second, first)
        return int(match[4]), month, day
    if match := NAMED.fullmatch(text):
        day_name = split_named(match[1], match[2])
        if day_name:
            return int(match[3]), *day_name
    if SHORT_YEAR.fullmatch(text):
        raise ValidationError(_("Write the year with four digits, like 1990-12-31."))
    if SERIAL.fullmatch(text):
        raise ValidationError(
            _(
                "This is a spreadsheet's number for a day. Give the column the format of a date "
                "there, or write it like 1990-12-31."
            )
        )
    raise ValidationError(_("This is not a date. Write it like 1990-12-31."))


def split_named(first: str, second: str) -> tuple[int, int] | None:
    """Month and day of "5 May" or "May 5"."""
    day, name = (first, second) if first[0].isdigit() else (second, first)
    number = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|er|\.|º)?", day)
    month = MONTHS.get(fold(name))
    return (month, int(number[1])) if number and month else None
