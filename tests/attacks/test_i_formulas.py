"""Class I: a customer is called =cmd|' /C calc'!A1, and a spreadsheet of staff runs it.

CVE-2022-4034, CVE-2022-3603, CVE-2020-22277. tests/customers/test_harmless_cells.py has the rules
of a cell; here the customer writes it in the panel, and staff open every file there is.
"""

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import User
from customers.models import Customer
from tests.attacks.walking import browser_of
from tests.customers.importing.runs import checked

pytestmark = pytest.mark.django_db
FORMULAS = [
    "=cmd|' /C calc'!A1", "+1+1", "-2+3", "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", " =1+1",
    '=HYPERLINK("http://evil.example","x")', "＝1+1", '"=1+1', "'=1+1", "=1+1;=2+2", "%0A=1+1",
]  # fmt: skip
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def body(answer: Any) -> bytes:
    return b"".join(answer)


def call_oneself(customer: Customer, name: str) -> None:
    """As the customer does it, in the panel."""
    sent = {"first_name": name, "last_name": name, "version": customer.version}
    answer = browser_of(customer.user).post("/panel/profile/", sent)
    assert answer.status_code == 302


def export(user: User, form: str, **more: str) -> bytes:
    chosen = {"form": form, "who": "all", "columns": ["first_name", "last_name", "email"], **more}
    return body(browser_of(user).post(reverse("customers:export"), chosen))


def is_harmless(cell: str) -> bool:
    """Quotes and blanks are what programs take away before they look."""
    return not cell.lstrip(' \t\r\n"').startswith(DANGEROUS)


@pytest.mark.parametrize("name", FORMULAS)
def test_what_a_customer_writes_in_the_panel_is_text_in_every_file(manager, panel_user, name):
    call_oneself(panel_user.customer, name)

    for delimiter in ",;":
        text = export(manager, "csv", delimiter=delimiter).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
        assert [cell for cell in cells if not is_harmless(cell)] == []
        assert len(cells) == 6
    sheet = openpyxl.load_workbook(io.BytesIO(export(manager, "xlsx"))).active
    types = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in types


def test_a_formula_in_the_data_that_is_handed_to_a_customer_is_text_too(manager, panel_user):
    call_oneself(panel_user.customer, FORMULAS[0])
    address = reverse("customers:privacy", args=[panel_user.customer.pk])

    handed = zipfile.ZipFile(io.BytesIO(body(browser_of(manager).post(address))))

    for name in handed.namelist():
        data = handed.read(name)
        if name.endswith(".csv"):
            rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
            assert all(is_harmless(cell) for row in rows for cell in row), name
        if name.endswith(".json"):
            assert FORMULAS[0] in json.dumps(json.loads(data), ensure_ascii=False)


def test_a_formula_in_a_row_that_could_not_be_imported_is_text_in_the_file_of_errors(as_manager):
    """Whoever gets a table from somebody else opens the file of its errors in a spreadsheet."""
    run = checked(f"Name,E-mail,Note\n{FORMULAS[0]},no-address,{FORMULAS[2]}\n")

    answer = as_manager.get(reverse("customers:import-errors", args=[run.pk]))

    text = body(answer).decode("utf-8-sig")
    assert "no-address" in text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if not is_harmless(cell)] == []
