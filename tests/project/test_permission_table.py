"""Who may open which page: every address there is, for every kind of person.

A page that has no line here fails the last test. The columns are, in this order: signed out, a
customer, read only, front desk, manager, owner. A number is the status of the answer, "in" the way
to the sign-in page. What follows a "?" in a name is sent as the form; other forms are sent empty.
"""

from collections.abc import Callable, Iterator

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.roles import Role
from tests.factories import CustomerFactory, UserFactory
from tests.project.things import THINGS

PEOPLE = ["signed out", "customer", "read only", "front desk", "manager", "owner"]
SIGN_IN = "/sign-in/"

TABLE = {
    # Signing in: open to all. Who is signed in is led on.
    "home": "GET 302 302 302 302 302 302",
    "accounts:sign-in": "GET 200 302 302 302 302 302",
    "account_login": "GET 200 302 302 302 302 302",
    "mfa_authenticate": "GET 302 302 302 302 302 302",
    "accounts:sign-out": "POST 302 302 302 302 302 302",
    "account_logout": "POST 302 302 302 302 302 302",
    "account_reset_password": "GET 200 200 200 200 200 200",
    "account_reset_password_done": "GET 200 200 200 200 200 200",
    "account_reset_password_from_key": "GET 200 200 200 200 200 200",
    "account_reset_password_from_key_done": "GET 200 200 200 200 200 200",
    # By e-mail: only where the owner offers it.
    "accounts:sign-in-mail": "GET 404 404 404 404 404 404",
    "accounts:sign-in-mail-sent": "GET 404 404 404 404 404 404",
    "accounts:sign-in-link": "GET 404 404 404 404 404 404",
    # Whether all is well: for whoever watches the machine (503: no worker in a test).
    "alive": "GET 200 200 200 200 200 200",
    "ready": "GET 503 503 503 503 503 503",
    # Where providers report: whoever they are, they prove it by a signature or a shared secret.
    "webhooks:twilio-status": "POST 403 403 403 403 403 403",
    "webhooks:twilio-inbound": "POST 403 403 403 403 403 403",
    "webhooks:mail": "POST 404 404 404 404 404 404",
    # One's own account: everybody who signs in. Customers have theirs in the panel.
    "accounts:account": "GET in 302 200 200 200 200",
    "accounts:password": "GET in 200 200 200 200 200",
    "accounts:sessions": "GET in 200 200 200 200 200",
    "accounts:end-session": "POST in 404 404 404 404 404",
    "account_reauthenticate": "GET in 200 200 200 200 200",
    # The second factor: staff. Changing it asks for the password first (302).
    "accounts:second-factor": "GET in 403 200 200 200 200",
    "mfa_index": "GET in 403 200 200 200 200",
    "mfa_reauthenticate": "GET in 403 302 302 302 302",
    "mfa_reauthenticate_webauthn": "GET in 403 302 302 302 302",
    "mfa_activate_totp": "GET in 403 302 302 302 302",
    "mfa_deactivate_totp": "GET in 403 404 404 404 404",
    "mfa_view_recovery_codes": "GET in 403 404 404 404 404",
    "mfa_generate_recovery_codes": "GET in 403 302 302 302 302",
    "mfa_download_recovery_codes": "GET in 403 404 404 404 404",
    "mfa_add_webauthn": "GET in 403 302 302 302 302",
    "mfa_remove_webauthn": "GET in 403 302 302 302 302",
    "mfa_edit_webauthn": "GET in 403 302 302 302 302",
    # Customers: everybody reads, the front desk writes, managers carry them in and out, the owner
    # erases. A page that is asked for in vain says so to those who may ask (404, 422).
    "customers:list": "GET in 403 200 200 200 200",
    "customers:archived": "GET in 403 200 200 200 200",
    "customers:changes": "GET in 403 200 200 200 200",
    "customers:change": "GET in 403 200 200 200 200",
    "customers:undo": "POST in 403 403 302 302 302",
    "customers:profile": "GET in 403 200 200 200 200",
    "customers:photo": "GET in 403 404 404 404 404",
    "customers:duplicates": "POST in 403 200 200 200 200",
    "customers:add": "GET in 403 403 200 200 200",
    "customers:add?first_name=": "POST in 403 403 422 422 422",
    "customers:edit": "GET in 403 403 200 200 200",
    "customers:edit?first_name=": "POST in 403 403 422 422 422",
    "customers:ask-email-again": "POST in 403 403 302 302 302",
    "customers:keep-email": "POST in 403 403 302 302 302",
    "customers:keep-account": "POST in 403 403 302 302 302",
    "customers:delete": "POST in 403 403 302 302 302",
    "customers:restore": "POST in 403 403 302 302 302",
    "customers:erase": "GET in 403 403 403 403 200",
    "customers:erase?word=no": "POST in 403 403 403 403 422",
    "customers:add-note": "POST in 403 403 422 422 422",
    "customers:delete-note": "POST in 403 403 302 302 302",
    "customers:duplicate-inbox": "GET in 403 403 200 200 200",
    "customers:merge-with": "GET in 403 403 200 200 200",
    "customers:merge-pair": "GET in 403 403 200 200 200",
    "customers:merge-pair?versions=": "POST in 403 403 422 422 422",
    "customers:not-the-same": "POST in 403 403 302 302 302",
    "customers:ask-again": "POST in 403 403 302 302 302",
    "customers:tags": "GET in 403 403 200 200 200",
    "customers:tag": "GET in 403 403 200 200 200",
    "customers:delete-tag": "POST in 403 403 302 302 302",
    "customers:export": "GET in 403 403 403 200 200",
    "customers:export?scope=all&format=csv": "POST in 403 403 403 200 200",
    "customers:export?form=csv&who=all&columns=phone": "POST in 403 403 403 200 200",
    "customers:export-run": "GET in 403 403 403 404 404",
    "customers:export-stop": "POST in 403 403 403 404 404",
    "customers:export-file": "GET in 403 403 403 404 404",
    "customers:privacy": "POST in 403 403 403 200 200",
    "customers:transfers": "GET in 403 403 403 200 200",
    "customers:bulk": "POST in 403 400 400 400 400",
    "customers:bulk?action=delete": "POST in 403 403 302 302 302",
    "customers:bulk?action=restore": "POST in 403 403 302 302 302",
    "customers:bulk?action=tag": "POST in 403 403 302 302 302",
    "customers:bulk?action=erase": "POST in 403 403 403 403 302",
    "customers:bulk?action=allow": "POST in 403 403 302 302 302",
    "customers:bulk?action=revoke": "POST in 403 403 302 302 302",
    "customers:allow-login": "POST in 403 403 302 302 302",
    "customers:resend-access": "POST in 403 403 422 422 422",
    "customers:channels": "POST in 403 403 302 302 302",
    "customers:revoke-access": "POST in 403 403 302 302 302",
    # Imports: managers and owners, each other's too. What can't be done now is said there.
    "customers:import": "GET in 403 403 403 200 200",
    "customers:import?pasted=": "POST in 403 403 403 422 422",
    "customers:import-template": "GET in 403 403 403 200 200",
    "customers:import-run": "GET in 403 403 403 302 302",
    "customers:import-columns": "GET in 403 403 403 200 200",
    "customers:import-check": "GET in 403 403 403 302 302",
    "customers:import-fix": "POST in 403 403 403 400 400",
    "customers:import-fix?line=2&column=0&text=x": "POST in 403 403 403 302 302",
    "customers:import-start": "POST in 403 403 403 302 302",
    "customers:import-stop": "GET in 403 403 403 302 302",
    "customers:import-keep": "POST in 403 403 403 302 302",
    "customers:import-errors": "GET in 403 403 403 200 200",
    "customers:import-allow-login": "POST in 403 403 403 302 302",
    "customers:import-undo": "POST in 403 403 403 302 302",
    "customers:import-remove": "GET in 403 403 403 200 200",
    # Messages: everybody reads the log, the front desk sends again.
    "notifications:log": "GET in 403 200 200 200 200",
    "notifications:message": "GET in 403 200 200 200 200",
    "notifications:resend": "GET in 403 403 200 200 200",
    "notifications:health": "GET in 403 200 200 200 200",
    "notifications:try-channel": "POST in 403 403 302 302 302",
    # The accounts of staff: the owner. Two of them ask for the password first.
    "accounts:staff": "GET in 403 403 403 403 200",
    "accounts:add-staff": "GET in 403 403 403 403 200",
    "accounts:edit-staff": "GET in 403 403 403 403 200",
    "accounts:staff-link": "POST in 403 403 403 403 302",
    "accounts:suspend-staff": "POST in 403 403 403 403 302",
    "accounts:reinstate-staff": "POST in 403 403 403 403 302",
    "accounts:forget-factor": "POST in 403 403 403 403 302",
    # How messages are sent, and the mailbox of a machine that can't send them: the owner.
    "notifications:channels": "GET in 403 403 403 403 200",
    "notifications:channels?track_opens=on": "POST in 403 403 403 403 302",
    "notifications:channel-test": "POST in 403 403 403 403 422",
    "notifications:mailbox": "GET in 403 403 403 403 200",
    "notifications:kept-message": "GET in 403 403 403 403 404",
    "notifications:kept-letter": "GET in 403 403 403 403 404",
    # What returning visitors wrote otherwise: whoever may change customers decides.
    "appointments:suggestions": "GET in 403 403 200 200 200",
    "appointments:accept-suggestion": "POST in 403 403 302 302 302",
    "appointments:dismiss-suggestion": "POST in 403 403 302 302 302",
    # The first page of everybody on the staff.
    "business:dashboard": "GET in 403 200 200 200 200",
    # What can be booked, with whom and when: managers. Who may not book: the front desk.
    "appointments:services": "GET in 403 403 403 200 200",
    "appointments:add-service": "GET in 403 403 403 200 200",
    "appointments:service": "GET in 403 403 403 200 200",
    "appointments:service?name=": "POST in 403 403 403 422 422",
    "appointments:remove-service": "GET in 403 403 403 200 200",
    "appointments:restore-service": "POST in 403 403 403 302 302",
    "appointments:order-service": "POST in 403 403 403 302 302",
    "appointments:providers": "GET in 403 403 403 200 200",
    "appointments:add-provider": "GET in 403 403 403 200 200",
    "appointments:provider": "GET in 403 403 403 200 200",
    "appointments:provider?name=": "POST in 403 403 403 422 422",
    "appointments:remove-provider": "GET in 403 403 403 200 200",
    "appointments:restore-provider": "POST in 403 403 403 302 302",
    "appointments:order-provider": "POST in 403 403 403 302 302",
    "appointments:hours": "GET in 403 403 403 200 200",
    "appointments:hours?0-open=on&0-0-from=x": "POST in 403 403 403 422 422",
    "appointments:provider-hours": "GET in 403 403 403 200 200",
    "appointments:add-days": "GET in 403 403 403 200 200",
    "appointments:days": "GET in 403 403 403 200 200",
    "appointments:remove-days": "GET in 403 403 403 200 200",
    "appointments:blocks": "GET in 403 403 200 200 200",
    "appointments:blocks?email=": "POST in 403 403 422 422 422",
    "appointments:block": "GET in 403 403 200 200 200",
    "appointments:remove-block": "GET in 403 403 200 200 200",
    # The business: its owner.
    "business:settings": "GET in 403 403 403 403 200",
    "business:booking": "GET in 403 403 403 403 200",
    "business:booking?booking_step=": "POST in 403 403 403 403 422",
    "business:first-steps": "GET in 403 403 403 403 200",
    "business:remove-sample": "POST in 403 403 403 403 302",
    "business:logo": "GET 404 404 404 404 404 404",
    "business:mail-logo": "GET 404 404 404 404 404 404",
    # Messages: what is sent by which channel, and in which words, is the owner's to decide.
    "notifications:workflows": "GET in 403 403 403 403 200",
    "notifications:workflows?on=": "POST in 403 403 403 403 302",
    "notifications:quiet-hours": "POST in 403 403 403 403 302",
    "notifications:order": "GET in 403 403 403 403 200",
    "notifications:switch": "POST in 403 403 403 403 302",
    "notifications:template": "GET in 403 403 403 403 200",
    "notifications:template?body=": "POST in 403 403 403 403 422",
    "notifications:preview": "POST in 403 403 403 403 200",
    "notifications:test": "POST in 403 403 403 403 422",
    "notifications:remove-words": "POST in 403 403 403 403 302",
    # The calendar and one appointment: everybody reads, the front desk books, moves and cancels.
    "appointments:calendar": "GET in 403 200 200 200 200",
    "appointments:detail": "GET in 403 200 200 200 200",
    "appointments:list": "GET in 403 200 200 200 200",
    "appointments:add": "GET in 403 403 200 200 200",
    "appointments:add?service=": "POST in 403 403 422 422 422",
    "appointments:move": "GET in 403 403 200 200 200",
    "appointments:move?date=": "POST in 403 403 422 422 422",
    "appointments:cancel": "GET in 403 403 200 200 200",
    "appointments:cancel?tell=on": "POST in 403 403 302 302 302",
    "appointments:status": "POST in 403 403 302 302 302",
    "appointments:notes": "POST in 403 403 422 422 422",
    "appointments:undo": "POST in 403 403 302 302 302",
    # The Customer Panel: customers.
    "portal:home": "GET in 200 403 403 403 403",
    "portal:profile": "GET in 200 403 403 403 403",
    "portal:profile?first_name=": "POST in 422 403 403 403 403",
    "portal:messages": "POST in 302 403 403 403 403",
    "portal:email": "GET in 200 403 403 403 403",
    "portal:ask-again": "POST in 302 403 403 403 403",
    "portal:keep-email": "POST in 302 403 403 403 403",
    "portal:move": "GET in 404 403 403 403 403",
    "portal:cancel": "GET in 404 403 403 403 403",
    "portal:ics": "GET in 404 403 403 403 403",
    "portal:calendar": "GET in 200 403 403 403 403",
    "portal:calendar?do=on": "POST in 302 403 403 403 403",
    "portal:photo": "GET in 404 403 403 403 403",
    "portal:data": "POST in 200 403 403 403 403",
    "portal:close": "GET in 200 403 403 403 403",
    "portal:close?password=": "POST in 422 403 403 403 403",
    "portal:keep": "POST in 302 403 403 403 403",
    # Calendar programs can't sign in: the address is the secret.
    "portal:feed": "GET 404 404 404 404 404 404",
    # A sent password opens it; who chose one is led on, like staff.
    "portal:first-password": "GET in 302 302 302 302 302",
    # A link in a mail, whoever opens it.
    "portal:confirm-email": "GET 200 200 200 200 200 200",
    # Whoever has the link of an appointment, and nobody by guessing.
    "booking:manage": "GET 200 200 200 200 200 200",
    "booking:manage-move": "GET 200 200 200 200 200 200",
    "booking:manage-cancel": "GET 200 200 200 200 200 200",
    "booking:manage-cancel?reason=": "POST 302 302 302 302 302 302",
    "booking:ics": "GET 200 200 200 200 200 200",
    # The booking page is open to all. Nobody is booked by a form that is sent empty.
    "booking:services": "GET 200 200 200 200 200 200",
    "booking:providers": "GET 200 200 200 200 200 200",
    "booking:times": "GET 200 200 200 200 200 200",
    "booking:times?start=x": "POST 403 403 403 403 403 403",
    "booking:details": "GET 200 200 200 200 200 200",
    "booking:details?token=x": "POST 403 403 403 403 403 403",
    "booking:done": "GET 200 200 200 200 200 200",
}


