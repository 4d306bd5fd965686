"""A mail server of the tests' own, on loopback; what it was sent is kept in a list."""

import email
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.postgresql import free_port


class Mailbox:
    """Keeps every mail as it came over the wire."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.mails: list[EmailMessage] = []
        self.answers = answers

    async def handle_AUTH(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, args: list[str]
    ) -> str:
        return self.answers.get("AUTH", "235 2.7.0 OK")

    async def handle_MAIL(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@contextmanager
def smtp_server(**answers: str) -> Iterator[tuple[int, list[EmailMessage]]]:
    """The port of a fresh server, and the mails it has taken; stopped at the end. To a command
    (AUTH, MAIL, RCPT, DATA) it answers what is named, such as RCPT="550 No such mailbox"."""
    with served(Mailbox(answers)) as taken:
        yield taken


@contextmanager
def served(mailbox: Mailbox) -> Iterator[tuple[int, list[EmailMessage]]]:
    """The same with a mailbox of one's own."""
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield controller.port, mailbox.mails
    finally:
        controller.stop()
