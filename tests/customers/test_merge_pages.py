"""The pages of merging: inbox, side by side, search, and the old profile that leads on."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from customers.editing import edit_customer
from customers.matching import keep_apart
from customers.merging import merge
from customers.models import Access, ChangeSet, Customer, Note, TwoPeople
from tests.factories import CustomerFactory, UserFactory

SOURCE = ChangeSet.Source.BACK_OFFICE
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, front_desk: User) -> Client:
    client.force_login(front_desk)
    return client


@pytest.fixture
def pair() -> tuple[Customer, Customer]:
    return (
        CustomerFactory(first_name="Zoë", last_name="Müller", email="zoe@example.org", phone=""),
        CustomerFactory(first_name="Zoe", last_name="Müller", email="zoe@example.org",
                        phone="+447700900111"),
    )  # fmt: skip


def address_of(pair: tuple[Customer, Customer], name: str = "merge-pair") -> str:
    return reverse(f"customers:{name}", args=[each.pk for each in pair])


def form_of(page: Any) -> dict[str, str]:
    """What a browser would send if nothing were changed on the page."""
    html = page.content.decode()
    hidden = re.findall(r'type="hidden" name="(versions|next)" value="([^"]*)"', html)
    chosen = re.findall(r'type="radio" name="(\w+)" value="(\w+)" checked', html)
    return {**dict(hidden), **dict(chosen), "write_down_rest": "on"}


def told(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_the_inbox_shows_each_pair_with_its_evidence_and_leads_to_the_comparison(desk, pair):
    CustomerFactory(first_name="Piotr", email="zoe@example.org")

    page = desk.get(reverse("customers:duplicate-inbox")).content.decode()

    assert page.count("Same e-mail") == 3
    assert page.count("perhaps a family") == 2
    assert page.count("Same name") == 1
    assert address_of(pair) + "?next=" in page


def test_an_empty_inbox_says_what_it_looks_for(desk):
    CustomerFactory.create_batch(2)

    assert "No duplicates" in desk.get(reverse("customers:duplicate-inbox")).content.decode()


def test_the_inbox_is_paged_and_costs_the_same_for_one_pair_as_for_thirty(
    desk: Client, django_assert_num_queries: Any
):
    inbox = reverse("customers:duplicate-inbox")
    CustomerFactory.create_batch(2, email="a@example.org", first_name="Ada")
    desk.get(inbox)
    with django_assert_num_queries(10):
        desk.get(inbox)
    for number in range(30):
        CustomerFactory.create_batch(2, email=f"{number}@example.org", first_name="Ada")
    with django_assert_num_queries(10):
        page = desk.get(inbox)

    assert page.content.decode().count("Compare<") == 25
    assert desk.get(f"{inbox}?page=2").content.decode().count("Compare<") == 6
    assert desk.get(f"{inbox}?page=x").status_code == 200


def test_merging_as_shown_loses_nothing_and_goes_back_where_one_came_from(desk, pair):
    inbox = reverse("customers:duplicate-inbox")
    page = desk.get(f"{address_of(pair)}?next={inbox}")

    answer = desk.post(address_of(pair), form_of(page), follow=True)

    assert answer.redirect_chain == [(inbox, 302)]
    assert told(answer) == ["Zoe Müller is merged into Zoë Müller."]
    kept = Customer.objects.live().get()
    assert (kept.pk, kept.first_name, kept.phone) == (pair[0].pk, "Zoë", "+447700900111")
    assert not Note.objects.exists()
    undo = reverse("customers:undo", args=[ChangeSet.objects.get(kind="merge").pk])
    assert undo in answer.content.decode()
    answer = desk.post(undo, {"next": inbox}, follow=True)
    assert told(answer) == ["The merge is undone: both customers are back as they were."]
    assert Customer.objects.live().count() == 2


def test_what_is_chosen_is_kept_and_the_rest_written_down_only_if_wanted(desk, pair):
    chosen = form_of(desk.get(address_of(pair))) | {"first_name": "other", "phone": "keep"}
    del chosen["write_down_rest"]

    desk.post(address_of(pair), chosen)

    kept = Customer.objects.live().get()
    assert (kept.first_name, kept.phone) == ("Zoe", "")
    assert not Note.objects.exists()


def test_a_second_click_merges_nobody_and_says_so(desk, pair):
    chosen = form_of(desk.get(address_of(pair)))
    desk.post(address_of(pair), chosen)

    for again in (address_of(pair), address_of(pair[::-1])):
        answer = desk.post(again, chosen, follow=True)
        assert told(answer)[-1:] == ["These two are merged already."]
        assert answer.redirect_chain[-1][0] == reverse("customers:profile", args=[pair[0].pk])
    assert ChangeSet.objects.filter(kind="merge").count() == 1


def test_who_changed_meanwhile_is_shown_again_with_what_was_chosen(desk, pair, manager):
    chosen = form_of(desk.get(address_of(pair))) | {"first_name": "other"}
    edit_customer(pair[1], by=manager, source=SOURCE, expected_version=1, phone="+447700900999")

    page = desk.post(address_of(pair), chosen)

    assert page.status_code == 422
    html = page.content.decode()
    assert "Somebody changed one of the two meanwhile. Nothing is merged yet." in html
    assert "+44 7700 900999" in html
    assert form_of(page)["first_name"] == "other"
    assert Customer.objects.live().count() == 2
    assert desk.post(address_of(pair), form_of(page)).status_code == 302
    assert Customer.objects.live().get().phone == "+447700900999"


@pytest.mark.parametrize("sent", [{}, {"versions": "1 1", "phone": "evil"}, {"versions": "x"}])
def test_a_form_that_nobody_was_shown_merges_nobody_or_takes_the_default(desk, pair, sent):
    answer = desk.post(address_of(pair), sent)

    if sent.get("versions") == "1 1":
        assert answer.status_code == 422
    assert Customer.objects.live().count() == 2


def give_logins(pair):
    """Both can log in; the second one did so yesterday."""
    for customer, email in zip(pair, ("a@example.org", "b@example.org"), strict=True):
        customer.user, customer.email = UserFactory(email=email), email
        customer.access = Access.ACTIVE
        customer.save(update_fields=["user", "email", "access"])
    pair[1].user.last_login = timezone.now() - timezone.timedelta(days=1)
    pair[1].user.save()


def test_of_two_logins_the_last_used_is_proposed_and_goes_with_its_address(desk, pair):
    give_logins(pair)

    page = desk.get(address_of(pair))
    assert form_of(page)["login"] == "other"
    assert "never logged in" in page.content.decode()
    assert 'name="email"' not in page.content.decode()
    desk.post(address_of(pair), form_of(page))

    kept = Customer.objects.live().get()
    assert (kept.pk, kept.user, kept.email) == (pair[0].pk, pair[1].user, "b@example.org")
    assert kept.access == Access.ACTIVE


def test_the_other_login_can_be_chosen(desk, pair):
    give_logins(pair)

    desk.post(address_of(pair), {**form_of(desk.get(address_of(pair))), "login": "keep"})

    kept = Customer.objects.live().get()
    assert (kept.user, kept.email) == (pair[0].user, "a@example.org")


def test_a_second_login_that_the_page_did_not_show_has_to_be_chosen_about(desk, pair):
    sent = form_of(desk.get(address_of(pair)))
    give_logins(pair)
    sent["versions"] = form_of(desk.get(address_of(pair)))["versions"]

    page = desk.post(address_of(pair), sent)

    assert "Choose which login stays." in page.content.decode()
    assert page.status_code == 422
    assert Customer.objects.live().count() == 2


def test_nobody_and_oneself_are_not_found(desk, pair):
    ada = pair[0]
    for pks in [(ada.pk, ada.pk), (ada.pk, 10**9), (10**9, ada.pk)]:
        assert desk.get(reverse("customers:merge-pair", args=pks)).status_code == 404
    pair[1].archived_at = timezone.now()
    pair[1].save()
    answer = desk.get(address_of(pair), follow=True)
    assert told(answer) == ["Zoe Müller was deleted meanwhile."]


def test_an_old_profile_leads_to_the_kept_one_and_can_still_be_seen(desk, pair):
    keep, gone = pair
    merge(keep, gone, by=None, source=SOURCE)
    old, new = (reverse("customers:profile", args=[each.pk]) for each in (gone, keep))

    answer = desk.get(old, follow=True)

    assert answer.redirect_chain == [(f"{new}?merged={gone.pk}", 302)]
    html = answer.content.decode()
    assert "Zoe Müller was merged into this customer." in html
    assert "merged Zoe Müller into this customer" in html
    html = desk.get(f"{old}?old=1").content.decode()
    assert "Merged on" in html
    assert "Undo the merge" in html
    assert "merged this customer into Zoë Müller" in html
    assert "was merged into" not in desk.get(f"{new}?merged={keep.pk}").content.decode()
    assert "was merged into" not in desk.get(f"{new}?merged=x").content.decode()


def test_a_note_or_an_edit_of_somebody_who_was_merged_meanwhile_is_not_lost(desk, pair):
    keep, gone = pair
    merge(keep, gone, by=None, source=SOURCE)

    answer = desk.post(reverse("customers:add-note", args=[gone.pk]), {"text": "Tea"}, follow=True)
    assert told(answer) == ["The note is added."]
    assert keep.notes.filter(text="Tea").exists()
    answer = desk.post(
        reverse("customers:edit", args=[gone.pk]), {"first_name": "Zoey", "version": "1"}
    )
    assert "was merged into Zoë Müller meanwhile" in answer.content.decode()
    assert "Zoey" in answer.content.decode()


def test_undo_is_offered_in_the_timeline_and_the_changes_and_refused_with_a_reason(
    desk, pair, manager
):
    keep, gone = pair
    done = merge(keep, gone, by=manager, source=SOURCE).change_set
    profile, undo = reverse("customers:profile", args=[keep.pk]), f"/changes/{done.pk}/undo/"
    assert undo in desk.get(profile).content.decode()
    changes = desk.get(reverse("customers:changes")).content.decode()
    assert undo in changes
    assert profile in changes
    edit_customer(keep, by=manager, source=SOURCE, expected_version=2, note="since")

    assert undo not in desk.get(profile).content.decode()
    answer = desk.post(reverse("customers:undo", args=[done.pk]), follow=True)

    assert told(answer) == ["Zoë Müller changed since the merge."]
    html = desk.get(reverse("customers:change", args=[done.pk])).content.decode()
    assert "Undone" not in html


def test_an_undone_merge_is_told_in_both_timelines(desk, pair, manager):
    done = merge(*pair, by=manager, source=SOURCE).change_set
    desk.post(reverse("customers:undo", args=[done.pk]))

    for customer, other in (pair, pair[::-1]):
        html = desk.get(reverse("customers:profile", args=[customer.pk])).content.decode()
        assert f"undid the merge with {other}" in html


def test_not_the_same_leaves_the_inbox_and_comes_back_by_undo_or_ask_again(desk, pair):
    inbox = reverse("customers:duplicate-inbox")
    answer = desk.post(address_of(pair, "not-the-same"), {"next": inbox}, follow=True)

    assert "are two people. You are not asked again." in told(answer)[0]
    assert answer.context["rows"] == []
    again = reverse("customers:ask-again", args=[TwoPeople.objects.get().pk])
    assert again in answer.content.decode()
    assert again in desk.get(f"{inbox}?apart=1").content.decode()
    desk.post(address_of(pair, "not-the-same"))
    assert TwoPeople.objects.count() == 1
    answer = desk.post(again, {"next": inbox}, follow=True)
    assert len(answer.context["rows"]) == 1
    assert desk.post(again).status_code == 404


def test_whom_to_merge_with_is_suggested_and_can_be_searched(desk, pair):
    here = reverse("customers:merge-with", args=[pair[0].pk])
    other = CustomerFactory(first_name="Bartholomew")

    assert address_of(pair) in desk.get(here).content.decode()
    found = desk.get(here, {"q": "barthol"}).content.decode()
    assert address_of((pair[0], other)) in found
    assert "Nobody else matches" in desk.get(here, {"q": "zzzzz"}).content.decode()
    assert (
        "Nobody else matches" in desk.get(here, {"q": pair[0].first_name + " zz"}).content.decode()
    )
    keep_apart(*pair, by=None)
    assert "Search for the other record" in desk.get(here).content.decode()
    CustomerFactory.create_batch(11, first_name="Bartholomew")
    found = desk.get(here, {"q": "barthol"}).content.decode()
    assert found.count("Compare<") == 10
    assert "These are the first ones" in found


def test_after_saving_and_while_editing_a_link_compares_the_two(desk, pair):
    added = desk.post(
        reverse("customers:add"), {"first_name": "Zoé", "email": "zoe@example.org"}, follow=True
    )
    newest = Customer.objects.latest("pk")
    assert address_of((pair[0], newest)) in added.content.decode()

    hint = desk.post(
        reverse("customers:duplicates"), {"email": "zoe@example.org", "customer": newest.pk}
    )
    assert address_of((pair[0], newest)) in hint.content.decode()


@pytest.mark.parametrize("name", ["merge-pair", "not-the-same"])
def test_those_who_only_read_merge_nobody(
    client: Client, reader: User, pair: tuple[Customer, Customer], name: str
):
    client.force_login(reader)

    assert client.post(address_of(pair, name), {"versions": "1 1"}).status_code == 403
    done = merge(*pair, by=None, source=SOURCE).change_set
    assert client.post(reverse("customers:undo", args=[done.pk])).status_code == 403
    assert Customer.objects.live().count() == 1


def test_names_are_never_markup(desk: Client):
    pair = CustomerFactory(first_name="<b>Ada", note="<i>x"), CustomerFactory(first_name="<b>Eve")
    for page in (address_of(pair), reverse("customers:merge-with", args=[pair[0].pk])):
        html = desk.get(page).content.decode()
        assert "&lt;b&gt;Ada" in html
        assert "<b>Ada" not in html


def test_the_page_of_changes_asks_as_many_questions_about_one_merge_as_about_three(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept: list[Customer] = []
    for number in (1, 3):
        while len(kept) < number:
            kept.append(merge(CustomerFactory(), CustomerFactory(), by=None, source=SOURCE).keep)
        desk.get(reverse("customers:changes"))
        with django_assert_num_queries(4):
            page = desk.get(reverse("customers:changes"))

    assert [row["customer"] for row in page.context["rows"]] == kept[::-1]
