"""One person's data as a ZIP: all of theirs, nothing of anybody else, and nothing that runs."""

import io
import json
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers import dependents
from customers.archiving import archive_customers
from customers.editing import add_customer, edit_customer
from customers.erasing import erase_customers
from customers.merging import merge
from customers.models import ChangeSet, Customer, ExportRun, ImportRow, ImportRun, Note
from customers.undoing import undo
from tests.customers.test_history import Visits
from tests.factories import CustomerFactory, TagFactory, UserFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def zelda(manager: User) -> Customer:
    """Somebody of whom much is kept."""
    zelda = add_customer(
        by=manager, source=SOURCE, first_name="Zelda <b>", last_name="Quix",
        email="zelda@first.example", phone="+447700900999", note="likes <i>tea</i>\nand cake",
        date_of_birth=date(1977, 7, 7), tags=[TagFactory(name="VIP")], photo=ContentFile(b"one"),
    )  # fmt: skip
    edit_customer(
        zelda, by=manager, source=SOURCE, expected_version=1, email="zelda@second.example",
        photo=ContentFile(b"two"),
    )  # fmt: skip
    zelda.refresh_from_db()
    zelda.user = UserFactory(email="zelda@second.example")
    zelda.save(update_fields=["user"])
    edit_customer(
        zelda, by=zelda.user, source=ChangeSet.Source.PANEL, expected_version=2, language="tr"
    )
    Note.objects.create(customer=zelda, author=manager, author_name="Max Manager", text="was late")
    run = ImportRun.objects.create(file_name="people.csv", digest="0")
    ImportRow.objects.create(run=run, line=2, action="update", customer=zelda, last_name="Quax")
    ImportRow.objects.create(
        run=run, line=3, action="new", email="zelda@second.example", first_name="Twin"
    )
    zelda.refresh_from_db()
    return zelda


