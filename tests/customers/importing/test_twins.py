"""The wizard and the command line: the same options give the same answers."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from accounts.models import User
from customers.importing import uploads
from customers.models import ChangeSet, Customer, ImportRun
from tests.customers.importing.conftest import run_import
from tests.customers.importing.runs import check, counts, problems, save, upload
from tests.customers.pictures import picture
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
TABLE = (
    "Name;Surname;E-mail;Phone;Born;Tags;Code\n"
    "Ada;Byron;ada@example.org;0171 1234567;03/04/1990;VIP;1\n"
    "Allegra;Byron;ada@example.org;;;;2\n"
    "Known;Person;known@example.org;;31.12.1980;;3\n"
    "Other;Person;known@example.org;;;;4\n"
    "Zoë;;nonsense;123;99/99/1990;;5\n"
    ";;;;;;\n"
    "Rufname;;;+49 171 7654321;;;1\n"
)
SAID = ("first_name", "last_name", "email", "phone", "date_of_birth", "note", "external_id")


def everybody() -> list[tuple[Any, ...]]:
    """What is known of each customer, without numbers."""
    found = Customer.objects.live().order_by("first_name", "last_name", "email")
    return [
        (*(getattr(one, name) for name in SAID), sorted(one.tags.values_list("name", flat=True)))
        for one in found
    ]


def start_anew() -> None:
    ImportRun.objects.all().delete()
    Customer.objects.all().delete()
    ChangeSet.objects.all().delete()
    CustomerFactory(first_name="Known", last_name="Person", email="known@example.org", note="x")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("", {}),
        ("--existing update --shared-email", {"existing": "update", "shared_email": True}),
        (
            "--existing update --clear-blanks --map Code=external_id --map #5=date_of_birth",
            {"existing": "update", "clear_blanks": True,
             "told": {"Code": "external_id", "#5": "date_of_birth"}},
        ),
        (
            "--existing fill --match email,phone --country DE --date-order mdy --tag New --tag Old",
            {"existing": "fill", "match": ("email", "phone"), "country": "DE", "date_order": "mdy",
             "tags": ("New", "Old")},
        ),
        (
            "--encoding cp1252 --delimiter ; --map Name=",
            {"encoding": "cp1252", "delimiter": ";", "told": {"Name": ""}},
        ),
    ],
)  # fmt: skip
def test_the_same_options_give_the_same_answers(write: Write, words: str, options: dict[str, Any]):
    data = TABLE.encode("cp1252")
    start_anew()
    by_command = run_import(write(data), *words.split())
    after_command = everybody()

    start_anew()
    run = upload(data, **options)
    check(run)
    assert run.state == ImportRun.State.CHECKED, run.failure
    assert (counts(run), problems(run)) == (by_command.counts, by_command.problems())
    assert run.other_names == by_command.summary["other_names"]
    save(run)

    assert everybody() == after_command
    assert counts(run) == by_command.counts


def test_the_command_takes_pictures_and_says_what_became_of_them(write: Write, tmp_path: Path):
    faces = tmp_path / "faces.zip"
    with zipfile.ZipFile(faces, "w") as archive:
        archive.writestr("ada@example.org.png", picture())
        archive.writestr("nobody.png", picture())
    table = write("Name,E-mail\nAda,ada@example.org\n")

    dry = run_import(table, "--photos", str(faces), "--dry-run")
    done = run_import(table, "--photos", str(faces))

    assert dry.summary["pictures"]["matched"] == 1
    assert done.summary["pictures"]["taken"] == 1
    assert Customer.objects.get().photo
    out = io.StringIO()
    call_command("import_customers", str(table), "--photos", str(faces), stdout=out)
    assert "nobody.png: No customer" in out.getvalue()
    assert "1 left out" not in out.getvalue()
    assert run_import(table, "--photos", str(table)).status == 2


def test_an_import_can_be_undone_by_command(owner: User):
    run = save(upload_checked())
    changed = Customer.objects.get(first_name="Bob")
    Customer.objects.filter(pk=changed.pk).update(version=2)
    out = io.StringIO()
    call_command("undo_import", stdout=out)
    assert "people.csv" in out.getvalue()

    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("undo_import", str(run.pk), "--by", owner.email, stdout=out)

    assert end.value.code == 1
    assert "1 customer was taken back." in out.getvalue()
    assert f"ID {changed.pk}: Changed since." in out.getvalue()
    assert Customer.objects.live().get() == changed


def test_an_import_that_was_killed_can_be_undone_by_command():
    run = save(upload_checked())
    ImportRun.objects.update(state=ImportRun.State.SAVING, source="command", finished_at=None)

    call_command("undo_import", str(run.pk), stdout=io.StringIO())

    assert not Customer.objects.live().exists()


@pytest.mark.parametrize("words", [["999"], ["1", "--by", "nobody@example.org"]])
def test_what_cannot_be_undone_by_command_is_a_sentence(words: list[str]):
    error = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("undo_import", *words, stderr=error)

    assert end.value.code == 2
    assert error.getvalue().strip().endswith(".")


def upload_checked() -> ImportRun:
    return check(uploads.accept_file(ContentFile(b"Name\nAda\nBob\n"), name="people.csv", by=None))
