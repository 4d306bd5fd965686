"""What a form of the booking page carries in place of a cookie.

The page works inside of other websites, where browsers send no cookies, so Django's check of forms
can't protect it. Instead each form holds a signed note of what it was made for: which service,
which hold, which wording of the consent. Nothing of it can be changed. There is no session behind
these forms: a foreign page can do nothing in somebody's name.
"""

import secrets
from typing import Any

from django.core import signing

SALT = "appointments.booking."
LASTS = 12 * 60 * 60  # seconds; who left the page open overnight is shown it anew


def make(purpose: str, **facts: Any) -> str:
    """A token for forms of this purpose that remembers these facts."""
    return signing.dumps(facts, salt=SALT + purpose, compress=True)


def read(purpose: str, token: str) -> dict[str, Any] | None:
    """The facts; None for a token that was changed, is of another purpose, or has run out."""
    try:
        facts: dict[str, Any] = signing.loads(token, salt=SALT + purpose, max_age=LASTS)
    except signing.BadSignature:
        return None
    return facts


def number() -> str:
    """What tells one page that was shown from another one."""
    return secrets.token_urlsafe(12)
