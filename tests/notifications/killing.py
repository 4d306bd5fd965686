"""Workers and staff at work on one-time passwords, killed at random moments; and what must be true
after it."""

import asyncio
import email
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections

from bookkinda.jobs import Job
from customers.models import ChangeSet, Customer
from customers.models.customer import Access
from notifications import portal_access
from notifications.models import Delivery, Message
from notifications.outbox import SEND
from tests.bookkinda.conftest import House, eventually
from tests.servers.postgresql import free_port

WORKERS = 3
STAFF = 1
LONGEST_LIFE = 4.0  # seconds between two kills at most
PASSWORD = re.compile(r"\b[bcdfghjkmnpqrtvwxy346789]{12}\b")
SETTINGS = "tests.notifications.hurried_settings"
chance = random.Random()  # noqa: S311 no secret


class HurriedMailbox:
    """A mail server that takes its time, and sometimes says that it is busy."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        if chance.random() < 0.05:
            return "451 Busy"
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        await asyncio.sleep(chance.uniform(0, 0.2))  # here a kill finds a mail that nobody noted
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[int, list[EmailMessage]]]:
    """The port, and every mail it took in the order in which it took them."""
    mailbox = HurriedMailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port, mailbox.mails
    finally:
        controller.stop()


@dataclass
class Shop:
    """So many workers and staff over one house, each replaced as soon as it is killed."""

    house: House
    port: int
    people: list[tuple[str, subprocess.Popen]] = field(default_factory=list)
    in_the_act: int = 0  # kills of a worker that held a job

    def hire(self, command: str) -> None:
        process = self.house.start(
            command,
            DJANGO_SETTINGS_MODULE=SETTINGS,
            EMAIL_URL=f"smtp://127.0.0.1:{self.port}",
            LOG_LEVEL="DEBUG",
        )
        self.people.append((command, process))

    def open(self) -> None:
        for command, number in (("worker", WORKERS), ("press_resend", STAFF)):
            for _each in range(number):
                self.hire(command)

    def kill_somebody(self) -> None:
        """After a while that nobody knows before."""
        time.sleep(chance.uniform(0.05, LONGEST_LIFE))
        command, process = self.people.pop(chance.randrange(len(self.people)))
        assert process.poll() is None, f"{command} ended by itself."
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        running = Job.objects.filter(kind=SEND, state=Job.State.RUNNING).count()
        self.in_the_act += command == "worker" and running > 0
        self.hire(command)

    def close(self) -> None:
        """The staff go home; the workers do what is left, and stop."""
        for command, process in self.people:
            if command == "press_resend":
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        left = Customer.objects.exclude(access__in=portal_access.HAVE_ACCESS)
        portal_access.allow(left, by=None, source=ChangeSet.Source.BACK_OFFICE)
        eventually(self.is_done, patience=300)
        for command, process in self.people:
            if command == "worker":
                process.terminate()
                assert process.wait(60) == 0

    def is_done(self) -> bool:
        return not Job.objects.unfinished().filter(kind=SEND).exists()


def check_people(mails: list[EmailMessage]) -> None:
    """Everybody's newest mail is of their newest message, and its password works."""
    newest = {str(mail["To"]): mail for mail in mails}
    for customer in Customer.objects.select_related("user"):
        message = Message.objects.filter(customer=customer).latest("pk")
        delivery = message.deliveries.get()
        mail = newest[customer.email]
        assert delivery.state == Delivery.State.SENT, (customer.pk, delivery.state, delivery.code)
        assert delivery.provider_id == mail["Message-ID"]
        assert customer.access == Access.INVITED
        assert customer.user.check_password(password_in(mail)), customer.pk


def check_rows(mails: list[EmailMessage]) -> None:
    """No mail without a row, no row without an end, and no yes that the server did not give."""
    taken = {str(mail["Message-ID"]) for mail in mails}
    sent = Delivery.objects.filter(state=Delivery.State.SENT)
    assert len(taken) == len(mails)
    assert set(sent.values_list("provider_id", flat=True)) <= taken
    ends = {Delivery.State.SENT, Delivery.State.SKIPPED, Delivery.State.FAILED}
    assert set(Delivery.objects.values_list("state", flat=True)) <= ends
    assert not Message.objects.filter(deliveries=None).exists()
    assert not Job.objects.filter(kind=SEND).exclude(state=Job.State.DONE).exists()
    for customer in Customer.objects.all():
        claims = Job.objects.filter(messages__customer=customer).values_list("fence", flat=True)
        received = sum(str(mail["To"]) == customer.email for mail in mails)
        assert received <= sum(claims)


def check_secrets(house: House, mails: list[EmailMessage]) -> None:
    """No password that was ever sent is in a file of the house: database, log, whatever is left."""
    connections["default"].close()
    files = [path for path in house.folder.rglob("*") if path.is_file()]
    passwords = {password_in(mail).encode() for mail in mails}
    for path in files:
        content = path.read_bytes()
        assert not any(password in content for password in passwords), path


def password_in(mail: EmailMessage) -> str:
    body = mail.get_body(["plain"])
    assert body is not None
    return PASSWORD.findall(body.get_content())[0]


def report(shop: Shop, kills: int, mails: list[EmailMessage]) -> str:
    repeats = len(mails) - Delivery.objects.exclude(sent_at=None).count()
    return (
        f"{kills} kills, {shop.in_the_act} while a message was being sent; "
        f"{Customer.objects.count()} customers, {Message.objects.count()} messages, "
        f"{len(mails)} mails, of which {repeats} whose sender died before noting it."
    )
