"""How each channel is set up, for the page that says so: by which way, from which variables.

What is secret is never shown, only whether it is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.channels import channel_of, mailbox, twilio
from notifications.channels.codes import sentence
from notifications.channels.email import MAILBOX_BACKEND, SMTP_BACKEND, provider_name
from notifications.models import ChannelCode, ChannelState

OUR_OWN = {"IGNORE_UNSUPPORTED_FEATURES", "REQUESTS_TIMEOUT"}  # settings without a variable
ICONS = {
    ChannelCode.EMAIL: "mail",
    ChannelCode.SMS: "message-square",
    ChannelCode.WHATSAPP: "message-circle",
}


@dataclass(frozen=True)
class Variable:
    """An environment variable: what it says, or that it holds a secret, or that it is missing."""

    name: str
    value: str = ""
    is_secret: bool = False

    @property
    def is_set(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class Report:
    """An address that has to be named at the provider, and what it is told there."""

    address: str
    what: str


@dataclass(frozen=True)
class Setup:
    """One channel as it stands."""

    code: ChannelCode
    way: str  # in a sentence
    variables: tuple[Variable, ...]
    reports: tuple[Report, ...]
    is_configured: bool
    is_kept: bool  # messages stay in the local mailbox
    state: ChannelState

    @property
    def label(self) -> str:
        return str(self.code.label)

    @property
    def icon(self) -> str:
        return ICONS[self.code]

    @property
    def is_stopped(self) -> bool:
        return self.state.stopped_at is not None

    @property
    def stopped(self) -> str:
        return sentence(self.state.stopped_code)

    @property
    def failure(self) -> str:
        return sentence(self.state.last_failure_code)


def setups() -> list[Setup]:
    """Every channel, in the order in which they are named everywhere."""
    states = {state.channel: state for state in ChannelState.objects.all()}
    return [setup_of(code, states.get(code.value)) for code in ChannelCode]


def setup_of(code: ChannelCode, state: ChannelState | None = None) -> Setup:
    describe = {
        ChannelCode.EMAIL: (mail_way, mail_variables, mail_reports),
        ChannelCode.SMS: (sms_way, sms_variables, sms_reports),
        ChannelCode.WHATSAPP: (whatsapp_way, whatsapp_variables, whatsapp_reports),
    }
    way, variables, reports = describe[code]
    return Setup(
        code=code,
        way=way(),
        variables=tuple(variables()),
        reports=tuple(reports()),
        is_configured=channel_of(code).is_configured(),
        is_kept=is_kept(code),
        state=state or ChannelState(channel=code),
    )


def is_kept(code: ChannelCode) -> bool:
    """Whether this machine keeps the channel's messages because it can't send them."""
    if code == ChannelCode.EMAIL:
        return str(settings.EMAIL_BACKEND) == MAILBOX_BACKEND
    return mailbox.is_there() and not twilio.is_configured(sender_of(code))


def sender_of(code: ChannelCode) -> str:
    is_sms = code == ChannelCode.SMS
    return str(settings.TWILIO_SMS_FROM if is_sms else settings.TWILIO_WHATSAPP_FROM)


def mail_way() -> str:
    if settings.EMAIL_BACKEND == MAILBOX_BACKEND:
        return _("No mail server is named, so mails are kept in the mailbox of this machine.")
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return _("By the mail server %(host)s.") % {"host": settings.EMAIL_HOST}
    if provider_name():
        return _("By the mail provider %(name)s.") % {"name": provider_name().capitalize()}
    return _("By %(backend)s.") % {"backend": settings.EMAIL_BACKEND}


def mail_variables() -> Iterator[Variable]:
    if settings.EMAIL_BACKEND in {SMTP_BACKEND, MAILBOX_BACKEND}:
        yield Variable("EMAIL_URL", mail_server())
    else:
        yield Variable("EMAIL_BACKEND", settings.EMAIL_BACKEND)
    if provider_name():
        for name in sorted({"WEBHOOK_SECRET", *settings.ANYMAIL} - OUR_OWN):
            value = str(settings.ANYMAIL.get(name) or "")
            yield Variable(f"ANYMAIL_{name}", value, is_secret=True)
    yield Variable("DEFAULT_FROM_EMAIL", settings.DEFAULT_FROM_EMAIL)
    yield pace("EMAILS_PER_SECOND", ChannelCode.EMAIL)


def mail_server() -> str:
    """The server of EMAIL_URL without its password; nothing where none is named."""
    if settings.EMAIL_BACKEND != SMTP_BACKEND:
        return ""
    safety = (
        "smtp+ssl" if settings.EMAIL_USE_SSL else "smtp+tls" if settings.EMAIL_USE_TLS else "smtp"
    )
    user = f"{settings.EMAIL_HOST_USER}:…@" if settings.EMAIL_HOST_USER else ""
    return f"{safety}://{user}{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def mail_reports() -> Iterator[Report]:
    if provider_name() and settings.IS_HTTPS:  # else no provider could call it
        yield Report(
            f"{settings.PUBLIC_BASE_URL}{reverse('webhooks:mail')}",
            _(
                "Tracking webhook: what became of each mail. The provider puts "
                "ANYMAIL_WEBHOOK_SECRET before it: https://user:password@…"
            ),
        )


def sms_way() -> str:
    return phone_way(ChannelCode.SMS)


def whatsapp_way() -> str:
    return phone_way(ChannelCode.WHATSAPP)


def phone_way(code: ChannelCode) -> str:
    sender = sender_of(code)
    if twilio.is_configured(sender):
        return _("By Twilio, from %(sender)s.") % {"sender": sender}
    if mailbox.is_there():
        return _("No sender is named, so messages are kept in the mailbox of this machine.")
    return _("Not set up: it needs an account at Twilio.")


def sms_variables() -> Iterator[Variable]:
    yield from account_variables()
    yield Variable("TWILIO_SMS_FROM", settings.TWILIO_SMS_FROM)
    yield pace("SMS_PER_SECOND", ChannelCode.SMS)


def whatsapp_variables() -> Iterator[Variable]:
    yield from account_variables()
    yield Variable("TWILIO_WHATSAPP_FROM", settings.TWILIO_WHATSAPP_FROM)
    yield pace("WHATSAPP_PER_SECOND", ChannelCode.WHATSAPP)


def account_variables() -> Iterator[Variable]:
    yield Variable("TWILIO_ACCOUNT_SID", settings.TWILIO_ACCOUNT_SID)
    yield Variable("TWILIO_AUTH_TOKEN", settings.TWILIO_AUTH_TOKEN, is_secret=True)


def sms_reports() -> Iterator[Report]:
    return phone_reports(ChannelCode.SMS)


def whatsapp_reports() -> Iterator[Report]:
    return phone_reports(ChannelCode.WHATSAPP)


def phone_reports(code: ChannelCode) -> Iterator[Report]:
    if twilio.is_configured(sender_of(code)) and settings.IS_HTTPS:
        yield Report(
            f"{settings.PUBLIC_BASE_URL}{reverse('webhooks:twilio-inbound')}",
            _(
                "“A message comes in” of the number or the Messaging Service: who answers STOP or "
                "START. What became of each message is reported without it."
            ),
        )


def pace(name: str, code: ChannelCode) -> Variable:
    limit = settings.MESSAGES_PER_SECOND[code.value]
    return Variable(name, str(limit) if limit else _("no limit"))
