"""The mails about one's own login: choose a password, and news that a theft shows by.

Made and sent by the worker. Links are built from PUBLIC_BASE_URL, never from a request, and go to
the address that is stored, never to one that somebody typed.
"""

from datetime import datetime
from email.utils import formataddr, parseaddr
from urllib.parse import quote

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.notices import News
from bookkinda.preferences import Preferences


@sensitive_variables()
def send_password_reset(user: User) -> None:
    """A link that works once and for PASSWORD_RESET_TIMEOUT, made here and kept nowhere."""
    send(user, _("Choose a new password"), "password_reset", link=password_link(user))


@sensitive_variables()
def send_invitation(user: User) -> None:
    """The same link for a new member of staff."""
    send(user, _("Your login for the back office"), "invitation", link=password_link(user))


def send_news(user: User, news: News, at: datetime) -> None:
    """What changed about the login, and when."""
    forgotten = settings.PUBLIC_BASE_URL + reverse("account_reset_password")
    send(user, headline(news), "news", headline=headline(news), at=at, link=forgotten)


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
def send(user: User, subject: str, template: str, **values: object) -> None:
    """One mail with a text and an HTML part, in the name of the business."""
    business = Preferences.load()
    context = {"user": user, "business": business, "hours": reset_hours(), **values}
    with timezone.override(business.zone):
        text = render_to_string(f"notifications/mail/{template}.txt", context)
        html = render_to_string(f"notifications/mail/{template}.html", context)
    name = one_line(business.business_name)
    mail = EmailMultiAlternatives(
        subject=f"{subject} · {name}", body=text, from_email=sender(name), to=[user.email]
    )
    mail.attach_alternative(html, "text/html")
    mail.send()


def sender(name: str) -> str:
    """The business's name on the address that this installation sends from."""
    return formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def reset_hours() -> int:
    return max(1, settings.PASSWORD_RESET_TIMEOUT // 3600)


def one_line(text: str) -> str:
    """Without line ends: in a header they would be refused, for ever."""
    return " ".join(text.split())
