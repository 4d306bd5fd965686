"""Which field each column was, kept for the next file with the same headers."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from django.utils import timezone

from customers.importing.meanings import key_of
from customers.models import RememberedColumns


def digest_of(headers: Sequence[str]) -> str:
    """What two files with the same headers share, in whatever case and punctuation."""
    return hashlib.sha256(json.dumps([key_of(header) for header in headers]).encode()).hexdigest()


def remember(headers: Sequence[str], told: Mapping[int, str]) -> None:
    """Keep what was told about the columns, by position; nothing told is nothing to keep."""
    digest = digest_of(headers)
    if not told:
        RememberedColumns.objects.filter(headers=digest).delete()
        return
    fields = {str(at): name for at, name in told.items()}
    RememberedColumns.objects.update_or_create(
        headers=digest, defaults={"fields": fields, "at": timezone.now()}
    )


def recall(headers: Sequence[str]) -> dict[str, str]:
    """What was told about columns of the same headers before, as ImportOptions.told has it."""
    known = RememberedColumns.objects.filter(headers=digest_of(headers)).first()
    if known is None:
        return {}
    return {f"#{int(at) + 1}": name for at, name in known.fields.items() if int(at) < len(headers)}
