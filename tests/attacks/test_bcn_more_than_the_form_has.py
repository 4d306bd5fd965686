"""Classes B, C and N: fields that no page of ours shows, sent along with every form there is.

B: the client names a user, who is linked to a customer or gets a new password (Amelia
CVE-2026-5465, LatePoint CVE-2026-1566). C: the client names a role (Amelia CVE-2026-9055). N: the
client names a state, a price or a day (Bookly CVE-2026-2519, Bookr CVE-2026-1932).
"""

from typing import Any

import pytest
from django import forms

from accounts.models import User
from accounts.roles import Role
from bookkinda.preferences import Preferences
from customers.filters import CustomerFilter
from customers.models import Customer
from customers.models.customer import Access
from customers.resources import all_columns
from tests.attacks.walking import crashed, send_everything
from tests.factories import CustomerFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

LINKS = [
    "user", "user_id", "userId", "externalId", "wordpress_user_id", "wp_user_id", "customer_user",
    "login", "account", "owner", "by",
]  # fmt: skip
ROLES = ["role", "type", "is_staff", "is_superuser", "is_active", "groups", "user_permissions"]
STATES: dict[str, Any] = {
    "access": Access.ACTIVE, "access_state": "active", "one_time_until": "2999-01-01",
    "invited_at": "2001-01-01", "created_at": "2001-01-01", "status": "approved",
    "state": "done", "archived_at": "", "import_run": 1, "password_hash": "x", "price": "0",
}  # fmt: skip


def more(victim: User) -> dict[str, Any]:
    """The victim as a user of every name, the highest role by every name, and invented states."""
    links: dict[str, Any] = dict.fromkeys(LINKS, victim.pk)
    return {**STATES, **links, **dict.fromkeys(ROLES, "owner"), "permissions": "owner"}


def who_is_who() -> dict[int, tuple[Any, ...]]:
    """All that makes a login what it is, of everybody."""
    fields = ("pk", "role", "email", "is_active", "password", "one_time_until", "customer__pk")
    return {row[0]: row for row in User.objects.order_by("pk").values_list(*fields)}


@pytest.fixture
def victims(owner: User) -> list[User]:
    """A colleague, and a customer who can sign in."""
    victim = UserFactory(email="victim@example.org")
    CustomerFactory(first_name="Vic", email=victim.email, user=victim)
    return [UserFactory(email="boss@example.org", role=Role.OWNER), victim]


def test_a_customer_gains_nothing_by_any_field_that_no_form_shows(panel_user, victims):
    before = who_is_who()
    mine = before.pop(panel_user.pk)

    answers = send_everything(panel_user, more(victims[1]))

    after = who_is_who()
    changed = after.pop(panel_user.pk)
    assert {pk: after[pk] for pk in before} == before
    assert changed[:2] + changed[-2:] == mine[:2] + mine[-2:]
    assert not User.objects.filter(role=Role.OWNER, pk__gt=max(before)).exists()
    assert crashed(answers) == []


def test_staff_link_no_login_by_any_field_that_no_form_shows(victims, panel_user):
    """Also not by mistake: a browser extension or a script of somebody else's sends as they do."""
    actor = UserFactory(email="actor@example.org", role=Role.OWNER)
    lonely = CustomerFactory(first_name="Lo", email="lo@example.org")
    before = who_is_who()

    answers = send_everything(actor, more(victims[0]), below="/backoffice/")

    after = who_is_who()
    assert {pk: after[pk] for pk in before} == before
    lonely.refresh_from_db()
    assert (lonely.user_id, lonely.access) == (None, Access.NONE)
    assert not Customer.objects.filter(user__role__gt="").exists()
    assert not Customer.objects.filter(access=Access.ACTIVE).exists()
    assert not User.objects.filter(role=Role.OWNER, pk__gt=max(before)).exists()
    assert crashed(answers) == []


def all_forms(of: type = forms.BaseForm) -> set[type]:
    return {one for sub in of.__subclasses__() for one in {sub, *all_forms(sub)}}


def test_no_form_of_a_customer_has_a_field_for_the_login_or_its_state():
    """`base_fields` of every form of ours; staff's own forms are about people of the house."""
    ours = [form for form in all_forms() if form.__module__.split(".")[0] != "django"]
    names = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in ours
        if form.__module__.startswith(("customers.", "portal.", "notifications."))
        for name in getattr(form, "base_fields", {})
        if name in {*LINKS, *ROLES, "access", "one_time_until", "invited_at", "permissions"}
    }

    assert len(ours) > 10
    assert names == set()


def test_no_column_of_an_import_and_no_export_names_the_login():
    names = {column.name for column in all_columns()}

    assert names & {*LINKS, *ROLES, "access", "password", "permissions"} == set()


def test_no_filter_of_the_list_reaches_into_a_login():
    """`?user__password__startswith=a` would tell a hash letter by letter."""
    assert not {name for name in CustomerFilter.base_filters if name.startswith("user")}
    assert "user" not in CustomerFilter.get_fields()


def test_a_parameter_that_looks_into_a_login_narrows_nothing(client, manager, panel_user):
    client.force_login(manager)
    wrong = "user__password__startswith=nothing-like-it&user__role=owner&user=0"

    page = client.get(f"/backoffice/customers/?{wrong}").content.decode()

    assert "Cora" in page


@pytest.mark.parametrize("role", Role.values)
def test_a_customers_login_that_holds_a_role_all_the_same_opens_nothing(client, panel_user, role):
    """No rule makes one. Whoever wrote it into the database gains nothing by it (class C)."""
    User.objects.filter(pk=panel_user.pk).update(role=role)

    client.post("/sign-in/", {"login": panel_user.email, "password": "correct horse battery"})

    assert client.get("/backoffice/customers/").status_code == 302
    assert client.get("/panel/").status_code == 302


def test_no_default_of_the_settings_gives_a_role_to_a_customer(panel_user):
    """LatePoint CVE-2026-104766 took the role of new logins from a setting. There is none here."""
    names = vars(Preferences())

    assert not [name for name in names if "role" in name]
    assert User().role == ""
    assert panel_user.permissions == frozenset()
