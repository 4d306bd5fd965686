"""The mails to staff about their own login: choose a password, and news that a theft shows by.

Made by the worker as it sends them. Links are built from PUBLIC_BASE_URL, never from a request, and
go to the address that is stored, never to one that somebody typed.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.debug import sensitive_variables

from accounts.access import can_sign_in
from accounts.models import User
from accounts.notices import News
from bookkinda.preferences import Preferences
from notifications.channels.base import Outgoing
from notifications.events import Event, NotWanted, Text, declare
from notifications.models import ChannelCode, Delivery, Message

NOT_WANTED = "not-wanted"


@sensitive_variables()
def password_reset(message: Message, delivery: Delivery) -> Outgoing:
    """A link that works once and for PASSWORD_RESET_TIMEOUT, made here and kept nowhere."""
    link = password_link(person(message))
    return mail(message, _("Choose a new password"), "password_reset", link, secrets=(link,))


@sensitive_variables()
def invitation(message: Message, delivery: Delivery) -> Outgoing:
    """The same link for a new member of staff."""
    link = password_link(person(message))
    return mail(message, _("Your login for the back office"), "invitation", link, secrets=(link,))


def news(message: Message, delivery: Delivery) -> Outgoing:
    """What changed about the login, and when: `context` holds both."""
    subject = headline(News(message.context["news"]))
    at = datetime.fromisoformat(message.context["at"]).astimezone(UTC)
    forgotten = settings.PUBLIC_BASE_URL + reverse("account_reset_password")
    return mail(message, subject, "news", forgotten, headline=subject, at=at)


def person(message: Message) -> User:
    """Whose login it is about, read now: whoever was suspended meanwhile gets nothing."""
    if message.user is None or not can_sign_in(message.user):
        raise NotWanted(NOT_WANTED)
    return message.user


def headline(news: News) -> str:
    return {
        News.PASSWORD_CHANGED: _("Your password was changed"),
        News.APP_ADDED: _("An authenticator app was added to your account"),
        News.APP_REMOVED: _("The authenticator app was removed from your account"),
        News.RECOVERY_CODES: _("You have new recovery codes"),
        News.PASSKEY_ADDED: _("A passkey was added to your account"),
        News.PASSKEY_REMOVED: _("A passkey was removed from your account"),
        News.FACTOR_FORGOTTEN: _("Your second factor was removed"),
    }[news]


@sensitive_variables()
def password_link(user: User) -> str:
    """The address at which the user chooses a password."""
    key = default_token_generator.make_token(user)
    names = {"uidb36": "UID", "key": "KEY"}
    path = reverse("account_reset_password_from_key", kwargs=names)
    filled = path.replace("UID-KEY", quote(f"{user_pk_to_url_str(user)}-{key}"))
    return f"{settings.PUBLIC_BASE_URL}{filled}"


@sensitive_variables()
def mail(
    message: Message,
    subject: str,
    template: str,
    link: str,
    *,
    secrets: tuple[str, ...] = (),
    **values: object,
) -> Outgoing:
    """One mail with a text and an HTML part, in the name of the business."""
    user, business = person(message), Preferences.load()
    context = {"user": user, "business": business, "hours": reset_hours(), "link": link, **values}
    with timezone.override(business.zone):
        text = render_to_string(f"notifications/mail/{template}.txt", context)
        html = render_to_string(f"notifications/mail/{template}.html", context)
    return Outgoing(
        to=user.email,
        subject=f"{subject} · {business.business_name}",
        text=text,
        html=html,
        secrets=secrets,
    )


def reset_hours() -> int:
    return max(1, settings.PASSWORD_RESET_TIMEOUT // 3600)


def fixed(code: str, name: Text, compose: Callable[[Message, Delivery], Outgoing]) -> Event:
    """An event of staff: always by e-mail, at any hour, in the words of this module."""
    return declare(
        Event(
            code=code,
            name=name,
            description=_lazy("About the login of a member of staff."),
            group=_lazy("Staff"),
            icon="key-round",
            shortcodes=(),
            texts={},
            required=(ChannelCode.EMAIL,),
            is_credential=True,
            compose=compose,
        )
    )


STAFF_PASSWORD_RESET = fixed("staff-password-reset", _lazy("Staff: new password"), password_reset)
STAFF_INVITATION = fixed("staff-invitation", _lazy("Staff: invitation"), invitation)
STAFF_NEWS = fixed("staff-news", _lazy("Staff: news about the login"), news)
