"""Files of invented customers, the same ones every time, with known errors in some rows."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from customers.folding import fold

HEADERS = ["first_name", "last_name", "email", "phone", "gender", "date_of_birth", "note"]
GIVEN = [
    "Özgür", "Ayşe", "Çağla", "Işıl", "Şule", "Gökhan", "Şəbnəm", "Elçin", "Nərmin", "Vüqar",
    "Siobhán", "George", "Zoë", "Rhys", "Jürgen", "Käthe", "Sören", "Łukasz", "Żaneta",
    "Grażyna", "Chloé", "François", "Éric", "Анна", "Фёдор", "Ольга", "Maria", "José", "Emre",
    "Leyla",
]  # fmt: skip
FAMILY = [
    "Yılmaz", "Demir", "Şahin", "Öztürk", "Məmmədov", "Əliyev", "Quliyev", "Smith", "O'Brien",
    "Smith-Jones", "Müller", "Groß", "Weiß", "Nowak", "Wójcik", "Dąbrowski", "Dubois",
    "Lefèvre", "D'Amboise", "Иванов", "Воробьёв", "García", "Ibáñez", "Fernández",
]  # fmt: skip
PHONES = [("90532", 7), ("99450", 7), ("447700", 6), ("49170", 7), ("33612", 6), ("48501", 6)]
NOTES = ["", "", "", "Prefers mornings", "VIP – 10 % discount", 'Paid, "card 42"\nCall before']
ERRORS = {
    "phone": ("phone", "+994 12"),
    "email": ("email", "not an address"),
    "gender": ("gender", "robot"),
    "date": ("date_of_birth", "1990-02-31"),
    "future": ("date_of_birth", "2190-01-01"),
    "name": ("first_name", ""),
}


class Person(NamedTuple):
    """One row, and the field that is wrong in it ("" if none is)."""

    cells: list[str]
    wrong: str


def people(rows: int, *, bad: float = 0.0) -> Iterator[Person]:
    choose = random.Random(7)  # noqa: S311 no secret
    for number in range(rows):
        first, last = choose.choice(GIVEN), choose.choice(FAMILY)
        local = "".join(filter(str.isalnum, filter(str.isascii, fold(first + last)))) or "user"
        code, digits = choose.choice(PHONES)
        rest = f"{choose.randrange(10 ** (digits - 1), 10**digits)}"
        phone = choose.choice(
            [f"+{code}{rest}", f"+{code} {rest[:3]} {rest[3:]}", f"+{code}-{rest}"]
        )
        born = date(1940, 1, 1) + timedelta(days=choose.randrange(24_000))
        row = {
            "first_name": first,
            "last_name": last,
            "email": f"{local}.{number}@example.org",
            "phone": phone if choose.random() < 0.95 else "",
            "gender": choose.choice(["female", "male", ""]),
            "date_of_birth": born.isoformat() if choose.random() < 0.7 else "",
            "note": choose.choice(NOTES),
        }
        wrong = ""
        if choose.random() < bad:
            wrong, value = ERRORS[choose.choice(list(ERRORS))]
            row[wrong] = value
        yield Person([row[header] for header in HEADERS], wrong)


def write_csv(path: Path, rows: int, *, bad: float = 0.0) -> Path:
    """The file, made once."""
    if not path.exists():
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADERS)
            writer.writerows(person.cells for person in people(rows, bad=bad))
    return path