def every_page(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from every_page(entry, inner)
        else:
            yield f"{space}{entry.name}", entry


PAGES = dict(every_page(get_resolver()))


def address(name: str) -> str:
    pattern = PAGES[name].pattern
    if not (pattern.regex.groupindex or pattern.converters):
        return reverse(name)
    start = next(start for start in THINGS if name.startswith(start))
    return reverse(name, kwargs=THINGS[start]())


@pytest.fixture
def people(db: None) -> dict[str, Callable[[], Client]]:
    """A browser for each kind of person."""

    def browser_of(user: User | None) -> Client:
        client = Client()
        if user:
            client.force_login(user)
        return client

    customer = UserFactory()
    CustomerFactory(user=customer)
    UserFactory(role=Role.OWNER)
    roles = [Role.READ_ONLY, Role.FRONT_DESK, Role.MANAGER, Role.OWNER]
    users = [None, customer, *(UserFactory(role=role) for role in roles)]
    return dict(zip(PEOPLE, map(browser_of, users), strict=True))


@pytest.mark.parametrize("line", TABLE)
def test_a_page_opens_to_whom_the_table_says_and_to_nobody_else(line, people):
    name, _, form = line.partition("?")
    method, *wanted = TABLE[line].split()

    found = []
    for person in PEOPLE:
        sent = people[person].get if method == "GET" else people[person].post
        answer = sent(address(name), QueryDict(form))
        to_sign_in = answer.headers.get("Location", "").startswith(f"{SIGN_IN}?next=")
        found.append("in" if to_sign_in else str(answer.status_code))

    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, wanted, strict=True))


def test_every_page_stands_in_the_table():
    named = {line.partition("?")[0] for line in TABLE}

    assert set(PAGES) - named == set(), "Say in TABLE who may open it."
    assert named - set(PAGES) == set(), "There is no such page."


def test_no_page_of_the_back_office_opens_to_a_customer(db):
    for line, answers in TABLE.items():
        if address(line.partition("?")[0]).startswith("/backoffice/"):
            assert answers.split()[1:3] == ["in", "403"], line
