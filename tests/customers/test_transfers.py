"""The page of imports and exports: who carried customers in or out, and what became of it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.models import ChangeSet, ExportRun, ImportRun
from customers.undoing import undo
from tests.customers.importing.conftest import run_import

TRANSFERS = reverse("customers:transfers")
pytestmark = pytest.mark.django_db


def rows(client: Client, query: str = "") -> list[str]:
    html = client.get(TRANSFERS + query).content.decode()
    found = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_nothing_yet_is_said(as_manager: Client):
    assert "Nothing carried in or out yet" in as_manager.get(TRANSFERS).content.decode()


def test_each_import_and_export_stands_there_with_who_what_and_how_many(
    as_manager: Client, manager: User, tmp_path: Path
):
    file = tmp_path / "people.csv"
    file.write_text("Name,E-mail\nAda,ada@example.org\nBob,bob@example.org\nCy,nonsense\n")
    run_import(file)
    run_import(file, "--dry-run")
    sent = {"who": "all", "form": "csv", "columns": ["first_name"]}
    b"".join(as_manager.post(reverse("customers:export"), sent).streaming_content)

    out, into = rows(as_manager)

    assert re.match(r"customers-[\d-]+\.csv Export CSV 2 Max Manager", out)
    assert re.match(
        r"people\.csv Import 2 new , 1 not imported Command line .* Done Undo until \d+ \w+ \d{4}$",
        into,
    )
    change_set = ChangeSet.objects.get()
    undo(change_set, by=manager, source=ChangeSet.Source.BACK_OFFICE)
    undone = rows(as_manager)[1]
    assert undone.endswith(" Undone")
    assert "Done" not in undone
    assert reverse("customers:change", args=[change_set.pk]) in as_manager.get(
        TRANSFERS
    ).content.decode().replace("&#x27;", "'")


def test_a_file_is_offered_to_who_asked_for_it_only(as_manager: Client, manager: User, owner: User):
    tomorrow = timezone.now() + timedelta(hours=1)
    ready = {"file": "exports/x", "kept_until": tomorrow, "total": 5, "file_name": "c.csv"}
    own = ExportRun.objects.create(by=manager, format="csv", **ready)
    other = ExportRun.objects.create(by=owner, format="csv", **ready)

    html = as_manager.get(TRANSFERS).content.decode()

    assert reverse("customers:export-file", args=[own.pk]) in html
    assert reverse("customers:export-run", args=[own.pk]) in html
    assert reverse("customers:export-file", args=[other.pk]) not in html
    assert reverse("customers:export-run", args=[other.pk]) not in html
    ExportRun.objects.update(kept_until=timezone.now())
    assert "Expired" in rows(as_manager)[0]
    assert (
        reverse("customers:export-file", args=[own.pk])
        not in as_manager.get(TRANSFERS).content.decode()
    )


def test_a_check_by_the_command_line_carries_nobody_and_is_not_shown(as_manager: Client):
    ImportRun.objects.create(file_name="checked.csv", digest="")
    upload = ChangeSet.Source.BACK_OFFICE
    ImportRun.objects.create(file_name="uploaded.csv", digest="", source=upload)

    (only,) = rows(as_manager)

    assert only.startswith("uploaded.csv Import")


def many(count: int) -> None:
    for number in range(count):
        done = ChangeSet.objects.create(kind="import", source="command", size=1)
        ImportRun.objects.create(
            file_name=f"in-{number}.csv",
            digest="x",
            state="done",
            change_set=done,
            finished_at=done.at,
        )
        ExportRun.objects.create(file_name=f"out-{number}.csv", format="csv")


def test_older_ones_are_on_the_next_page_each_once(as_manager: Client):
    many(30)

    pages = [rows(as_manager, f"?page={number}") for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [25, 25, 10]
    names = [row.split()[0] for page in pages for row in page]
    assert len(set(names)) == 60
    assert names[0] == "out-29.csv"
    for odd in ("?page=99", "?page=0", "?page=x", "?page=" + "9" * 30):
        assert as_manager.get(TRANSFERS + odd).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_more_rows_cost_no_more_queries(
    as_manager: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    many(count)
    as_manager.get(TRANSFERS)

    with django_assert_num_queries(6):
        as_manager.get(TRANSFERS)


def test_the_list_leads_there_who_may_carry_both_ways(
    client: Client, manager: User, front_desk: User
):
    shown = []
    for user in (manager, front_desk):
        client.force_login(user)
        shown.append(TRANSFERS in client.get(reverse("customers:list")).content.decode())

    assert shown == [True, False]
