"""What is said when a customer asks to have the account deleted: to the customer, so that a theft
shows and there is a way back, and to those of the staff who run the business."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from bookkinda.jobs import Job, RunningJob
from bookkinda.preferences import Preferences
from customers.models import Closing, Customer
from notifications import outbox, texts
from notifications.channels.base import Outgoing
from notifications.events import DefaultText, Event, NotWanted, Shortcode, declare
from notifications.login_mails import NOT_WANTED, person
from notifications.models import ChannelCode, Delivery, Message

TOLD = (Role.OWNER, Role.MANAGER)

DAY = Shortcode(
    "account_closing_day", _("The day on which the account is deleted"), _("6 December 2026")
)
TEXTS = {
    ChannelCode.EMAIL: DefaultText(
        subject=_("Your account at {business_name} will be deleted"),
        body=_(
            "Hello {customer_first_name},\n\n"
            "you asked us to delete your account at {business_name}. That happens on "
            "{account_closing_day}, or later if you have an appointment after that day: what is "
            "booked takes place unless you cancel it.\n\n"
            "Until then you can change your mind: sign in and press “Keep my account”.\n\n"
            "{customer_panel_url}\n\n"
            "If it was not you, keep the account, choose a new password, and tell us.\n\n"
            "{business_name}\n"
            "{business_phone}"
        ),
    ),
    ChannelCode.SMS: DefaultText(
        _(
            "{business_name}: as you asked, your account will be deleted on {account_closing_day}. "
            "To keep it, sign in: {customer_panel_url}"
        )
    ),
    ChannelCode.WHATSAPP: DefaultText(
        _(
            "As you asked, your account at {business_name} will be deleted on "
            "{account_closing_day}. To keep it, sign in: {customer_panel_url}"
        )
    ),
}


def closing_of(message: Message) -> Closing:
    """The wish that the message is about. Raises NotWanted when it was taken back or carried out,
    also when there is a newer one."""
    wanted = Closing.objects.filter(pk=message.context["closing"], closed_at=None)
    found = wanted.select_related("customer").first()
    if found is None or found.asked_at != datetime.fromisoformat(message.context["asked_at"]):
        raise NotWanted(NOT_WANTED)
    return found


def day_of(closing: Closing) -> str:
    return date_format(timezone.localtime(closing.due_at, Preferences.load().zone), "j F Y")


def values(message: Message) -> Mapping[str, str]:
    return {DAY.name: day_of(closing_of(message))}


def mail_to_staff(message: Message, delivery: Delivery) -> Outgoing:
    """Who it is, and until when they can change their mind."""
    user, closing, business = person(message), closing_of(message), Preferences.load()
    profile = reverse("customers:profile", args=[closing.customer_id])
    context = {
        "customer": closing.customer,
        "business": business,
        "day": day_of(closing),
        "link": settings.PUBLIC_BASE_URL + profile,
    }
    subject = _t("%(name)s asked to have the account deleted") % {"name": closing.customer}
    return Outgoing(
        to=user.email,
        subject=f"{subject} · {business.business_name}",
        text=render_to_string("notifications/mail/closing.txt", context),
        html=render_to_string("notifications/mail/closing.html", context),
    )


def say(job: RunningJob) -> None:
    """Write the messages and finish the job that asks for them, or neither."""
    customer = Customer.objects.filter(closing=job.payload["closing"]).first()
    with transaction.atomic():
        job.finish()
        if customer is None:
            return
        context = dict(job.payload)
        outbox.queue(ASKED, customer, context=context, priority=Job.Priority.URGENT)
        for user in User.objects.filter(role__in=TOLD, is_active=True).order_by("pk"):
            outbox.queue(STAFF_ASKED, None, user=user, context=context)


ASKED = declare(
    Event(
        code="account-closing",
        name=_("Account to be deleted"),
        description=_("Tells customers who asked for it when their account is deleted."),
        group=texts.PANEL_GROUP,
        icon="user-x",
        shortcodes=(DAY,),
        texts=TEXTS,
        required=(ChannelCode.EMAIL,),
        is_credential=True,
        values=values,
    )
)
STAFF_ASKED = declare(
    Event(
        code="staff-account-closing",
        name=_("Staff: a customer wants to be deleted"),
        description=_("Tells owners and managers that a customer asked for it."),
        group=_("Staff"),
        icon="user-x",
        shortcodes=(),
        texts={},
        required=(ChannelCode.EMAIL,),
        compose=mail_to_staff,
    )
)
