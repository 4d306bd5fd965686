"""Passkeys that no browser made, and those of somebody else. Real ones: tests/browser."""

import pytest
from allauth.mfa.models import Authenticator

from tests.accounts.test_second_factor import FACTOR, code, confirm, guarded
from tests.accounts.test_signing_in import is_in, sign_in

__all__ = ["guarded"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("action", ["remove", "rename"])
def test_nobody_reaches_the_passkey_of_somebody_else(client, owner, reader, action):
    theirs = Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Work"})
    sign_in(client, reader.email)
    confirm(client)

    response = client.post(f"{FACTOR}passkeys/{theirs.pk}/{action}/", {"name": "Mine"})

    assert response.status_code == 404
    theirs.refresh_from_db()
    assert theirs.data == {"name": "Work"}


@pytest.mark.parametrize(
    "credential",
    ["", "nonsense", "{}", "[]", "null", '{"id": 1}', '{"response": {}}', '{"type": "public-key"}'],
)
def test_a_made_up_passkey_is_refused_without_a_crash(client, guarded, credential):
    sign_in(client, guarded.email)

    second = client.post("/sign-in/code/", {"credential": credential})
    assert second.status_code == 200
    assert not is_in(client)
    client.post("/sign-in/code/", {"code": code()})
    confirm(client)

    added = client.post(f"{FACTOR}passkeys/add/", {"credential": credential, "name": "x"})

    assert added.status_code == 200
    assert not Authenticator.objects.filter(user=guarded, type="webauthn").exists()
