"""The pages of one customer: look at, note, delete, restore, erase."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.archiving import archive_customers
from customers.editing import edit_customer
from customers.models import ChangeSet, Customer, Note, Tag
from tests.customers import pictures
from tests.customers.pages import NASTY, at, text_of
from tests.factories import CustomerFactory, TagFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def archive(customer: Customer, by: User) -> None:
    archive_customers(Customer.objects.filter(pk=customer.pk), by=by, source=SOURCE)


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
        # One for suggestions, one for changes of appointments, one for visits.
        with django_assert_num_queries(12):
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
        f"{at('profile', customer.pk)}?{first.context['next_page']}", HTTP_HX_REQUEST="true"
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
