"""Where somebody is signed in, and how that ends."""

import re

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import MailedSignIn, User

BROWSERS = [  # the order matters: most say that they are also Chrome and Safari
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
]
SYSTEMS = [
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "Mac"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
]


def end_sessions(user: User) -> int:
    """Sign the user out everywhere; how many sessions that were."""
    return end_other_sessions(user, keep=None)


def end_other_sessions(user: User, *, keep: str | None) -> int:
    """Sign the user out everywhere but in the session with the key `keep`. A link or code that
    was mailed before opens nothing any more either: who reads that mail may be the reason."""
    MailedSignIn.objects.filter(user=user).delete()
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=keep))
    for session in sessions:
        session.end()
    return len(sessions)


def forget_ended_sessions() -> int:
    """Delete what is kept about sessions that ran out or were ended; how many that were."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    return UserSession.objects.filter(~Exists(alive)).delete()[0]


def device_name(user_agent: str) -> str:
    """The browser and system as a person would name them: "Firefox on Windows"."""
    browser = first_match(BROWSERS, user_agent)
    system = first_match(SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def first_match(names: list[tuple[str, str]], text: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, text)), "")
