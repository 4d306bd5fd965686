"""Which sheet of a workbook somebody asks for, also one that no page offers."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.customers.importing.hostile.making import workbook
from tests.customers.importing.hostile.workbooks import add_sheets
from tests.customers.importing.runs import upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asked", ["Nowhere", "a\x00b", "x" * 200_000])
def test_a_sheet_that_is_not_there_leaves_the_one_before(client: Client, manager: User, asked: str):
    client.force_login(manager)
    run = upload(workbook(["Name"], ["Ada"], change=add_sheets)(), name="people.xlsx")
    page = reverse("customers:import-columns", args=[run.pk])
    client.post(page, {"look": "1", "sheet": "Old"})

    answer = client.post(page, {"look": "1", "sheet": asked}, follow=True)

    assert "There is no sheet of this name." in answer.content.decode()
    run.refresh_from_db()
    assert run.options["sheet"] == "Old"
    assert client.get(page).status_code == 200