def taken(client: Client, customer: Customer) -> dict[str, bytes]:
    response: Any = client.post(reverse("customers:privacy", args=[customer.pk]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert response["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as folder:
        assert folder.testzip() is None
        return {name: folder.read(name) for name in folder.namelist()}


def words(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode()).split())


def test_everything_that_is_kept_about_the_person_is_in_it(
    as_manager: Client, zelda: Customer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dependents, "registered", [Visits(zelda)])

    folder = taken(as_manager, zelda)

    data = json.loads(folder["data.json"])
    assert (
        data["customer"] | {"first_name": "Zelda <b>", "date_of_birth": "1977-07-07"}
        == (data["customer"])
    )
    assert data["customer"]["tags"] == ["VIP"]
    assert data["login"]["email"] == "zelda@second.example"
    assert [note["text"] for note in data["notes"]] == ["was late"]
    assert [change["by"] for change in data["history"]] == ["business", "business", "customer"]
    assert data["history"][1]["before"]["email"] == "zelda@first.example"
    assert data["rows_of_imported_files"][0]["last_name"] == "Quax"
    assert data["kept_by_other_parts"] == {"visits": 1}
    assert {folder["picture-1.webp"], folder["picture-2.webp"]} == {b"one", b"two"}
    assert folder[data["customer"]["photo"]] == b"two"


def test_nothing_of_staff_or_of_anybody_alike_is_in_it(as_manager: Client, zelda: Customer):
    CustomerFactory(first_name="Twin", email="zelda@second.example")

    folder = taken(as_manager, zelda)

    text = b"".join(folder.values()).decode()
    assert "Max" not in text
    assert "manager@example.org" not in text
    assert "Twin" not in text
    assert zelda.photo.name not in text


def test_the_page_says_the_same_as_the_data_and_nothing_on_it_runs(
    as_manager: Client, zelda: Customer
):
    folder = taken(as_manager, zelda)

    page = folder["data.html"].decode()
    assert page.startswith("<!doctype html>")
    assert "Zelda &lt;b&gt;" in page
    assert "likes &lt;i&gt;tea&lt;/i&gt;\nand cake" in page
    assert not re.search(r"<script|<link|https?://|<b>|<i>", page)
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert "data:image/webp;base64,dHdv" in page
    said = words(folder["data.html"])
    for value in ("zelda@first.example", "was late", "7 Jul 1977", "VIP", "Quax", "people.csv"):
        assert value in said


def test_the_page_says_it_in_words_and_leaves_out_what_is_empty(
    as_manager: Client, zelda: Customer, manager: User
):
    edit_customer(zelda, by=manager, source=SOURCE, expected_version=3, note="", gender="female")
    ImportRow.objects.update(phone="+447700900222", language="pl")

    folder = taken(as_manager, zelda)

    said = words(folder["data.html"])
    for text in (
        "Language Türkçe",
        "Gender Female",
        "Phone +44 7700 900999",
        "Phone +44 7700 900222",
        "What Added Who The business Where Back office",
        "What Changed Who The customer Where Customer Panel",
        "Before Language – After Language Türkçe",
        "Note likes &lt;i&gt;tea&lt;/i&gt; and cake",
        "After Note – Gender Female",
    ):
        assert text in said
    raw = ("back-office", "+447700900", "edited", "External ID", "Deleted", "Time zone", "Cells")
    assert [text for text in raw if text in said] == []
    data = json.loads(folder["data.json"])
    assert data["customer"]["language"] == "tr"
    assert data["customer"]["external_id"] == ""
    assert data["history"][2]["where"] == "panel"


def test_records_that_were_merged_into_this_one_are_in_it(
    as_manager: Client, zelda: Customer, manager: User
):
    other = add_customer(
        by=manager, source=SOURCE, first_name="Z.", last_name="Quix", email="z@old.example"
    )
    merge(zelda, other, by=manager, source=SOURCE)

    data = json.loads(taken(as_manager, zelda)["data.json"])

    (record,) = data["merged_records"]
    assert record["customer"]["email"] == "z@old.example"


def test_what_came_with_an_undone_merge_is_somebody_elses(
    as_manager: Client, zelda: Customer, manager: User
):
    other = add_customer(
        by=manager, source=SOURCE, first_name="Wanda", email="wanda@example.org",
        phone="+447700900111", tags=[TagFactory(name="wandatag")], photo=ContentFile(b"wanda"),
    )  # fmt: skip
    take = ("first_name", "phone", "photo")
    merged = merge(zelda, other, take=take, by=manager, source=SOURCE)
    undo(merged.change_set, by=manager, source=SOURCE)

    folder = taken(as_manager, zelda)

    text = b"".join(folder.values()).decode()
    assert [word for word in ("anda", "7700900111") if word in text] == []
    whats = [change["what"] for change in json.loads(folder["data.json"])["history"]]
    assert whats.count("edited") == 4


def test_a_deleted_customer_may_ask_too(as_manager: Client, zelda: Customer, manager: User):
    archive_customers(Customer.objects.filter(pk=zelda.pk), by=manager, source=SOURCE)

    data = json.loads(taken(as_manager, zelda)["data.json"])

    assert data["customer"]["archived_at"]
    shown = as_manager.get(reverse("customers:profile", args=[zelda.pk])).content.decode()
    assert "Download the data" in shown


def test_it_is_in_the_history_as_an_export_and_forgets_the_person_with_them(
    as_manager: Client, zelda: Customer, manager: User, owner: User
):
    taken(as_manager, zelda)

    run = ExportRun.objects.get()
    assert (run.by, run.format, run.count, run.customer) == (manager, "zip", 1, zelda)
    assert run.file_name.startswith(f"customer-{zelda.pk}-")
    transfers = reverse("customers:transfers")
    shown = as_manager.get(transfers).content.decode()
    assert "Zelda &lt;b&gt; Quix" in shown
    assert "Privacy request" in shown

    erase_customers(Customer.objects.filter(pk=zelda.pk), by=owner, source=SOURCE)
    run.refresh_from_db()
    assert run.customer is None
    assert "Zelda" not in as_manager.get(transfers).content.decode()


def test_the_button_is_for_who_may_export(client: Client, zelda: Customer, front_desk: User):
    client.force_login(front_desk)

    shown = client.get(reverse("customers:profile", args=[zelda.pk])).content.decode()

    assert "Download the data" not in shown
    assert client.post(reverse("customers:privacy", args=[zelda.pk])).status_code == 403
    assert not ExportRun.objects.exists()


def test_somebody_of_whom_little_is_kept_gets_that_little(as_manager: Client):
    folder = taken(as_manager, CustomerFactory(first_name="Ada", last_name="", email=""))

    assert set(folder) == {"data.html", "data.json"}
    assert "Ada" in words(folder["data.html"])
    nobody = reverse("customers:privacy", args=[0])
    assert as_manager.post(nobody).status_code == 404
    assert as_manager.get(nobody).status_code == 405
