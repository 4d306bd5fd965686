"""News about one's own login that everybody is told by e-mail, so that a theft is noticed.

The mails are jobs: what is written here holds the user's id and the kind of news, nothing else.
notifications/tasks.py does them.
"""

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone

from accounts.models import User
from bookkinda import jobs

PASSWORD_RESET = "notifications.password_reset"  # noqa: S105 the kind of a job
STAFF_INVITATION = "notifications.staff_invitation"
ACCOUNT_NOTICE = "notifications.account_notice"


# Ways of "sending" that no mailbox ever sees.
KEPT_HERE = {
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
    "django.core.mail.backends.filebased.EmailBackend",
    "notifications.channels.mailbox.EmailBackend",
}


def mail_is_sent() -> bool:
    """Whether mails leave this machine, so that a page may say that one is on its way."""
    return settings.EMAIL_BACKEND not in KEPT_HERE


class News(TextChoices):
    PASSWORD_CHANGED = "password-changed"  # noqa: S105
    APP_ADDED = "app-added"
    APP_REMOVED = "app-removed"
    RECOVERY_CODES = "recovery-codes"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    FACTOR_FORGOTTEN = "factor-forgotten"


# The library names its mails by template.
NEWS_BY_TEMPLATE = {
    "account/email/password_changed": News.PASSWORD_CHANGED,
    "account/email/password_reset": News.PASSWORD_CHANGED,
    "mfa/email/totp_activated": News.APP_ADDED,
    "mfa/email/totp_deactivated": News.APP_REMOVED,
    "mfa/email/recovery_codes_generated": News.RECOVERY_CODES,
    "mfa/email/webauthn_added": News.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": News.PASSKEY_REMOVED,
}


def enqueue_password_reset(user: User | None) -> None:
    """A reset mail. For nobody too, so that an unknown address costs the same time as a known."""
    jobs.enqueue(
        PASSWORD_RESET, {"user": user.pk if user else None}, priority=jobs.Job.Priority.URGENT
    )


def enqueue_invitation(user: User) -> None:
    """The mail by which new staff choose their password."""
    jobs.enqueue(STAFF_INVITATION, {"user": user.pk}, priority=jobs.Job.Priority.URGENT)


def enqueue_notice(user: User, template: str) -> None:
    """Tell the person what changed, by the template that the library would send."""
    enqueue_news(user, NEWS_BY_TEMPLATE[template])


def enqueue_news(user: User, news: News) -> None:
    payload = {"user": user.pk, "news": news.value, "at": timezone.now().isoformat()}
    jobs.enqueue(ACCOUNT_NOTICE, payload)
