"""E-mail: by a mail server (EMAIL_URL) or by a provider of django-anymail (EMAIL_BACKEND).

What goes wrong is sorted by what helps: waiting, another address, or somebody who mends a setting.
Error texts of servers quote addresses and mails, so they are never kept: only codes are.
"""

import smtplib
import socket
import ssl
from contextlib import suppress
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import formataddr, make_msgid, parseaddr
from threading import Timer
from typing import Any

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.views.decorators.debug import sensitive_variables

from bookkinda.preferences import Preferences
from notifications.channels import mailbox
from notifications.channels.base import (
    Accepted,
    Attachment,
    ConfigurationFailure,
    Outgoing,
    PermanentFailure,
    SendingFailed,
    TemporaryFailure,
)
from notifications.models import ChannelCode

LONGEST = 60  # seconds for a whole mail; the lease of its job is twice as long
MAILBOX_BACKEND = "notifications.channels.mailbox.EmailBackend"
SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
# Answers to any command that speak of our login and not of this mail (RFC 4954, RFC 3207).
OF_THE_LOGIN = {530, 534, 535, 538}
# "Daily sending limit exceeded" comes as 550, which else means that there is no such mailbox.
ENOUGH_FOR_NOW = b"5.4.5"
A_WHILE = 2 * 60 * 60.0  # seconds; the tries of a message then last for the day of such a limit
# Answers of providers' interfaces: the key, the domain or the bill is wrong.
OF_THE_ACCOUNT = {401, 402, 403, 404}
TOO_EARLY = {408, 409, 425, 429}


class EmailChannel:
    """Sends one mail with a text and an HTML part, in the name of the business."""

    code = ChannelCode.EMAIL

    def is_configured(self) -> bool:
        return bool(settings.EMAIL_BACKEND)

    @sensitive_variables()
    def send(self, message: Outgoing) -> Accepted:
        if settings.EMAIL_BACKEND == MAILBOX_BACKEND:
            return mailbox.keep(self.code, message)
        try:
            mail = as_mail(message, Preferences.load())
            hand_over(mail)
        except Exception as error:
            raise failure(error) from None
        return accepted(mail)


@sensitive_variables()
def hand_over(mail: EmailMultiAlternatives) -> None:
    """In one try. Django leaves a connection open whose login failed; and a server that is slow at
    each step may need more than the lease of a job for all of them, so there is a limit."""
    connection = get_connection()
    deadline = Timer(LONGEST, hang_up, [connection])
    deadline.daemon = True
    deadline.start()
    try:
        connection.send_messages([mail])
    finally:
        deadline.cancel()
        with suppress(OSError):
            connection.close()


def hang_up(connection: Any) -> None:
    """Ends a talk with a mail server from outside; whoever waits for its answer gets none."""
    line = connection.__dict__.get("connection") or connection.__dict__.get("_partial_connection")
    with suppress(AttributeError, OSError):
        line.sock.shutdown(socket.SHUT_RDWR)


