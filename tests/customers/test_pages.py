"""The pages of one customer: add, edit, look at, delete, restore, erase."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.archiving import archive_customers
from customers.editing import edit_customer
from customers.models import ChangeSet, Customer, Note, Tag
from tests.customers import pictures
from tests.factories import CustomerFactory, TagFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
NASTY = '<script>alert("x")</script>\' onmouseover=alert(1) {{ 7|add:7 }}'
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def at(name: str, *args: object) -> str:
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def as_manager(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def as_owner(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def fields_of(page: Any) -> dict[str, Any]:
    """What a browser would send back of the form on the page."""
    form = page.context["form"]
    sent = {}
    for field in form:
        value = field.value()
        if field.name == "photo" or value in (None, "", False):
            continue
        sent[field.html_name] = value
    return sent


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def archive(customer: Customer, by: User) -> None:
    archive_customers(Customer.objects.filter(pk=customer.pk), by=by, source=SOURCE)


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


def test_text_with_markup_is_shown_as_text_everywhere(as_manager: Client, manager: User) -> None:
    customer = CustomerFactory(
        first_name=NASTY[:100], last_name=NASTY[:100], note=NASTY, external_id=NASTY[:100]
    )
    customer.tags.add(TagFactory(name=NASTY[:40]))
    Note.objects.create(customer=customer, author=manager, author_name=NASTY, text=NASTY)
    edit_customer(customer, by=manager, source=SOURCE, expected_version=1, note=f"{NASTY}2")
    act = ChangeSet.objects.get()
    pages = [at(name, customer.pk) for name in ("profile", "edit", "delete")]
    pages += [at("changes"), at("change", act.pk), at("tags"), at("add")]

    for page in pages:
        html = as_manager.get(page).content.decode()
        assert "<script>alert" not in html, page
        assert not re.search(r"<[^>]*' onmouseover=alert", html), page
    bulk = as_manager.post(at("bulk"), {"action": "tag", "pk": [customer.pk]}).content.decode()
    assert "<script>alert" not in bulk


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
    archive(customer, front_desk)

    page = as_manager.post(at("edit", customer.pk), sent | {"note": "typed for an hour"})

    assert page.status_code == 422
    assert "This customer was deleted meanwhile." in text_of(page)
    assert "typed for an hour" in page.content.decode()
    assert as_manager.get(at("edit", customer.pk)).status_code == 302


def test_the_database_is_asked_as_often_for_one_note_and_change_as_for_three(
    as_manager: Client, manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = CustomerFactory()
    for number in (1, 3):
        while customer.notes.count() < number:
            Note.objects.create(customer=customer, author=manager, text="x")
            customer.tags.add(TagFactory())
            edit_customer(
                customer, by=manager, source=SOURCE, note=str(customer.notes.count()),
                expected_version=Customer.objects.get().version,
            )  # fmt: skip
        as_manager.get(at("profile", customer.pk))
        with django_assert_num_queries(7):
            as_manager.get(at("profile", customer.pk))


def test_the_timeline_tells_who_when_from_where_and_each_field_before_and_after(
    as_manager: Client, manager: User
) -> None:
    customer = CustomerFactory(first_name="Ada", phone="+447700900114", gender="female")
    edit_customer(
        customer, by=manager, source=ChangeSet.Source.COMMAND, expected_version=1,
        phone="+447700900142", gender="",
    )  # fmt: skip
    archive(customer, manager)

    shown = text_of(as_manager.get(at("profile", customer.pk)))

    assert "Max Manager changed phone, gender Phone: +44 7700 900114 → +44 7700 900142" in shown
    assert "Gender: Female → nothing" in shown
    assert "Command line" in shown
    assert "Deleted by Max Manager" in shown


def test_a_long_timeline_comes_in_pages(as_manager: Client, manager: User) -> None:
    customer = CustomerFactory()
    for number in range(25):
        edit_customer(
            customer, by=manager, source=SOURCE, expected_version=number + 1, note=f"<{number}>"
        )

    first = as_manager.get(at("profile", customer.pk))
    older = as_manager.get(
        at("profile", customer.pk), {"before": first.context["next_before"]}, HTTP_HX_REQUEST="true"
    )

    assert (first.content.count(b"<time"), older.content.count(b"<time")) == (20, 5)
    assert b"<html" not in older.content
    assert as_manager.get(at("profile", customer.pk), {"before": "x" * 50}).status_code == 200
    assert as_manager.get(at("profile", customer.pk), {"before": "9" * 50}).status_code == 200


def test_a_note_is_added_with_its_author_and_deleted_after_a_question(
    as_manager: Client, manager: User
) -> None:
    customer = CustomerFactory()
    refused = as_manager.post(at("add-note", customer.pk), {"text": "  "})
    assert refused.status_code == 422
    assert "Write something first." in text_of(refused)

    as_manager.post(at("add-note", customer.pk), {"text": "Patch test done"})
    note = Note.objects.get()
    shown = text_of(as_manager.get(at("profile", customer.pk)))
    assert "Patch test done Max Manager" in shown

    question = as_manager.get(at("delete-note", customer.pk, note.pk))
    assert "Delete this note?" in text_of(question)
    as_manager.post(at("delete-note", customer.pk, note.pk))
    assert not Note.objects.exists()


def test_a_note_is_only_found_under_its_own_customer(as_manager: Client) -> None:
    mine, other = CustomerFactory.create_batch(2)
    note = Note.objects.create(customer=other, text="theirs")

    assert as_manager.post(at("delete-note", mine.pk, note.pk)).status_code == 404
    assert Note.objects.exists()


def test_delete_asks_first_then_offers_undo_which_brings_the_customer_back(
    as_manager: Client,
) -> None:
    customer = CustomerFactory(first_name="Ada", last_name="Byron")
    question = as_manager.get(at("delete", customer.pk), HTTP_HX_REQUEST="true")
    assert b"<html" not in question.content
    assert "Delete Ada Byron?" in text_of(question)

    response = as_manager.post(at("delete", customer.pk), follow=True)
    customer.refresh_from_db()
    assert customer.is_archived
    act = ChangeSet.objects.get()
    assert f'action="{at("undo", act.pk)}"' in response.content.decode()

    response = as_manager.post(at("undo", act.pk), follow=True)
    customer.refresh_from_db()
    assert not customer.is_archived
    assert "Undone for 1 customer." in text_of(response)
    assert "undone already" in text_of(as_manager.post(at("undo", act.pk), follow=True))


def test_a_deleted_customer_has_a_page_with_the_ways_back_and_no_edit(
    as_manager: Client, manager: User
) -> None:
    customer = CustomerFactory()
    archive(customer, manager)

    html = as_manager.get(at("profile", customer.pk)).content.decode()
    assert at("restore", customer.pk) in html
    assert at("erase", customer.pk) not in html
    assert at("edit", customer.pk) not in html
    assert as_manager.post(at("add-note", customer.pk), {"text": "x"}).status_code == 404

    as_manager.post(at("restore", customer.pk))
    customer.refresh_from_db()
    assert not customer.is_archived


def test_erasing_asks_for_the_word_and_takes_deleted_customers_only(
    as_owner: Client, owner: User
) -> None:
    customer = CustomerFactory()
    assert as_owner.get(at("erase", customer.pk)).status_code == 404
    archive(customer, owner)
    assert "all fields, tags, notes and pictures" in text_of(as_owner.get(at("erase", customer.pk)))

    for word in ("", "erase", "ERASE!"):
        page = as_owner.post(at("erase", customer.pk), {"word": word})
        assert page.status_code == 422
        assert "Type ERASE in capital letters" in text_of(page)
    as_owner.post(at("erase", customer.pk), {"word": " ERASE "})

    assert not Customer.objects.exists()
    assert as_owner.get(at("profile", customer.pk)).status_code == 404


def test_only_our_own_pages_are_returned_to(as_manager: Client) -> None:
    customer = CustomerFactory()

    response = as_manager.post(at("delete", customer.pk), {"next": "https://evil.example/"})
    assert response["Location"] == at("list")
    response = as_manager.post(at("restore", customer.pk), {"next": f"{at('list')}?q=ada"})
    assert response["Location"] == f"{at('list')}?q=ada"


def test_pictures_are_shown_to_staff_only_and_kept_by_their_own_browser_only(
    client: Client, as_manager: Client, panel_user: User
) -> None:
    customer = CustomerFactory()
    sent = {"first_name": "Ada", "photo": pictures.upload(pictures.picture())}
    as_manager.post(at("edit", customer.pk), sent | {"version": 1})
    html = as_manager.get(at("profile", customer.pk)).content.decode()
    [address] = set(re.findall(rf'src="({at("photo", customer.pk)}[^"]+)"', html))

    response = as_manager.get(address)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert b"".join(response.streaming_content)[8:12] == b"WEBP"
    again = as_manager.get(at("photo", customer.pk), HTTP_IF_NONE_MATCH=response["ETag"])
    assert (again.status_code, again["Cache-Control"]) == (304, "private, no-cache")

    client.logout()
    assert client.get(address).status_code == 302
    client.force_login(panel_user)
    assert client.get(address).status_code == 403


def test_without_a_picture_or_its_file_there_is_none(as_manager: Client) -> None:
    customer = CustomerFactory()
    assert as_manager.get(at("photo", customer.pk)).status_code == 404
    Customer.objects.update(photo="photos/xx/gone.webp")
    assert as_manager.get(at("photo", customer.pk)).status_code == 404


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


def test_tags_are_added_renamed_and_deleted_with_undo(as_manager: Client) -> None:
    as_manager.post(at("tags"), {"name": "VIP", "tone": "red"})
    tag = Tag.objects.get()
    customer = CustomerFactory()
    customer.tags.add(tag)
    refused = as_manager.post(at("tags"), {"name": "vip", "tone": "red"})
    assert refused.context["form"].errors == {"name": ["There is a tag of this name already."]}

    as_manager.post(at("tag", tag.pk), {"name": "Vip", "tone": "blue"})
    assert "Vip" in text_of(as_manager.get(at("profile", customer.pk)))
    assert "1 customer has it" in text_of(as_manager.get(at("delete-tag", tag.pk)))
    as_manager.post(at("delete-tag", tag.pk))
    assert not customer.tags.exists()

    as_manager.post(at("undo", ChangeSet.objects.get().pk))
    assert str(customer.tags.get()) == "Vip"
