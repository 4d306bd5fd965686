"""E-mail addresses as keys: one spelling for each, so that two of them compare letter by letter."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1.3, less the angle brackets


def normalize_address(typed: str) -> str:
    """The address trimmed, its domain IDNA-encoded, all in lower case and plain ASCII.

    Raises ValidationError with a sentence for the person who typed it. ASCII is required after
    lower-casing and not before, because U+212A (the Kelvin sign) lower-cases to "k": let through,
    it would match somebody else's address.
    """
    address = typed.strip()
    if not address.isprintable():
        raise ValidationError(_("The e-mail address has characters that cannot be seen."))
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise ValidationError(_("An e-mail address looks like name@example.org."))
    if not domain.isascii():
        try:
            # NFC and lower-casing first, as IDNA 2003 asks for; the result is checked below.
            domain = unicodedata.normalize("NFC", domain).lower().encode("idna").decode("ascii")
        except UnicodeError:
            raise ValidationError(_("The part after @ is not a domain name.")) from None
    if not local.isascii():
        raise ValidationError(
            _("The part before @ may only have plain letters, digits and signs, no %(letter)s."),
            params={"letter": next(letter for letter in local if not letter.isascii())},
        )
    address = f"{local}@{domain}".lower()
    if len(address) > LONGEST_ADDRESS:
        raise ValidationError(
            _("An e-mail address has at most %(limit)s characters."),
            params={"limit": LONGEST_ADDRESS},
        )
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(
            _("This is not an e-mail address: a dot or a sign is missing or misplaced.")
        ) from None
    return address
