"""Who may not book online: the front desk writes it down and takes it away."""

from http import HTTPStatus

import pytest
from django.test import Client

from appointments.limits import is_refused
from appointments.models import Block
from bookkinda.preferences import Preferences

pytestmark = pytest.mark.django_db

PAGE = "/backoffice/blocks/"


@pytest.fixture
def desk(client: Client, front_desk) -> Client:
    client.force_login(front_desk)
    return client


def test_the_front_desk_blocks_an_address_and_a_number(desk: Client, front_desk):
    form = {"email": " Ada@Example.org ", "phone": "020 7946 0018", "reason": "Never comes"}

    desk.post(PAGE, form)

    block = Block.objects.get()
    assert (block.email, block.phone) == ("ada@example.org", "+442079460018")
    assert block.created_by == front_desk
    assert is_refused("ada@example.org", "", None)
    assert is_refused("", "+442079460018", None)
    page = desk.get(PAGE).text
    assert "Never comes" in page
    assert "+44 20 7946 0018" in page


def test_a_block_ends_and_is_taken_away(desk: Client):
    block = Block.objects.create(email="ada@example.org")
    until = Preferences.load().today().isoformat()

    desk.post(f"{PAGE}{block.pk}/", {"email": "ada@example.org", "until": until})
    assert is_refused("ada@example.org", "", None)

    Block.objects.update(until="2020-01-01")
    assert not is_refused("ada@example.org", "", None)
    assert "Over" in desk.get(PAGE).text
    assert desk.post(f"{PAGE}{block.pk}/", {"email": "a@example.org", "until": "2020-01-01"}).url

    desk.post(f"{PAGE}{block.pk}/remove/")
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("form", "field", "says"),
    [
        ({}, "__all__", "Enter an e-mail address or a phone number."),
        ({"email": "ada"}, "email", "e-mail"),
        ({"phone": "12"}, "phone", "too short"),
        ({"email": "ben@example.org"}, "email", "blocked already"),
        ({"email": "ada@example.org", "until": "2020-01-01"}, "until", "over already"),
        ({"email": "ada@example.org", "reason": "x" * 301}, "reason", "300 fit"),
    ],
)
def test_what_blocks_nobody_is_refused_at_its_field(desk: Client, form, field, says):
    Block.objects.create(email="ben@example.org")

    response = desk.post(PAGE, form)

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert any(says in error for error in response.context["form"].errors[field])
    assert Block.objects.count() == 1


def test_blocks_are_found_by_what_is_in_them(desk: Client):
    Block.objects.create(email="ada@example.org", reason="Rude")
    Block.objects.create(phone="+442079460018", reason="Never comes")

    by_number = desk.get(PAGE, {"q": "020 7946"}).text
    by_reason = desk.get(PAGE, {"q": "rude"}).text

    assert "Never comes" in by_number
    assert "Rude" not in by_number
    assert "ada@example.org" in by_reason
    assert "No block has" in desk.get(PAGE, {"q": "nobody\x00"}).text


def test_a_link_fills_in_whom_to_block(desk: Client):
    page = desk.get(PAGE, {"email": "ada@example.org"}).text

    assert 'value="ada@example.org"' in page