@sensitive_variables()
def as_mail(message: Outgoing, business: Preferences) -> EmailMultiAlternatives:
    """The mail as it goes out. Providers count clicks by links of their own: never with ours,
    which may sign somebody in."""
    mail = EmailMultiAlternatives(
        subject=one_line(message.subject),
        body=message.text,
        from_email=sender(one_line(business.business_name)),
        to=[message.to],
        # No out-of-office notice answers it (RFC 3834). Each try has a name of its own: a second
        # mail with another password must not be taken for a copy of the first.
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": make_msgid(domain=own_domain()),
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for each in message.attachments:
        mail.attach(attached(each))
    extras: Any = mail
    extras.track_clicks = False
    extras.track_opens = business.track_opens
    if message.reference:
        extras.metadata = {"bookkinda": message.reference}
    return mail


def attached(file: Attachment) -> MIMEBase:
    """The file as a part of the mail; what belongs to its Content-Type stays there."""
    main, _slash, rest = file.kind.partition("/")
    sub, *options = (word.strip() for word in rest.split(";"))
    parameters: dict[str, Any] = dict(each.split("=", 1) for each in options)
    part = MIMEBase(main, sub, **parameters)
    part.set_payload(file.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part


def accepted(mail: Any) -> Accepted:
    """What the provider calls the mail; to a mail server it is known by its Message-ID."""
    status = getattr(mail, "anymail_status", None)
    if status is None:
        return Accepted("smtp", mail.extra_headers["Message-ID"])
    if status.status == {"failed"}:
        raise PermanentFailure("mail-failed")
    return Accepted(provider_name(), str(status.message_id or ""))


def provider_name() -> str:
    """The provider in short, such as "mailgun"; "" for a mail server."""
    parts = settings.EMAIL_BACKEND.split(".")
    return parts[2] if parts[:2] == ["anymail", "backends"] and len(parts) > 2 else ""


def sender(name: str) -> str:
    """The business's name on the address that this installation sends from."""
    return formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def own_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def one_line(text: str) -> str:
    """Without line ends: in a header they would be refused, for ever."""
    return " ".join(text.split())


@sensitive_variables()
def failure(error: Exception) -> SendingFailed:
    """Which of the three ways of failing this is."""
    if isinstance(error, smtplib.SMTPException):
        return smtp_failure(error)
    if isinstance(error, AnymailError):
        return provider_failure(error)
    if isinstance(error, ImproperlyConfigured | ImportError):
        return ConfigurationFailure("mail-settings")
    if isinstance(error, OSError):
        return connection_failure(error)
    if isinstance(error, ValueError):  # a line end or a letter that no header can hold
        return PermanentFailure("mail-address")
    return TemporaryFailure(f"mail-{type(error).__name__}"[:60])


def connection_failure(error: OSError) -> SendingFailed:
    if isinstance(error, TimeoutError | requests.Timeout):
        return TemporaryFailure("timeout")
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConfigurationFailure("smtp-certificate")
    if isinstance(error, ssl.SSLError):
        return ConfigurationFailure("smtp-tls")
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME:
        return ConfigurationFailure("smtp-no-host")
    return TemporaryFailure("no-connection")


@sensitive_variables()
def smtp_failure(error: smtplib.SMTPException) -> SendingFailed:
    """By the reply code (RFC 5321, 4.2): 4yz may go later, 5yz will not, and who is to blame."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ConfigurationFailure("smtp-not-offered")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        is_late = isinstance(error.__context__, TimeoutError)
        return TemporaryFailure("timeout" if is_late else "smtp-closed")
    number, text = reply_of(error)
    if not number:
        return TemporaryFailure("smtp-error")
    if number < 500:
        return TemporaryFailure(f"smtp-{number}")
    return for_good(error, number, text)


def for_good(error: smtplib.SMTPException, number: int, text: bytes) -> SendingFailed:
    """A refusal that the server says to be final, and whom or what it is about."""
    code = f"smtp-{number}"
    if ENOUGH_FOR_NOW in text:
        return TemporaryFailure("smtp-quota", after=A_WHILE)
    if number in OF_THE_LOGIN or isinstance(
        error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError
    ):
        return ConfigurationFailure(code)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return ConfigurationFailure("smtp-sender")
    # "Relay access denied": the server does not know us, so it will take no mail to anybody.
    if isinstance(error, smtplib.SMTPRecipientsRefused) and b"relay" in text.lower():
        return ConfigurationFailure("smtp-relay")
    return PermanentFailure(code)


def reply_of(error: smtplib.SMTPException) -> tuple[int, bytes]:
    """The number and the text of the server's answer; 0 without one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return error.smtp_code, text if isinstance(text, bytes) else text.encode()
    return 0, b""


@sensitive_variables()
def provider_failure(error: AnymailError) -> SendingFailed:
    """By the status of the answer, for every provider alike."""
    if isinstance(error, AnymailRecipientsRefused):
        return PermanentFailure("mail-rejected")
    if isinstance(error, AnymailInvalidAddress):
        return PermanentFailure("mail-address")
    status = error.status_code
    if isinstance(error, AnymailAPIError) and status is None:
        is_late = isinstance(error.__cause__, requests.Timeout)
        return TemporaryFailure("timeout" if is_late else "no-connection")
    if status in OF_THE_ACCOUNT:
        return ConfigurationFailure(f"mail-{status}")
    if status in TOO_EARLY or (status or 0) >= 500:
        return TemporaryFailure(f"mail-{status}", after=retry_after(error.response))
    return PermanentFailure(f"mail-{status}" if status else "mail-refused")


def retry_after(response: Any) -> float | None:
    """Seconds that the provider asked us to wait, at most an hour; None where it said none."""
    text = getattr(response, "headers", {}).get("Retry-After", "")
    return min(float(text), 3600.0) if text.isdecimal() else None
