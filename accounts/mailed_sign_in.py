"""Signing in without a password: by a link or by a code of six digits that comes by e-mail.

The request writes down who asked and a job; the worker makes the link or code, mails it and keeps a
keyed hash of it (notifications/login_messages.py). Customers only, and only where the owner wants
it. A code works in the browser that asked for it and is tried five times at most; a link works
anywhere, for it cannot be guessed. Each opens once.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.debug import sensitive_variables

from accounts.access import is_panel_customer
from accounts.models import MailedSignIn, User
from bookkinda import jobs
from bookkinda.preferences import Preferences, SignIn

SEND = "notifications.sign_in"  # the kind of the jobs
LASTS = timedelta(minutes=15)
MOST_TRIES = 5
DIGITS = 6
SALT = "accounts.mailed_sign_in"


def ways() -> SignIn:
    """By what customers may sign in, as the owner has it now."""
    business = Preferences.load()
    return SignIn(business.panel_sign_in if business.customer_panel_enabled else SignIn.PASSWORD)


def ask(address: str) -> MailedSignIn:
    """Write down that somebody wants to sign in with the address (in its normal spelling).

    The same work whoever it is, also for nobody and for staff: they get a row and no mail.
    """
    user = User.objects.filter(email=address, role="").only("pk").first()
    with transaction.atomic():
        asked = MailedSignIn.objects.create(user=user, expires_at=timezone.now() + LASTS)
        jobs.enqueue(SEND, {"asked": asked.pk}, priority=jobs.Job.Priority.URGENT)
    return asked


def find_open(pk: int) -> MailedSignIn | None:
    """What was asked for, if it is somebody's who may sign in, and not used or run out."""
    asked = MailedSignIn.objects.filter(pk=pk, expires_at__gt=timezone.now()).first()
    return asked if asked and asked.user and may_come(asked.user) else None


def may_come(user: User) -> bool:
    """Whether the user may be let in without a password: an active customer, and never staff."""
    return user.is_active and not user.is_staff and is_panel_customer(user)


@sensitive_variables()
def make_code(asked: MailedSignIn) -> tuple[str, str]:
    """A code of six digits, and what `keep` takes."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    return code, digest_of("code", str(asked.pk), code)


@sensitive_variables()
def make_token() -> tuple[str, str]:
    """What a link ends in, and what `keep` takes."""
    token = secrets.token_urlsafe(32)
    return token, digest_of("link", token)


@sensitive_variables()
def digest_of(*parts: str) -> str:
    """A keyed hash. That of a code has its row in it: a code opens nothing but its own browser."""
    return salted_hmac(SALT, ":".join(parts), algorithm="sha256").hexdigest()


def keep(asked: MailedSignIn, digest: str) -> bool:
    """Let the link or code that was mailed open, once; False if its time is over already."""
    waiting = MailedSignIn.objects.filter(pk=asked.pk, expires_at__gt=timezone.now())
    return bool(waiting.update(digest=digest))


@sensitive_variables()
def use_code(pk: int, code: str) -> User | None:
    """Who signs in by the code, which is worthless afterwards; each call counts as a try."""
    waiting = MailedSignIn.objects.filter(pk=pk, expires_at__gt=timezone.now())
    if not waiting.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        return None
    asked = waiting.select_related("user").first()
    kept = asked.digest if asked else ""
    if not constant_time_compare(kept, digest_of("code", str(pk), code)):
        return None
    return use_up(asked)


@sensitive_variables()
def find_link(token: str) -> MailedSignIn | None:
    """What the link opens, without using it up: mail programs look at links before people do."""
    asked = MailedSignIn.objects.filter(digest=digest_of("link", token)).first()
    return find_open(asked.pk) if asked else None


@sensitive_variables()
def use_link(token: str) -> User | None:
    """Who signs in by the link, which is worthless afterwards."""
    return use_up(find_link(token))


def use_up(asked: MailedSignIn | None) -> User | None:
    """The one of two at the same moment who gets in. Other links and codes of theirs die too."""
    if asked is None or asked.user is None:
        return None
    if not MailedSignIn.objects.filter(pk=asked.pk).delete()[0]:
        return None
    MailedSignIn.objects.filter(user=asked.user).delete()
    return asked.user if may_come(asked.user) else None


def forget_old() -> int:
    """Delete what has run out; how many that were."""
    return MailedSignIn.objects.filter(expires_at__lte=timezone.now()).delete()[0]
