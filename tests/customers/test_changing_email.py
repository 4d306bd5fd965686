"""Another e-mail address for a customer who can log in: nobody gets in by a wrong one."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from bookkinda.jobs import Job
from bookkinda.worker import run_due_jobs
from customers import changing_email
from customers.archiving import archive_customers
from customers.changing_email import AddressTaken
from customers.editing import edit_customer
from customers.merging import merge
from customers.models import Access, Change, ChangeSet, Customer, EmailChange
from customers.undoing import undo
from notifications.portal_access import allow_one, revoke
from tests.accounts.test_signing_in import is_in, sign_in
from tests.at_once import all_at_once
from tests.customers.importing.runs import checked, save
from tests.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db
SOURCE = ChangeSet.Source.BACK_OFFICE


@pytest.fixture
def cora(panel_user: User) -> Customer:
    return Customer.objects.get()


def edit(customer: Customer, by: User | None, **fields: object) -> ChangeSet | None:
    now = Customer.objects.get(pk=customer.pk)
    return edit_customer(now, by=by, source=SOURCE, expected_version=now.version, **fields)


def mailed(customer: Customer) -> str:
    """What the link in the newest mail ends in, as the worker makes it."""
    waiting = changing_email.waiting_for(customer)
    token, digest = changing_email.make_token()
    assert changing_email.keep(waiting.pk, waiting.round, digest)
    return token


def password_in(message) -> str:
    return re.search(r"Password: (\S+)", message.body)[1]


def addresses(customer: Customer) -> set[str]:
    """Every place in which the address stands; one and the same, or something is wrong."""
    customer = Customer.objects.get(pk=customer.pk)
    rows = EmailAddress.objects.filter(user=customer.user, verified=True, primary=True)
    return {customer.email, customer.user.email, *rows.values_list("email", flat=True)}


def test_the_old_address_signs_in_until_the_new_one_is_confirmed(client, manager, cora):
    edit(cora, manager, email="new@example.org", note="Shy")

    assert addresses(cora) == {"cora@example.org"}
    assert Customer.objects.get().note == "Shy"
    sign_in(client, "cora@example.org")
    assert is_in(client)

    changing_email.confirm(mailed(cora))

    assert addresses(cora) == {"new@example.org"}
    assert not is_in(client)
    sign_in(client, "cora@example.org")
    assert not is_in(client)
    sign_in(client, "new@example.org")
    assert is_in(client)


def test_what_was_confirmed_stands_in_history_under_the_name_of_who_asked(manager, cora):
    edit(cora, manager, email="new@example.org")
    assert not Change.objects.exists()

    confirmed = changing_email.confirm(mailed(cora))

    change = Change.objects.get()
    assert change.change_set == confirmed.change_set
    assert (change.change_set.by, change.change_set.source) == (manager, SOURCE)
    assert (change.before, change.after) == (
        {"email": "cora@example.org"},
        {"email": "new@example.org"},
    )


def test_the_mails_are_asked_for_by_jobs_that_hold_ids_only(manager, cora):
    edit(cora, manager, email="new@example.org")
    waiting = EmailChange.objects.get()
    confirmed = changing_email.confirm(mailed(cora))

    kinds = {job.kind: job.payload for job in Job.objects.all()}
    assert kinds == {
        "notifications.confirm_email": {"change": waiting.pk, "round": 1},
        "notifications.email_changed": {
            "change_set": confirmed.change_set.pk,
            "customer": cora.pk,
        },
    }


def test_a_link_confirms_once(manager, cora):
    edit(cora, manager, email="new@example.org")
    token = mailed(cora)

    assert changing_email.confirm(token)
    assert changing_email.confirm(token) is None


def test_only_the_link_of_the_last_mail_confirms(manager, cora):
    edit(cora, manager, email="first@example.org")
    first = mailed(cora)
    edit(cora, manager, email="second@example.org")

    assert changing_email.confirm(first) is None
    changing_email.confirm(mailed(cora))
    assert addresses(cora) == {"second@example.org"}


def test_a_mail_that_is_late_cannot_bring_back_an_earlier_link(manager, cora):
    edit(cora, manager, email="new@example.org")
    waiting = EmailChange.objects.get()
    changing_email.ask_again(cora)

    assert not changing_email.keep(waiting.pk, 1, "x")


def test_a_link_ends_after_three_days(manager, cora):
    edit(cora, manager, email="new@example.org")
    token = mailed(cora)

    with time_machine.travel(timezone.now() + timedelta(days=3, seconds=1)):
        assert changing_email.confirm(token) is None
    assert addresses(cora) == {"cora@example.org"}


def test_what_was_cancelled_is_not_confirmed_any_more(manager, cora):
    edit(cora, manager, email="new@example.org")
    token = mailed(cora)

    changing_email.cancel(cora)

    assert changing_email.confirm(token) is None
    assert addresses(cora) == {"cora@example.org"}


def suspended(cora, manager):
    User.objects.filter(customer=cora).update(is_active=False)


def deleted(cora, manager):
    archive_customers(Customer.objects.filter(pk=cora.pk), by=manager, source=SOURCE)


def without_login(cora, manager):
    Customer.objects.filter(pk=cora.pk).update(user=None)


def merged_away(cora, manager):
    merge(CustomerFactory(), cora, take=["email"], by=manager, source=SOURCE)


def with_another_password(cora, manager):
    user = User.objects.get(customer=cora)
    user.set_password("tea kettle 47 harbour")
    user.save(update_fields=["password"])


def revoked_and_allowed_again(cora, manager):
    these = Customer.objects.filter(pk=cora.pk)
    Customer.objects.update(access=Access.ACTIVE)
    revoke(these, by=manager, source=SOURCE)
    allow_one(these.get(), by=manager, source=SOURCE)


LOSSES = [
    suspended, deleted, without_login, merged_away, with_another_password,
    revoked_and_allowed_again,
]  # fmt: skip


@pytest.mark.parametrize("lose", LOSSES)
def test_who_cannot_log_in_any_more_confirms_nothing(manager, cora, lose):
    edit(cora, manager, email="new@example.org")
    token = mailed(cora)

    lose(cora, manager)

    assert changing_email.confirm(token) is None
    assert not Customer.objects.filter(email="new@example.org").exists()


def test_an_invented_link_confirms_nothing(manager, cora):
    edit(cora, manager, email="new@example.org")

    assert changing_email.confirm("") is None
    assert changing_email.confirm("x" * 43) is None


def test_staff_are_told_who_signs_in_with_the_address(manager, cora):
    other = UserFactory(email="taken@example.org")
    CustomerFactory(first_name="Tess", last_name="Taken", email=other.email, user=other)

    with pytest.raises(ValidationError, match="Tess Taken signs in with this e-mail address"):
        edit(cora, manager, email="taken@example.org")
    with pytest.raises(ValidationError, match="Somebody else signs in"):
        edit(cora, manager, email=manager.email)
    with pytest.raises(ValidationError, match="can't be blank"):
        edit(cora, manager, email="")
    assert not EmailChange.objects.exists()


def test_an_address_that_somebody_else_got_meanwhile_is_left_to_them(manager, cora):
    edit(cora, manager, email="new@example.org")
    token = mailed(cora)
    UserFactory(email="new@example.org")

    with pytest.raises(AddressTaken):
        changing_email.confirm(token)

    assert addresses(cora) == {"cora@example.org"}
    assert EmailChange.objects.count() == 1


def test_an_address_that_a_customer_without_login_has_too_is_theirs_to_take(manager, cora):
    CustomerFactory(email="family@example.org")

    edit(cora, manager, email="family@example.org")
    changing_email.confirm(mailed(cora))

    assert addresses(cora) == {"family@example.org"}


def test_the_address_of_somebody_who_never_signed_in_changes_at_once_and_kills_what_was_sent(
    client, manager, cora
):
    User.objects.update(one_time_until=timezone.now() + timedelta(days=7))

    edit(cora, manager, email="right@example.org")

    assert addresses(cora) == {"right@example.org"}
    sign_in(client, "right@example.org")
    assert "_auth_user_id" not in client.session


def test_an_import_leaves_the_address_of_somebody_who_got_a_login_after_the_check(manager):
    coco = CustomerFactory(first_name="Coco", last_name="", email="coco@example.org")
    table = f"Bookkinda ID,Name,E-mail,Note\n{coco.pk},Coco,import@example.org,Shy\n"
    run = checked(table, existing="update")
    coco.user = UserFactory(email="coco@example.org")
    coco.save(update_fields=["user"])

    save(run)

    assert addresses(coco) == {"coco@example.org"}
    assert Customer.objects.get(pk=coco.pk).note == "Shy"


def test_undo_gives_no_earlier_address_back_to_somebody_who_logs_in(manager, cora):
    edit(cora, manager, email="new@example.org")
    confirmed = changing_email.confirm(mailed(cora))

    undone = undo(confirmed.change_set, by=manager, source=SOURCE)

    assert "signs in with the newer" in undone.refused.reasons[cora.pk]
    assert addresses(cora) == {"new@example.org"}


def test_what_nobody_confirmed_is_forgotten_a_month_after_its_time(manager, cora):
    edit(cora, manager, email="new@example.org")

    with time_machine.travel(timezone.now() + timedelta(days=32)):
        changing_email.forget_old()
        assert EmailChange.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=34)):
        changing_email.forget_old()
    assert not EmailChange.objects.exists()


def test_a_new_address_on_the_form_waits_and_the_profile_says_so(client, manager, cora):
    client.force_login(manager)
    form = {"first_name": "Cora", "email": "new@example.org", "version": cora.version}

    page = client.post(f"/backoffice/customers/{cora.pk}/edit/", form, follow=True).text

    assert "A link is on its way to new@example.org" in page
    assert "Asked for by Max Manager" in page
    assert addresses(cora) == {"cora@example.org"}
    token = mailed(cora)
    client.post(f"/backoffice/customers/{cora.pk}/email/again/")
    assert changing_email.confirm(token) is None
    page = client.post(f"/backoffice/customers/{cora.pk}/email/keep/", follow=True).text
    assert "The e-mail address stays as it is." in page
    assert "Asked for by" not in page


def test_a_taken_address_is_refused_at_its_field_with_the_name(client, manager, cora):
    other = UserFactory(email="taken@example.org")
    CustomerFactory(first_name="Tess", last_name="Taken", email=other.email, user=other)
    client.force_login(manager)
    form = {"first_name": "Cora", "email": "taken@example.org", "version": cora.version}

    answer = client.post(f"/backoffice/customers/{cora.pk}/edit/", form)

    assert answer.status_code == 422
    assert "Tess Taken signs in with this e-mail address" in str(
        answer.context["form"].errors["email"]
    )


def test_who_never_signed_in_is_sent_a_new_password_to_the_right_address(client, manager):
    dora = CustomerFactory(first_name="Dora", email="wrong@example.org")
    allow_one(dora, by=manager, source=SOURCE)
    run_due_jobs()
    assert mail.outbox[-1].to == ["wrong@example.org"]
    dora.refresh_from_db()
    client.force_login(manager)
    form = {"first_name": "Dora", "email": "right@example.org", "version": dora.version}

    page = client.post(f"/backoffice/customers/{dora.pk}/edit/", form, follow=True).text
    run_due_jobs()

    assert "A new password is on its way to right@example.org" in page
    assert addresses(dora) == {"right@example.org"}
    assert mail.outbox[-1].to == ["right@example.org"]
    old, new = (password_in(message) for message in mail.outbox)
    assert old != new
    user = User.objects.get(customer=dora)
    assert not user.check_password(old)
    assert user.check_password(new)


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_opened_twice_at_once_confirms_once(panel_user):
    cora = Customer.objects.get()
    with transaction.atomic():
        changing_email.ask(cora, "new@example.org", by=None, source=SOURCE)
    token = mailed(cora)
    confirmed = []

    def press() -> None:
        confirmed.append(changing_email.confirm(token))

    answers = all_at_once((press,), (press,), (press,), refusals=())

    assert answers["done"] == 3
    assert len([each for each in confirmed if each]) == 1
    assert addresses(cora) == {"new@example.org"}
