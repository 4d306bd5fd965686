"""Exporting in the browser: who may, what can be chosen, and the file itself."""

import csv
import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from customers.models import Customer, ExportChoice, ExportRun
from tests.factories import CustomerFactory

EXPORT = reverse("customers:export")
pytestmark = pytest.mark.django_db
CHOSEN: dict[str, Any] = {"who": "all", "form": "csv", "columns": ["first_name", "phone"]}


def taken(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("who", ["front_desk", "reader", "panel_user"])
def test_who_may_not_export_gets_neither_page_nor_file(
    client: Client, who: str, request: pytest.FixtureRequest
):
    client.force_login(request.getfixturevalue(who))

    assert client.get(EXPORT).status_code == 403
    assert client.post(EXPORT, CHOSEN).status_code == 403
    assert not ExportRun.objects.exists()


def test_signed_out_visitors_are_sent_to_sign_in(client: Client):
    assert client.post(EXPORT, CHOSEN).status_code == 302


def test_everybody_as_csv_with_the_columns_chosen(as_manager: Client, manager: User):
    CustomerFactory(first_name="=Ada", phone="+447700900123")

    response = as_manager.post(EXPORT, CHOSEN)

    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="customers-')
    assert "no-store" in response["Cache-Control"]
    assert taken(response) == [["Name", "Phone"], ["'=Ada", "+447700900123"]]
    run = ExportRun.objects.get()
    assert (run.by, run.count) == (manager, 1)


def test_only_those_who_match_in_the_order_of_the_list(as_manager: Client):
    for name in ("Ada", "Adam", "Bob"):
        CustomerFactory(first_name=name, last_name="X")

    page = as_manager.get(EXPORT, {"q": "ada", "sort": "-name"}).content.decode()
    assert "Matching the search" in page
    response = as_manager.post(EXPORT, CHOSEN | {"who": "matching", "query": "q=ada&sort=-name"})

    assert [row[0] for row in taken(response)] == ["Name", "Adam", "Ada"]


def test_those_picked_in_the_list(as_manager: Client):
    ada, _bob, cy = [CustomerFactory(first_name=name) for name in ("Ada", "Bob", "Cy")]

    page = as_manager.post(EXPORT, {"pk": [ada.pk, cy.pk], "query": ""})
    assert "Selected" in page.content.decode()
    response = as_manager.post(EXPORT, CHOSEN | {"who": "picked", "pk": [ada.pk, cy.pk]})

    assert sorted(row[0] for row in taken(response)[1:]) == ["Ada", "Cy"]
    Customer.objects.filter(pk=cy.pk).update(archived_at=timezone.now())
    response = as_manager.post(EXPORT, CHOSEN | {"who": "picked", "pk": [ada.pk, cy.pk]})
    assert [row[0] for row in taken(response)[1:]] == ["Ada"]


def test_all_that_match_over_pages_instead_of_those_picked(as_manager: Client):
    ada = CustomerFactory(first_name="Ada", last_name="Same")
    CustomerFactory(first_name="Bob", last_name="Same")

    page = as_manager.post(EXPORT, {"pk": [ada.pk], "scope": "all", "query": "q=same"})

    html = page.content.decode()
    assert "Matching the search" in html
    assert f'name="pk" value="{ada.pk}"' not in html


def test_a_workbook(as_manager: Client):
    CustomerFactory(first_name="Ada")

    response = as_manager.post(EXPORT, CHOSEN | {"form": "xlsx"})

    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert [cell.value for cell in book.active["A"]] == ["Name", "Ada"]


def test_cards(as_manager: Client):
    CustomerFactory(first_name="Ada", last_name="L")

    response = as_manager.post(EXPORT, CHOSEN | {"form": "vcf"})

    assert response["Content-Type"] == "text/vcard; charset=utf-8"
    assert response["Content-Disposition"].endswith('.vcf"')
    assert b"FN:Ada L\r\n" in b"".join(response.streaming_content)


def test_columns_come_in_the_order_of_the_page(as_manager: Client):
    CustomerFactory(first_name="Ada", phone="+447700900123")

    response = as_manager.post(
        EXPORT, CHOSEN | {"order": ["email", "phone", "nonsense", "first_name"], "delimiter": ";"}
    )

    assert b"".join(response.streaming_content).decode("utf-8-sig").split() == [
        "Phone;Name", "'+447700900123;Ada",
    ]  # fmt: skip


def order_on(page: Any) -> list[str]:
    return re.findall(r'name="order" value="(\w+)"', page.content.decode())


def ticked_on(page: Any) -> list[str]:
    return re.findall(r'name="columns" value="(\w+)"[^>]* checked', page.content.decode())


def test_a_column_moves_by_a_button_and_nothing_that_was_chosen_is_lost(as_manager: Client):
    before = order_on(as_manager.get(EXPORT))
    sent = CHOSEN | {"order": before, "query": "q=ada", "who": "matching", "delimiter": ";"}

    page = as_manager.post(EXPORT, sent | {"move": "up phone"})

    after = order_on(page)
    assert page.status_code == 200
    assert after.index("phone") == before.index("phone") - 1
    assert sorted(after) == sorted(before)
    assert ticked_on(page) == ["first_name", "phone"]
    html = page.content.decode()
    for value in ("csv", ";", "matching"):
        assert re.search(rf'value="{value}"[^>]* checked', html)
    assert not ExportRun.objects.exists()
    for nothing in ("up id", "down next_visit_at", "sideways phone", "up password", ""):
        assert order_on(as_manager.post(EXPORT, sent | {"move": nothing})) == before


def test_moving_a_column_while_none_is_chosen_chooses_none(as_manager: Client):
    page = as_manager.post(EXPORT, {"who": "all", "form": "csv", "move": "up phone"})

    assert ticked_on(page) == []


def test_the_last_choice_is_remembered_for_each_person(
    as_manager: Client, manager: User, owner: User
):
    order = ["phone", "first_name"]
    taken(as_manager.post(EXPORT, CHOSEN | {"form": "csv", "delimiter": ";", "order": order}))

    page = as_manager.get(EXPORT)
    assert order_on(page)[:2] == order
    assert ticked_on(page) == order
    assert re.search(r'value=";"[^>]* checked', page.content.decode())
    ExportChoice.objects.filter(user=manager).update(columns=["gone"], order=["gone", "note"])
    assert order_on(as_manager.get(EXPORT))[0] == "note"
    as_manager.force_login(owner)
    assert 'value="xlsx" id="id_form_0" checked' in as_manager.get(EXPORT).content.decode()


def test_no_columns_is_an_error_at_the_field(as_manager: Client):
    response = as_manager.post(EXPORT, {"who": "all", "form": "csv"})

    assert response.status_code == 422
    assert "Choose one column or more." in response.content.decode()


@pytest.mark.parametrize("wrong", [{"form": "pdf"}, {"columns": ["password"]}, {"who": "nobody"}])
def test_what_cannot_be_chosen_is_refused(as_manager: Client, wrong: dict[str, Any]):
    assert as_manager.post(EXPORT, CHOSEN | wrong).status_code == 422
    assert not ExportRun.objects.exists()


def test_the_dialog_answers_htmx_with_its_part_only(as_manager: Client):
    response = as_manager.get(EXPORT, headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert 'id="modal-title"' in response.content.decode()
