"""What customers are told about their own login, in the owner's words.

What opens something (a link, a code) is made when the message is sent and is kept nowhere but in
it: of a link or code that we look up, the database has a keyed hash. Links are built from
PUBLIC_BASE_URL, never from a request, and go to the address that is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts import mailed_sign_in
from accounts.access import can_sign_in
from accounts.models import MailedSignIn, User
from bookkinda.jobs import Job, RunningJob
from bookkinda.preferences import SignIn
from customers import changing_email
from customers.models import Change, Customer, EmailChange
from notifications import outbox, texts
from notifications.events import Event, NotWanted, declare
from notifications.login_mails import password_link
from notifications.models import ChannelCode, Message

EMAIL = ChannelCode.EMAIL
REVOKED, REPLACED, NOT_WANTED = "revoked", "replaced", "not-wanted"


@dataclass(frozen=True)
class Made:
    """What opens something, and how it comes to do so."""

    values: Mapping[str, str] = field(repr=False)
    keeps: Callable[[], bool] = field(default=lambda: True, repr=False)

    def keep(self) -> None:
        if not self.keeps():
            raise NotWanted(REPLACED)


def login_of(message: Message) -> User:
    """The login that the message is about. Raises NotWanted when it opens nothing any more."""
    customer = message.customer
    if customer is None or customer.user is None or not can_sign_in(customer.user):
        raise NotWanted(REVOKED)
    return customer.user


@sensitive_variables()
def make_reset_link(message: Message) -> Made:
    return Made({"password_reset_url": password_link(login_of(message))})


@sensitive_variables()
def make_way_in(message: Message) -> Made:
    """A link or a code, as the owner has it; the other shortcode stays blank."""
    asked = mailed_sign_in.find_open(message.context["asked"])
    if asked is None or asked.user != login_of(message):
        raise NotWanted(NOT_WANTED)
    if mailed_sign_in.ways() == SignIn.CODE:
        code, digest = mailed_sign_in.make_code(asked)
        values = {"sign_in_code": code, "sign_in_url": ""}
    else:
        token, digest = mailed_sign_in.make_token()
        values = {"sign_in_code": "", "sign_in_url": address_of("accounts:sign-in-link", token)}
    return Made(values, lambda: mailed_sign_in.keep(asked, digest))


@sensitive_variables()
def make_confirm_link(message: Message) -> Made:
    waiting = waiting_for(message)
    login_of(message)
    token, digest = changing_email.make_token()
    return Made(
        {"confirm_url": address_of("portal:confirm-email", token)},
        lambda: changing_email.keep(waiting.pk, waiting.round, digest),
    )


@sensitive_variables()
def address_of(page: str, token: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse(page, kwargs={'token': token})}"


def waiting_for(message: Message) -> EmailChange:
    """The new address that the message asks about. Raises NotWanted when it waits no more."""
    wanted = EmailChange.objects.filter(
        pk=message.context["change"], round=message.context["round"], customer=message.customer
    )
    waiting = wanted.first()
    if waiting is None or waiting.is_over:
        raise NotWanted(REPLACED)
    return waiting


def new_address(message: Message, channel: ChannelCode) -> str:
    return waiting_for(message).address


def old_address(message: Message, channel: ChannelCode) -> str:
    """Who had the login so far, who may know nothing of the change."""
    if channel != EMAIL:
        return message.customer.phone if message.customer else ""
    change = Change.objects.filter(
        change_set=message.context["change_set"], customer=message.customer
    ).first()
    return str(change.before.get("email", "")) if change else ""


PASSWORD_RESET = declare(
    Event(
        code="password-reset",
        name=_("Password reset"),
        description=_("Brings the link with which a forgotten password is chosen anew."),
        group=texts.PANEL_GROUP,
        icon="rotate-ccw-key",
        shortcodes=(texts.RESET_URL,),
        texts=texts.PASSWORD_RESET,
        required=(EMAIL,),
        is_credential=True,
        make_secret=make_reset_link,
    )
)
PASSWORD_CHANGED = declare(
    Event(
        code="password-changed",
        name=_("Password changed"),
        description=_("Tells customers that their password was changed, so that a theft shows."),
        group=texts.PANEL_GROUP,
        icon="lock-keyhole",
        shortcodes=(),
        texts=texts.PASSWORD_CHANGED,
        is_credential=True,
    )
)
EMAIL_CHANGED = declare(
    Event(
        code="email-changed",
        name=_("E-mail changed"),
        description=_("Tells the old address that another one signs in from now on."),
        group=texts.PANEL_GROUP,
        icon="at-sign",
        shortcodes=(),
        texts=texts.EMAIL_CHANGED,
        required=(EMAIL,),
        is_credential=True,
        address=old_address,
    )
)
CONFIRM_EMAIL = declare(
    Event(
        code="confirm-email",
        name=_("Confirm a new e-mail"),
        description=_("Asks a new address whether it is the customer's, before it signs in."),
        group=texts.PANEL_GROUP,
        icon="mail-check",
        shortcodes=(texts.CONFIRM_URL,),
        texts=texts.CONFIRM_EMAIL,
        required=(EMAIL,),
        is_credential=True,
        make_secret=make_confirm_link,
        address=new_address,
    )
)
SIGN_IN = declare(
    Event(
        code="sign-in",
        name=_("Sign in by e-mail"),
        description=_("Brings the link or code that signs in without a password."),
        group=texts.PANEL_GROUP,
        icon="log-in",
        shortcodes=(texts.SIGN_IN_URL, texts.SIGN_IN_CODE),
        texts=texts.SIGN_IN,
        required=(EMAIL,),
        is_credential=True,
        make_secret=make_way_in,
    )
)


def say(
    job: RunningJob, event: Event, customer: Customer, context: dict[str, int] | None = None
) -> None:
    """Write the message and finish the job that asks for it, or neither."""
    with transaction.atomic():
        job.finish()
        outbox.queue(event, customer, context=context, priority=Job.Priority.URGENT)


def say_sign_in(job: RunningJob) -> None:
    """For nobody (an unknown address, staff) and for who may not sign in: no mail."""
    asked = MailedSignIn.objects.filter(pk=job.payload["asked"]).first()
    if asked and mailed_sign_in.find_open(asked.pk):
        customer = Customer.objects.get(user=asked.user)
        say(job, SIGN_IN, customer, {"asked": asked.pk})


def say_confirm_email(job: RunningJob) -> None:
    waiting = EmailChange.objects.filter(pk=job.payload["change"]).first()
    if waiting:
        context = {"change": waiting.pk, "round": job.payload["round"]}
        say(job, CONFIRM_EMAIL, waiting.customer, context)


def say_email_changed(job: RunningJob) -> None:
    customer = Customer.objects.filter(pk=job.payload["customer"]).first()
    if customer:
        say(job, EMAIL_CHANGED, customer, {"change_set": job.payload["change_set"]})
