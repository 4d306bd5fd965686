"""The form of one customer: add and edit, alone and while somebody else is at it."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from customers.archiving import archive_customers
from customers.editing import edit_customer
from customers.models import ChangeSet, Customer
from tests.customers import pictures
from tests.customers.pages import NASTY, at, fields_of, text_of
from tests.factories import CustomerFactory, TagFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_add_new_and_save_lead_to_the_profile_of_the_new_customer(as_manager: Client) -> None:
    TagFactory(name="VIP")
    sent = fields_of(as_manager.get(at("add"))) | {
        "first_name": " Şebnem ",
        "last_name": "Ak",
        "email": "Sebnem@Example.ORG",
        "phone": "07700 900123",
        "gender": "female",
        "date_of_birth": "1991-04-09",
        "new_tags": "vip, Colour",
        "note": "Likes\r\nquiet",
        "language": "tr",
        "time_zone": "Europe/Istanbul",
        "external_id": "A-1",
        "photo": pictures.upload(pictures.picture()),
    }

    response = as_manager.post(at("add"), sent, follow=True)

    customer = Customer.objects.get()
    assert response.redirect_chain == [(at("profile", customer.pk), 302)]
    assert (customer.first_name, customer.email, customer.phone, customer.note) == (
        "Şebnem", "sebnem@example.org", "+447700900123", "Likes\nquiet",
    )  # fmt: skip
    assert sorted(customer.tags.values_list("name", flat=True)) == ["Colour", "VIP"]
    shown = text_of(response)
    for words in ("Şebnem Ak is added.", "+44 7700 900123", "9 Apr 1991", "Türkçe", "VIP", "A-1"):
        assert words in shown
    assert f"{at('photo', customer.pk)}?v=" in response.content.decode()


def test_only_the_name_is_required(as_manager: Client) -> None:
    refused = as_manager.post(at("add"), {"last_name": "Nobody"})
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"first_name": ["A customer needs a name."]}
    assert "<title>Error:" in refused.content.decode()

    as_manager.post(at("add"), {"first_name": "Ada"})
    assert str(Customer.objects.get()) == "Ada"


def test_a_refused_form_names_each_problem_at_its_field_and_loses_nothing(
    as_manager: Client,
) -> None:
    long = "x" * 10_000
    typed = {
        "first_name": long,
        "last_name": "\x00Nul",
        "email": "not an address",
        "phone": "12",
        "date_of_birth": "2999-01-01",
        "new_tags": "y" * 41,
        "note": "z" * 1001,
        "language": "xx",
        "external_id": "A" * 101,
    }

    page = as_manager.post(at("add"), typed)

    errors = page.context["form"].errors
    assert set(errors) == set(typed) - {"last_name"}
    assert errors["first_name"] == ["This has 10000 characters; 100 fit."]
    assert errors["date_of_birth"] == ["A date of birth cannot be in the future."]
    html = page.content.decode()
    for value in (long, "not an address", "z" * 1001):
        assert value in html
    assert html.count("aria-invalid") == len(errors)
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["👩‍👩‍👧 Émoji", "محمد علي", "李", "O'Brien-Şimşek", NASTY[:100], "Nul\x00led", "a" * 100],
)
def test_any_name_that_people_write_is_kept_and_shown_as_text(
    as_manager: Client, name: str
) -> None:
    response = as_manager.post(at("add"), {"first_name": name}, follow=True)

    assert response.status_code == 200
    assert Customer.objects.get().first_name == name.replace("\x00", "")
    assert "<script>alert" not in response.content.decode()


def test_a_double_click_on_save_adds_one_customer(as_manager: Client) -> None:
    sent = fields_of(as_manager.get(at("add"))) | {"first_name": "Ada"}

    for _click in range(2):
        assert as_manager.post(at("add"), sent).status_code == 302

    assert Customer.objects.count() == 1


def test_save_and_add_another_comes_back_to_an_empty_form(as_manager: Client) -> None:
    response = as_manager.post(at("add"), {"first_name": "Ada", "another": "1"}, follow=True)

    assert response.redirect_chain == [(at("add"), 302)]
    assert "Ada is added." in text_of(response)
    assert not response.context["form"].is_bound


def test_a_good_picture_survives_a_problem_in_another_field(
    as_manager: Client, media: Path
) -> None:
    refused = as_manager.post(at("add"), {"photo": pictures.upload(pictures.picture())})
    assert "The picture you chose is kept." in text_of(refused)
    again = fields_of(refused)

    as_manager.post(at("add"), again | {"last_name": "still nobody"})
    as_manager.post(at("add"), again | {"first_name": "Ada"})

    name = Customer.objects.get().photo.name
    assert list(media.rglob("*.webp")) == [media / name]


def test_the_picture_that_waits_for_one_colleague_is_not_given_to_another(
    client: Client, manager: User, owner: User
) -> None:
    client.force_login(manager)
    refused = client.post(at("add"), {"photo": pictures.upload(pictures.picture())})
    client.force_login(owner)

    page = client.post(at("add"), fields_of(refused) | {"first_name": "Eve"})

    assert page.context["form"].errors["photo"] == [
        "The picture is not here any more. Choose it again."
    ]


def test_a_hostile_picture_is_a_sentence_at_the_field(as_manager: Client) -> None:
    page = as_manager.post(
        at("add"),
        {"first_name": "Ada", "photo": pictures.upload(pictures.png_that_claims(30_000, 30_000))},
    )

    assert "too many pixels" in page.context["form"].errors["photo"][0]
    assert not Customer.objects.exists()


def test_edit_shows_what_is_there_and_save_without_a_change_writes_nothing(
    as_manager: Client,
) -> None:
    customer = CustomerFactory(
        first_name="Ada", phone="+447700900123", phone_extension="12",
        date_of_birth=date(1991, 4, 9), language="xx-old", time_zone="Europe/Kyiv",
    )  # fmt: skip
    customer.tags.add(TagFactory(name="VIP"))
    sent = fields_of(as_manager.get(at("edit", customer.pk)))

    response = as_manager.post(at("edit", customer.pk), sent)

    assert response.status_code == 302
    customer.refresh_from_db()
    assert (customer.version, customer.phone_extension) == (1, "12")
    assert not ChangeSet.objects.exists()


def test_a_picture_can_be_replaced_and_removed(as_manager: Client) -> None:
    customer = CustomerFactory()
    page = at("edit", customer.pk)
    sent = fields_of(as_manager.get(page))
    as_manager.post(page, sent | {"photo": pictures.upload(pictures.picture())})
    customer.refresh_from_db()
    assert customer.photo

    sent = fields_of(as_manager.get(page))
    as_manager.post(page, sent | {"remove_photo": "on"})

    customer.refresh_from_db()
    assert not customer.photo


def test_the_second_of_two_people_sees_the_difference_and_chooses(
    as_manager: Client, front_desk: User
) -> None:
    customer = CustomerFactory(first_name="Ada", email="old@example.org", note="")
    page = at("edit", customer.pk)
    sent = fields_of(as_manager.get(page))
    edit_customer(
        customer, by=front_desk, source=SOURCE, expected_version=1,
        email="fay@example.org", note="Shy", last_name="Byron",
    )  # fmt: skip

    told = as_manager.post(
        page, sent | {"email": "max@example.org", "last_name": "Lovelace", "external_id": "A-1"}
    )

    assert told.status_code == 422
    shown = text_of(told)
    assert "they wrote “fay@example.org”, you wrote “max@example.org”" in shown
    assert "is “Shy” now" in shown
    assert Customer.objects.get().email == "fay@example.org"

    theirs = as_manager.post(page, fields_of(told) | {"theirs": "email"})
    shown = text_of(theirs)
    assert "you wrote “max@example.org”" not in shown
    assert "they wrote “Byron”, you wrote “Lovelace”" in shown

    done = as_manager.post(page, fields_of(theirs))
    assert done.status_code == 302
    customer.refresh_from_db()
    assert (customer.email, customer.note, customer.last_name, customer.external_id) == (
        "fay@example.org", "Shy", "Lovelace", "A-1",
    )  # fmt: skip


def test_what_was_typed_about_somebody_deleted_meanwhile_is_not_lost(
    as_manager: Client, front_desk: User
) -> None:
    customer = CustomerFactory()
    sent = fields_of(as_manager.get(at("edit", customer.pk)))
    archive_customers(Customer.objects.filter(pk=customer.pk), by=front_desk, source=SOURCE)

    page = as_manager.post(at("edit", customer.pk), sent | {"note": "typed for an hour"})

    assert page.status_code == 422
    assert "This customer was deleted meanwhile." in text_of(page)
    assert "typed for an hour" in page.content.decode()
    assert as_manager.get(at("edit", customer.pk)).status_code == 302


def test_somebody_who_may_be_the_same_is_a_hint_with_a_link(as_manager: Client) -> None:
    ada = CustomerFactory(
        first_name="Ada", last_name="Byron", email="ada@example.org", phone="+447700900123",
        date_of_birth=date(1991, 4, 9),
    )  # fmt: skip
    hints = [
        {"email": " ADA@example.org"},
        {"phone": "07700 900123"},
        {"first_name": "ada", "last_name": "BYRON", "date_of_birth": "1991-04-09"},
    ]
    for typed in hints:
        html = as_manager.post(at("duplicates"), typed).content.decode()
        assert at("profile", ada.pk) in html
    for typed in ({}, {"email": "ada@"}, {"phone": "07"}, {**hints[0], "customer": str(ada.pk)}):
        assert as_manager.post(at("duplicates"), typed).content.strip() == b""
    junk = {"date_of_birth": "1991-99-99", "first_name": "x" * 9999, "customer": "zz"}
    assert as_manager.post(at("duplicates"), junk).status_code == 200

    done = as_manager.post(at("add"), {"first_name": "Eve", **hints[0]}, follow=True)
    assert "Ada Byron has the same e-mail address." in text_of(done)
