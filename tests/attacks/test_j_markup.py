"""Class J: markup in what a customer is called, run in the browser of whoever reads it.

LatePoint CVE-2026-0617 (customer fields in the back office), Easy!Appointments' message of disabled
booking. Every page of the permission table is read, with markup in every text that a person can
have typed, and in the address line.
"""

from html.parser import HTMLParser

import pytest
from django.test import Client

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.models import Change, Customer, EmailChange, ImportRun, Note, Tag
from notifications.models import Delivery, MessageTemplate
from tests.attacks.walking import pages
from tests.factories import PASSWORD, CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

SHORT = "<svg/onload=bad()>"
NASTY = (
    f'"><script>bad()</script>\' onfocus=bad() autofocus x="{SHORT}{{{{ 7|add:7 }}}}{{% now "Y" %}}'
)
LINK = "javascript:bad()//"
LEADS_AWAY = {"href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post", "data"}
QUERY = {"q": NASTY, "next": LINK, "event": SHORT, "language": SHORT, "page": SHORT, "tag": SHORT}


class Danger(HTMLParser):
    """Everything on a page that a browser would run or load and that is not our own."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.in_script = tag == "script"
        if tag == "script" and not values.get("src", "").startswith("/static/"):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in values.items():
            script = value.strip().lower().startswith(("javascript:", "vbscript:", "data:text"))
            if name.startswith(("on", "hx-on")) or (script and name in LEADS_AWAY):
                self.found.append(f"<{tag} {name}={value[:40]}>")

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self.found.append(data[:60])
        if "bad()>14" in data:
            self.found.append("a template in a value was run")


def spoil_everything() -> None:
    """Markup in every text that somebody may have typed, wherever it is kept."""
    Customer.objects.update(
        first_name=NASTY[:100], last_name=SHORT, phone_extension="<b onx=1>"[:10],
        note=NASTY, email=f"{SHORT}@example.org",
    )  # fmt: skip
    for model, field in [(Note, "text"), (ImportRun, "file_name")]:
        model.objects.update(**{field: NASTY})
    for tag in Tag.objects.all():
        Tag.objects.filter(pk=tag.pk).update(name=f"{SHORT}{tag.pk}")
    User.objects.update(name=NASTY)
    Preferences(business_name=NASTY[:100], address=NASTY, phone=SHORT).save()
    Delivery.objects.update(to=f"{SHORT}@example.org", code=SHORT, provider_id=NASTY[:100])
    EmailChange.objects.update(address=f"{SHORT}@example.org")
    MessageTemplate.objects.create(
        event="birthday", channel="email", language="en", subject=NASTY, body=NASTY
    )
    for change in Change.objects.all():
        change.before, change.after = {"first_name": NASTY}, {"first_name": SHORT, "note": NASTY}
        change.save()


def read_all(person: User, there: list[tuple[str, str]]) -> dict[str, list[str]]:
    browser = Client(headers={"user-agent": NASTY, "referer": LINK})
    browser.post("/sign-in/", {"login": person.email, "password": PASSWORD})
    found = {}
    for name, path in there:
        for query in ({}, QUERY):
            answer = browser.get(path, query)
            assert answer.status_code < 500, name
            if "text/html" in answer.get("Content-Type", ""):
                found[f"{name} {bool(query)}"] = Danger(answer.content.decode()).found
    return {name: danger for name, danger in found.items() if danger}


@pytest.mark.parametrize("who", ["owner", "panel_user"])
def test_no_page_runs_what_somebody_typed(request, who, panel_user):
    person: User = request.getfixturevalue(who)
    there = list(pages())
    EmailChange.objects.create(
        customer=panel_user.customer, address="x", source="panel", expires_at="2999-01-01T00:00Z"
    )
    spoil_everything()

    assert read_all(person, there) == {}


@pytest.mark.parametrize(
    "markup",
    [f"<p>{NASTY}</p>", "<a href='javascript:x()'>", "<b onclick=x>", "<script>1</script>"],
)
def test_the_eye_of_these_tests_sees_markup(markup):
    assert Danger(markup).found != []


def test_every_page_forbids_scripts_that_are_not_files_of_ours(as_owner, client):
    """A second lock: what slips through is not run by the browser."""
    customer = CustomerFactory()

    for path in ("/sign-in/", "/backoffice/customers/", f"/backoffice/customers/{customer.pk}/"):
        policy = as_owner.get(path)["Content-Security-Policy"]
        assert "script-src 'self';" in policy + ";"
        assert "unsafe" not in policy
        assert "object-src 'none'" in policy


def test_what_the_form_shows_again_after_a_problem_is_text(as_owner):
    sent = {"first_name": "", "last_name": NASTY, "email": SHORT, "phone": SHORT, "note": NASTY,
            "new_tags": NASTY, "date_of_birth": SHORT, "language": SHORT}  # fmt: skip

    answer = as_owner.post("/backoffice/customers/add/", sent)

    assert answer.status_code == 422
    assert Danger(answer.content.decode()).found == []
