"""The way from the sample to real use, in the back office."""

from http import HTTPStatus

import pytest

from accounts.models import User
from bookkinda.preferences import Preferences
from bookkinda.sample import business
from bookkinda.sample.people import HOW_MANY
from customers.models import Customer
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

REMOVE = "/backoffice/remove-sample/"
STEPS = "/backoffice/first-steps/"


@pytest.fixture
def sample_owner() -> User:
    return business.make_sample().owner


def test_the_banner_says_that_this_is_a_sample_and_leads_the_owner_out(client, sample_owner):
    client.force_login(sample_owner)

    page = client.get("/backoffice/settings/").text

    assert "This is a sample." in page
    assert REMOVE in page


def test_the_page_asks_before_anything_is_removed(client, sample_owner):
    client.force_login(sample_owner)

    page = client.get(REMOVE).text

    assert "1,200 customers of the sample are removed for good" in page
    assert Customer.objects.count() == HOW_MANY


def test_one_button_removes_the_sample_and_leads_to_the_first_steps(client, sample_owner):
    own = CustomerFactory()
    client.force_login(sample_owner)

    response = client.post(REMOVE)

    assert response["Location"] == STEPS
    assert Customer.objects.get() == own
    page = client.get(STEPS)
    assert "1,200 customers of the sample are removed." in page.text
    assert "This is a sample." not in page.text


def test_removing_twice_is_no_error(client, sample_owner):
    client.force_login(sample_owner)
    client.post(REMOVE)

    assert client.post(REMOVE).status_code == HTTPStatus.FOUND
    assert "no sample in this database any more" in client.get(REMOVE).text


@pytest.mark.parametrize("page", [REMOVE, STEPS])
@pytest.mark.parametrize("who", ["manager", "front_desk", "reader", "panel_user"])
def test_only_the_owner_removes_the_sample_and_sees_the_first_steps(client, request, who, page):
    CustomerFactory()
    client.force_login(request.getfixturevalue(who))

    assert client.get(page).status_code == HTTPStatus.FORBIDDEN
    assert client.post(page).status_code == HTTPStatus.FORBIDDEN


def test_the_first_steps_say_truly_what_is_left_to_do(client, owner, manager, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    User.objects.filter(pk=owner.pk).update(email="olive@marigold.example.org")
    client.force_login(owner)

    context = client.get(STEPS).context

    assert not context["business_is_named"]
    assert context["own_address"]
    assert context["staff_count"] == 2
    assert not context["mail_is_sent"]
    assert not context["has_customers"]


def test_mail_that_goes_to_files_is_said_with_the_variable_that_changes_it(client, owner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    client.force_login(owner)

    page = client.get(STEPS).text

    assert "EMAIL_URL" in page
    assert settings.EMAIL_FILE_PATH in page


def test_mail_that_is_sent_is_said_with_its_sender(client, owner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Marigold <hello@marigold.example.org>"
    client.force_login(owner)

    page = client.get(STEPS).text

    assert "hello@marigold.example.org" in page
    assert "EMAIL_URL" not in page


def test_done_first_steps_are_no_longer_offered(client, owner):
    client.force_login(owner)
    assert STEPS in client.get("/backoffice/settings/").text

    client.post(STEPS)

    assert Preferences.load().first_steps_done_at is not None
    assert STEPS not in client.get("/backoffice/settings/").text
