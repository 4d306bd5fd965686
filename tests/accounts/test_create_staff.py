"""manage.py create_staff."""

import io
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.roles import Role

pytestmark = pytest.mark.django_db

GOOD = "correct horse battery staple"


def create(*words: str, password: str = GOOD) -> str:
    """What the command says when it gets the password from standard input."""
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        call_command("create_staff", *words, "--password-stdin", stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("role", Role.values)
def test_staff_of_every_role_are_added_and_can_sign_in(client, role):
    said = create("New@Example.org", "--role", role, "--name", "Nia New")

    user = User.objects.get(email="new@example.org")
    assert (user.role, user.name) == (role, "Nia New")
    assert said == f"new@example.org can sign in as {Role(role).label}.\n"
    response = client.post("/sign-in/", {"login": user.email, "password": GOOD})
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        ("nonsense", GOOD, "looks like name@example.org"),
        ("owner@example.org", GOOD, "Olive Owner of your staff"),
        ("new@example.org", "short", "too short"),
        ("new@example.org", "1234567890", "entirely numeric"),
        ("newcomer@example.org", "newcomer@example.org", "too similar"),
        ("new@example.org", "", "no password on standard input"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(owner, email, password, says):
    with pytest.raises(CommandError, match=says):
        create(email, "--role", "manager", password=password)
    assert User.objects.count() == 1


def test_a_role_that_does_not_exist_is_refused():
    with pytest.raises(CommandError, match="invalid choice"):
        create("new@example.org", "--role", "emperor")


def test_without_a_terminal_the_way_to_hand_in_a_password_is_said(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    with pytest.raises(CommandError, match="--password-stdin"):
        call_command("create_staff", "new@example.org", "--role", "owner")
