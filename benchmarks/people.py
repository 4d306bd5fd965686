"""Invented customers of many countries, the same ones every time, as many as asked for."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from customers.folding import derived_values, fold
from customers.models import ImportRun, Tag
from customers.search_index import bulk_index_update, rebuild

# Calling code, length of the rest, weight; given names; surnames, the common ones first.
COUNTRIES = [
    ("90532", 7, 24, "Özgür Ayşe Mehmet Çağla Işıl Şule Emre Gökhan İrem Tuğba Umut Zeynep",
     "Yılmaz Demir Şahin Çelik Öztürk Aydın Kılıç Doğan Güneş Işık"),
    ("99450", 7, 20, "Şəbnəm Elçin Nərmin Vüqar Leyla Rəşad Günay Tural Xədicə Anar",
     "Məmmədov Əliyev Hüseynov Quliyev Səfərov Rzayev Bağırov"),
    ("447700", 6, 18, "Amelia Oliver Siobhán George Isla Noah Zoë Harry Grace Rhys",
     "Smith Jones O'Brien Taylor Smith-Jones Evans Walker Clarke MacDonald"),
    ("49170", 7, 12, "Jürgen Anna Björn Käthe Lukas Sören Heike Götz",
     "Müller Schmidt Weber Groß Schäfer Weiß Böhm"),
    ("48501", 6, 8, "Łukasz Żaneta Paweł Zofia Michał Grażyna", "Nowak Wójcik Król Żak Dąbrowski"),
    ("33612", 6, 8, "Chloé François Anaïs Éric Hélène Noël", "Dubois Lefèvre Lecœur D'Amboise"),
    ("8613800", 6, 6, "丽 伟 秀英 强 敏 建国", "李 王 张 刘 陈"),
    ("7916", 7, 4, "Анна Иван Фёдор Ольга Пётр", "Иванов Смирнов Воробьёв Соколов"),
]  # fmt: skip
COLUMNS = (
    "id, first_name, last_name, email, phone, phone_extension, gender, date_of_birth, note, "
    "language, time_zone, external_id, photo, created_at, changed_at, import_run_id, version, "
    "name_key, given_key, search_text, birthday, last_visit_at, next_visit_at"
)
CHUNK = 5_000


def people(number: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Customers as plain values. The first thousand of a million are those of a thousand."""
    choose = random.Random(seed)  # noqa: S311 no secret
    visit = random.Random(seed + 1)  # noqa: S311
    today = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0)
    weights = [country[2] for country in COUNTRIES]
    for index in range(number):
        code, digits, _weight, given, family = choose.choices(COUNTRIES, weights)[0]
        first, last = pick(choose, given.split()), pick(choose, family.split())
        if choose.random() < 0.05:
            last = f"{last}-{pick(choose, family.split())}"
        local = "".join(filter(str.isascii, fold(f"{first}.{last}").replace(" ", "")))
        born = date(1940, 1, 1) + timedelta(days=choose.randrange(25_000))
        yield {
            "first_name": first,
            "last_name": last,
            "email": f"{local}.{index}@example.org" if choose.random() < 0.92 else "",
            "phone": f"+{code}{choose.randrange(10**digits):0{digits}d}"
            if choose.random() < 0.95
            else "",
            "date_of_birth": born if choose.random() < 0.7 else None,
            "created_at": datetime(2021, 1, 1, tzinfo=UTC)
            + timedelta(seconds=choose.randrange(180_000_000)),
            "imported": choose.random() < 0.3,
            "tag": choose.randrange(4) if choose.random() < 0.1 else None,
            # Two of five never came, and one of thirty has a visit to come.
            "last": today - timedelta(minutes=15 * visit.randrange(1, 96 * 1500))
            if visit.random() < 0.6
            else None,
            "next": today + timedelta(minutes=15 * visit.randrange(1, 96 * 60))
            if visit.random() < 0.03
            else None,
        }


def pick(choose: random.Random, names: list[str]) -> str:
    """A name; those at the head of the list are the common ones, as in life."""
    return names[int(len(names) * choose.random() ** 1.8)]


def fill(number: int) -> None:
    """An empty database with so many customers, tags and an import; then what a server would do."""
    run = ImportRun.objects.create(file_name="people.csv", digest="", state="done")
    tags = [Tag.objects.create(name=name) for name in ("VIP", "New", "Student", "Wholesale")]
    moment = connection.ops.adapt_datetimefield_value
    now = moment(timezone.now())
    marks = ", ".join(["%s"] * (COLUMNS.count(",") + 1))
    rows: list[list[Any]] = []
    tagged: list[tuple[int, int]] = []

    def write() -> None:
        with bulk_index_update(), connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO customers_customer ({COLUMNS}) VALUES ({marks})", rows)  # noqa: S608
            cursor.executemany(
                "INSERT INTO customers_customertag (customer_id, tag_id) VALUES (%s, %s)", tagged
            )
        rows.clear()
        tagged.clear()

    for pk, one in enumerate(people(number), start=1):
        derived = derived_values(
            one["first_name"], one["last_name"], one["email"], one["phone"], one["date_of_birth"]
        )
        rows.append(
            [pk, one["first_name"], one["last_name"], one["email"], one["phone"], "", "",
             one["date_of_birth"], "", "", "", "", "", moment(one["created_at"]), now,
             run.pk if one["imported"] else None, 1, *derived,
             one["last"] and moment(one["last"]), one["next"] and moment(one["next"])]
        )  # fmt: skip
        if one["tag"] is not None:
            tagged.append((pk, tags[one["tag"]].pk))
        if len(rows) == CHUNK:
            write()
    write()
    rebuild()
    settle()


def settle() -> None:
    """Statistics, and on PostgreSQL what its autovacuum does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
