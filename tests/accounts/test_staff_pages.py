"""The owner's pages for the accounts of staff."""

import re
from http import HTTPStatus

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from bookkinda.jobs import Job
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/backoffice/settings/staff/"
ADD = f"{LIST}add/"
KEPT_HERE = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def boss(client: Client, owner: User) -> Client:
    """The owner's browser, where the password was typed a moment ago."""
    client.force_login(owner)
    client.post("/account/confirm/", {"password": PASSWORD})
    return client


def page_of(user: User, action: str = "") -> str:
    return f"{LIST}{user.pk}/{action}"


def typed(**changes: str) -> dict[str, str]:
    return {"name": "Ada Moss", "email": "ada@example.org", "role": "front-desk", **changes}


def test_the_list_shows_staff_and_no_customers(boss, manager, panel_user):
    page = boss.get(LIST).text

    assert manager.email in page
    assert panel_user.email not in page


@pytest.mark.parametrize("colleagues", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(boss, colleagues, django_assert_num_queries):
    for _ in range(colleagues):
        UserFactory(role=Role.MANAGER)
    boss.get(LIST)  # the first page after signing in also writes down the session

    with django_assert_num_queries(4):
        boss.get(LIST)


def test_the_owner_adds_somebody_who_then_chooses_a_password(boss):
    response = boss.post(ADD, typed(email="Ada@Example.ORG"))

    ada = User.objects.get(email="ada@example.org")
    assert response["Location"] == page_of(ada)
    assert (ada.name, ada.role, ada.has_usable_password()) == ("Ada Moss", Role.FRONT_DESK, False)
    assert Job.objects.filter(kind="notifications.staff_invitation").count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"email": "desk@example.org"}, "email", "Fay Desk of your staff"),
        ({"email": "cora@example.org"}, "email", "A customer signs in"),
        ({"email": "nonsense"}, "email", "looks like name@example.org"),
        ({"name": ""}, "name", "required"),
        ({"role": "emperor"}, "role", "valid choice"),
        ({"role": ""}, "role", "required"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(boss, front_desk, panel_user, changes, field, says):
    count = User.objects.count()

    response = boss.post(ADD, typed(**changes))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert says in " ".join(response.context["form"].errors[field])
    assert User.objects.count() == count


def test_the_owner_changes_name_address_role_and_second_factor(boss, manager):
    changes = typed(role="read-only", second_factor_required="on")

    response = boss.post(page_of(manager), changes)

    assert response["Location"] == LIST
    manager.refresh_from_db()
    assert (manager.name, manager.email, manager.role) == (
        "Ada Moss",
        "ada@example.org",
        Role.READ_ONLY,
    )
    assert manager.second_factor_required


def test_a_refused_address_changes_nothing_else_either(boss, manager, front_desk):
    response = boss.post(page_of(manager), typed(email=front_desk.email, role="read-only"))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    manager.refresh_from_db()
    assert (manager.name, manager.role) == ("Max Manager", Role.MANAGER)


def test_nobody_changes_their_own_role(boss, owner):
    UserFactory(role=Role.OWNER)

    boss.post(page_of(owner), typed(email=owner.email, role="manager"))

    owner.refresh_from_db()
    assert owner.role == Role.OWNER
    assert owner.name == "Ada Moss"


def test_nobody_suspends_themselves(boss, owner):
    UserFactory(role=Role.OWNER)

    boss.post(page_of(owner, "suspend/"))

    owner.refresh_from_db()
    assert owner.is_active


def test_another_owner_takes_the_role_away(boss):
    other = UserFactory(role=Role.OWNER)

    boss.post(page_of(other), typed(email=other.email, role="manager"))

    other.refresh_from_db()
    assert other.role == Role.MANAGER


def test_suspended_staff_are_out_at_once_and_back_when_reinstated(boss, manager):
    theirs = Client()
    theirs.force_login(manager)

    boss.post(page_of(manager, "suspend/"))
    assert theirs.get("/account/").status_code == HTTPStatus.FOUND

    boss.post(page_of(manager, "reinstate/"))
    theirs.post("/sign-in/", {"login": manager.email, "password": PASSWORD})
    assert theirs.get("/account/").status_code == HTTPStatus.OK


def test_the_link_is_shown_once_and_works_once(boss, manager):
    shown = boss.post(page_of(manager, "link/")).text
    link = re.search(r"https?://[^/\s]+(/forgotten-password/[^<\s]+)", shown)
    assert link
    theirs = Client()

    form = theirs.get(link[1], follow=True)
    theirs.post(
        form.request["PATH_INFO"],
        {"password1": "a fresh long password", "password2": "a fresh long password"},
    )

    manager.refresh_from_db()
    assert manager.check_password("a fresh long password")
    assert "password1" not in Client().get(link[1], follow=True).text


@pytest.mark.parametrize("action", ["link/", "forget-factor/"])
def test_who_finds_an_open_screen_cannot_take_over_a_login(client, owner, manager, action):
    client.force_login(owner)

    response = client.post(page_of(manager, action))

    assert response["Location"].startswith("/account/confirm/?next=")
    shown = client.post(response["Location"], {"password": PASSWORD}, follow=True)
    assert shown.status_code == HTTPStatus.OK


def test_a_link_is_never_shown_by_opening_an_address(boss, manager):
    assert boss.get(page_of(manager, "link/")).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_no_link_for_suspended_staff(boss, manager):
    User.objects.filter(pk=manager.pk).update(is_active=False)

    response = boss.post(page_of(manager, "link/"), follow=True)

    assert "is suspended" in response.text
    assert "/forgotten-password/" not in response.text


def test_a_mail_is_offered_only_where_mail_is_sent(boss, manager, settings):
    assert "Mail a link" in boss.get(page_of(manager)).text

    settings.EMAIL_BACKEND = KEPT_HERE

    assert "Mail a link" not in boss.get(page_of(manager)).text
    assert "Show a link" in boss.get(page_of(manager)).text


def test_the_link_is_mailed_by_a_job_that_holds_the_id_only(boss, manager):
    boss.post(page_of(manager, "link/"), {"mail": "1"})

    assert Job.objects.get().payload == {"user": manager.pk}


@pytest.mark.parametrize("action", ["", "link/", "suspend/", "reinstate/", "forget-factor/"])
def test_a_customers_login_is_not_found_here(boss, panel_user, action):
    assert boss.post(page_of(panel_user, action)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("who", ["manager", "front_desk", "reader", "panel_user"])
@pytest.mark.parametrize("action", ["", "link/", "suspend/", "reinstate/", "forget-factor/"])
def test_only_the_owner_manages_staff(client, owner, request, who, action):
    client.force_login(request.getfixturevalue(who))

    assert client.get(LIST).status_code == HTTPStatus.FORBIDDEN
    assert client.post(ADD, typed()).status_code == HTTPStatus.FORBIDDEN
    assert client.post(page_of(owner, action), typed()).status_code == HTTPStatus.FORBIDDEN
    owner.refresh_from_db()
    assert owner.is_active
