"""Class M: what stands in braces is run, and tells or does more than a value may.

pretix CVE-2026-2415 ({{event.__init__.__code__…}} in the template of a mail). Texts are the
owner's, values are the customers': neither is ever evaluated, and no value is read a second time.
"""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse

from bookkinda.preferences import Preferences
from bookkinda.worker import run_due_jobs
from customers.models import ChangeSet, Customer
from notifications import portal_access
from notifications.models import ChannelCode, MessageTemplate
from tests.attacks.test_j_markup import Danger
from tests.factories import CustomerFactory
from tests.notifications.overhearing import PASSWORD

pytestmark = pytest.mark.django_db
TEMPLATES = [
    "{customer_first_name.__class__}", "{customer_first_name.__init__.__globals__}",
    "{{customer_first_name.__init__.__code__}}", "{{ settings.SECRET_KEY }}", "{settings}",
    "{0.__class__}", "{}", "{0}", "{customer_first_name!r}", "{customer_first_name:>1000000}",
    "{customer_first_name[0]}", "{self}", "{message}", "{event.values}", "{% load log %}",
    "{% debug %}", "{% include '/etc/passwd' %}", "%(customer_first_name)s", "%s", "${7*7}",
    "#{7*7}", "<%= 7*7 %>", "{{7*7}}", "{customer_note}", "{customer_user}", "{password}",
    "{user.password}", "{customer_panel_password.__class__}",
]  # fmt: skip
VALUES = [
    "{customer_panel_password}", "{{customer_panel_password}}", "{customer_email}", "{{ 7|add:7 }}",
    "{% now 'Y' %}", "%(customer_email)s", "%s%s%s", "{0.__class__}", "\\1", "\\g<0>", "$1",
    "{customer_", "}{", "{business_name}",
]  # fmt: skip
BODY = "Hello {customer_first_name}, {business_name}: {customer_panel_password}"


def write(body: str, subject: str = "Your login") -> None:
    """Past the editor, as a row of an earlier version or a restored backup might be."""
    MessageTemplate.objects.create(
        event="portal-access", channel=ChannelCode.EMAIL, language="en", body=body, subject=subject
    )


def sent_to(customer: Customer) -> str:
    portal_access.allow_one(customer, by=None, source=ChangeSet.Source.BACK_OFFICE)
    run_due_jobs()
    [message] = mail.outbox
    return message.body


@pytest.mark.parametrize("text", TEMPLATES)
def test_nothing_in_a_template_is_run(text):
    write(f"{BODY} <{text}>")
    ada = CustomerFactory(first_name="Ada", email="ada@example.org", note="private note")

    said = sent_to(ada)

    assert f"<{text}>" in said
    assert len(said) < 200
    for secret in (settings.SECRET_KEY, "private note", "class", "49", "root:"):
        assert secret not in PASSWORD.sub("", said.replace(text, ""))


@pytest.mark.parametrize("name", VALUES)
def test_no_value_is_read_again(name):
    """A customer who is called like a shortcode stays called so, and learns nothing by it."""
    write(BODY)
    Preferences(business_name=name).save()

    said = sent_to(CustomerFactory(first_name=name, email="ada@example.org"))

    assert said.startswith(f"Hello {name}, {name}: ")
    assert len(PASSWORD.findall(said)) == 1
    assert Danger(html_of(mail.outbox[0])).found == []


def html_of(message) -> str:
    [(html, _kind)] = message.alternatives
    return html


NAMED = [text for text in TEMPLATES if re.fullmatch(r"\{+ ?[a-z]\w*( ?\.?\w+)* ?\}+", text)]


@pytest.mark.parametrize("text", [*NAMED, "{customer_panel_password}"])
def test_the_editor_refuses_what_is_no_shortcode_by_its_name(as_owner, text):
    """In the birthday wishes, where the password does not exist either."""
    address = reverse("notifications:template", args=["birthday", "email"])
    written = {"subject": "Hello", "body": "Hi {customer_first_name}", "version": "0"}

    refused = as_owner.post(address, {**written, "body": f"{written['body']} {text}"})
    kept = MessageTemplate.objects.exists()
    accepted = as_owner.post(address, written)

    assert (refused.status_code, kept, accepted.status_code) == (422, False, 302)
    assert text.strip("{ }") in str(refused.context["form"].errors["body"])


@pytest.mark.parametrize("text", TEMPLATES)
def test_the_preview_runs_nothing_and_shows_nothing_of_the_house(as_owner, text):
    ada = CustomerFactory(first_name="Ada", email="ada@example.org", note="private note")
    address = reverse("notifications:preview", args=["portal-access", "email"])

    sent = {"version": "0", "subject": text, "body": f"{BODY} {text}", "customer": ada.pk}
    answer = as_owner.post(address, sent)

    page = answer.content.decode()
    assert answer.status_code in {200, 422}
    assert len(page) < 100_000
    for secret in (settings.SECRET_KEY, "private note", "&lt;class", "&lt;slot", "root:x"):
        assert secret not in page
    assert Danger(page).found == []


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\x00"])
def test_no_value_begins_another_header_of_a_mail(line_end):
    write(BODY, subject="For {customer_first_name} of {business_name}")
    evil = f"Ada{line_end}Bcc: thief@example.org"
    Preferences(business_name=evil.replace("\x00", "")).save()
    ada = CustomerFactory(email="ada@example.org")
    if line_end != "\x00":  # which no database takes
        Customer.objects.filter(pk=ada.pk).update(first_name=evil)

    sent_to(Customer.objects.get(pk=ada.pk))

    [message] = mail.outbox
    assert message.recipients() == ["ada@example.org"]
    assert message.message()["Bcc"] is None
    assert len(message.subject.splitlines()) == 1


def test_a_link_in_a_name_is_not_followed_in_a_mail_of_ours():
    """Whoever is called http://evil.example would have us send letters with a link to it."""
    write(BODY)

    sent_to(CustomerFactory(first_name="https://evil.example/x", email="a@example.org"))

    assert "evil.example" in html_of(mail.outbox[0])
    assert 'href="https://evil.example' not in html_of(mail.outbox[0])
