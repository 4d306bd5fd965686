"""The local mailbox: where messages stay that a machine for trying can't send.

Files in a folder beside the database, readable by their owner only. What is secret in a message is
masked before it is written; only the sample business, whose people do not exist, keeps it, so that
a newcomer can walk the whole way. Production has no such folder (bookkinda/checks.py).
"""

import html
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.views.decorators.debug import sensitive_variables

from bookkinda.preferences import Preferences
from notifications.channels.base import Accepted, ConfigurationFailure, Outgoing
from notifications.models import ChannelCode

PROVIDER = "mailbox"
MASK = "••••••••"
MOST_KEPT = 1_000
NAME = re.compile(r"\d{20}-[0-9a-f]{8}")
LINK = re.compile(r"https?://[^\s\"'<>]+")


@dataclass(frozen=True)
class Kept:
    """A message as it lies in the mailbox."""

    channel: str
    to: str
    subject: str = ""
    text: str = ""
    html: str = ""
    content_sid: str = ""
    variables: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()  # names of files
    is_masked: bool = True
    name: str = ""  # of its file

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(int(self.name.partition("-")[0]) / 1e9, tz=UTC)


def is_there() -> bool:
    """Whether this machine keeps messages: one for trying does, production never."""
    return settings.LOCAL_MAILBOX is not None


def folder() -> Path:
    """Where the messages lie. Call it only where `is_there()`."""
    return Path(str(settings.LOCAL_MAILBOX))


@sensitive_variables()
def keep(channel: ChannelCode, message: Outgoing) -> Accepted:
    """Take the message as a provider would, without its secrets unless the business is a sample."""
    if not is_there():
        raise ConfigurationFailure("not-configured")
    hides = not Preferences.load().is_sample
    secret = message.secrets if hides else ()
    name = write(
        Kept(
            channel=channel.value,
            to=message.to,
            subject=masked(message.subject, secret),
            text=masked(message.text, secret),
            html=masked(message.html, secret),
            content_sid=message.content_sid,
            variables=tuple(masked(value, secret) for value in message.variables),
            attachments=tuple(each.name for each in message.attachments),
            is_masked=hides,
        )
    )
    return Accepted(PROVIDER, name)


@sensitive_variables()
def masked(text: str, values: tuple[str, ...]) -> str:
    """The text without these values, in whichever part of a message they stand."""
    for value in sorted(filter(None, values), key=len, reverse=True):
        text = text.replace(value, MASK).replace(html.escape(value), MASK)
    return text


@sensitive_variables()
def write(message: Kept) -> str:
    """The name of the file that now holds the message, whole from its first moment on."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    draft = place / f"{name}.draft"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({key: value for key, value in asdict(message).items() if key != "name"}, file)
    draft.rename(place / f"{name}.json")
    forget_old()
    return name


def names() -> list[str]:
    """Of the messages in the mailbox, the newest first."""
    if not is_there() or not folder().is_dir():
        return []
    return sorted((path.stem for path in folder().glob("*.json")), reverse=True)


def read(name: str) -> Kept | None:
    """The message of this name, or None when there is none (any more)."""
    if not is_there() or not NAME.fullmatch(name):
        return None
    try:
        values: dict[str, Any] = json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    values["variables"] = tuple(values["variables"])
    values["attachments"] = tuple(values.get("attachments", ()))
    return Kept(**values, name=name)


def newest(start: int, count: int) -> Iterator[Kept]:
    """Messages by their place in the list, the newest first."""
    for name in names()[start : start + count]:
        message = read(name)
        if message:
            yield message


def forget_old() -> None:
    """Keep the newest ones; many workers may do it at once."""
    for name in names()[MOST_KEPT:]:
        forget(name)


def forget_people(addresses: set[str]) -> None:
    """Take out what went to these addresses and numbers."""
    for message in list(newest(0, MOST_KEPT)):
        if message.to in addresses:
            forget(message.name)


def forget_all() -> int:
    """Empty the mailbox, and say how many messages it held."""
    found = names()
    for name in found:
        forget(name)
    return len(found)


def forget(name: str) -> None:
    with suppress(FileNotFoundError):
        (folder() / f"{name}.json").unlink()


class EmailBackend(BaseEmailBackend):
    """For mails that do not come out of the outbox. What is secret in them nobody said, so every
    link is taken for a secret."""

    def send_messages(self, email_messages: Any) -> int:
        mails = list(email_messages)
        for mail in mails:
            for address in mail.recipients():
                keep(ChannelCode.EMAIL, as_outgoing(mail, address))
        return len(mails)


@sensitive_variables()
def as_outgoing(mail: EmailMessage, address: str) -> Outgoing:
    parts = mail.alternatives if isinstance(mail, EmailMultiAlternatives) else []
    rich = next((str(body) for body, kind in parts if kind == "text/html"), "")
    return Outgoing(
        to=address,
        subject=str(mail.subject),
        text=str(mail.body),
        html=rich,
        secrets=tuple(html.unescape(link) for link in LINK.findall(f"{mail.body}\n{rich}")),
    )
