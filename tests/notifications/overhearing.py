"""Mail server and Twilio on loopback that remember every password they were told, also of messages
that they refused; and a look into every place where one could have stayed."""

import asyncio
import re
import sys
from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from logging import ERROR, Handler, LogRecord, getLogger
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.views.debug import ExceptionReporter

from notifications.models import ChannelCode, MessageTemplate, Workflow
from notifications.one_time_password import ALPHABET, LENGTH
from tests.project.test_permission_table import PAGES
from tests.servers.smtp import Mailbox, served
from tests.servers.twilio import ACCOUNT, SMS_FROM, TOKEN, WHATSAPP_FROM, Twilio
from tests.servers.web import Answer, Asked, web_server

PASSWORD = re.compile(rf"(?<!\w)[{ALPHABET}]{{{LENGTH}}}(?!\w)")
OTHER_TEMPLATE = "HX" + "a" * 32
PASSWORD_TEMPLATE = "HX" + "b" * 32


class HearingMailbox(Mailbox):
    """Answers the next mails as it is told, and remembers all of them."""

    def __init__(self) -> None:
        super().__init__({})
        self.heard: list[str] = []
        self.said: list[str] = []  # the text of every mail
        self.next: deque[str] = deque()
        self.holds = False  # a mail that came without an answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        self.said.append(text_of(self.mails[-1]))
        self.heard += PASSWORD.findall(self.said[-1])
        while self.holds:
            await asyncio.sleep(0.05)
        if self.next:
            self.mails.pop()
            return self.next.popleft()
        return answer


class HearingTwilio(Twilio):
    """Remembers what it was asked to send, also when it refused."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def answer(self, asked: Asked) -> Answer:
        said = f"{asked.form.get('Body', '')} {asked.form.get('ContentVariables', '')}"
        self.heard += PASSWORD.findall(said)
        return super().answer(asked)


@dataclass
class Providers:
    mailbox: HearingMailbox
    twilio: HearingTwilio
    mail_port: int

    @property
    def heard(self) -> list[str]:
        """Every password that was told to anybody."""
        return [*self.mailbox.heard, *self.twilio.heard]

    @property
    def environment(self) -> dict[str, str]:
        """For processes: the variables that lead here."""
        return {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "TWILIO_API_URL": self.twilio.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_SMS_FROM": SMS_FROM,
            "TWILIO_WHATSAPP_FROM": WHATSAPP_FROM,
        }


@contextmanager
def providers() -> Iterator[Providers]:
    mailbox, twilio = HearingMailbox(), HearingTwilio()
    with served(mailbox) as (port, _mails), web_server(twilio.answer) as url:
        twilio.url = url
        yield Providers(mailbox, twilio, port)


def lead_to(there: Providers, settings: LazySettings) -> None:
    """Let this process send by these servers."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", there.mail_port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    for name, value in there.environment.items():
        if name != "EMAIL_URL":
            setattr(settings, name, value)


def switch_on(*channels: ChannelCode) -> None:
    """The channels of Access to Customer Panel, WhatsApp with its two approved templates."""
    Workflow.objects.update_or_create(event="portal-access", defaults={"channels": [*channels]})
    MessageTemplate.objects.get_or_create(
        event="portal-access", channel=ChannelCode.WHATSAPP, language="en",
        content_sid=PASSWORD_TEMPLATE, variables=["customer_panel_password"],
        second_content_sid=OTHER_TEMPLATE,
        second_variables=["customer_panel_url", "customer_email"],
    )  # fmt: skip


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(["plain"])
    return body.get_content() if body else ""


class Reports(Handler):
    """What a service for error reports would get of each error: the text and the page of Django's
    own report, with the values of all variables that it does not hide."""

    def __init__(self) -> None:
        super().__init__(ERROR)
        self.written: list[str] = []

    def emit(self, record: LogRecord) -> None:
        error = sys.exc_info()
        if error[0] is not None:
            report = ExceptionReporter(getattr(record, "request", None), *error)
            self.written += [report.get_traceback_text(), report.get_traceback_html()]


@contextmanager
def reports() -> Iterator[list[str]]:
    handler, root = Reports(), getLogger()
    root.addHandler(handler)
    try:
        yield handler.written
    finally:
        root.removeHandler(handler)


def every_row() -> str:
    """Every row of every table: customers, logins, jobs, messages, history, sessions, the cache."""
    said = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 names of tables
            said += map(repr, cursor.fetchall())
    return "\n".join(said)


def every_page_about(client: Client, **numbers: set[int]) -> str:
    """Every page of the back office that is about one of these, and every one about none."""
    said = []
    for name, page in PAGES.items():
        names = set(page.pattern.converters)
        for pk in {"pk": numbers["pks"]}.get("".join(names), set()) if names else {0}:
            try:
                path = reverse(name, kwargs={"pk": pk} if names else None)
            except NoReverseMatch:
                continue
            if path.startswith("/backoffice/"):
                answer: Any = client.get(path)
                said.append(b"".join(answer).decode("latin-1"))
    return "\n".join(said)


def spellings(secret: str) -> set[str]:
    """The secret as it is, turned around, as hexadecimal digits and inside of any base64."""
    found = {secret, secret[::-1], secret.encode().hex()}
    for before in range(3):
        whole = b64encode(b"x" * before + secret.encode()).decode().rstrip("=")
        found.add(whole[(before * 8 + 5) // 6 : -1])
    return found


def betrayed(secrets: list[str], said: str) -> list[str]:
    """Which of the secrets can be read in it, with what stands around."""
    places = []
    for secret in secrets:
        for spelling in spellings(secret):
            at = said.find(spelling)
            if at >= 0:
                places.append(said[max(0, at - 80) : at + 80])
    return places
