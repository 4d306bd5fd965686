"""What every channel promises, and the three ways in which sending fails."""

from dataclasses import dataclass, field
from typing import Protocol

from notifications.models import ChannelCode


@dataclass(frozen=True)
class Attachment:
    """A file that goes with an e-mail; `kind` is its whole Content-Type."""

    name: str
    content: bytes = field(repr=False)
    kind: str


@dataclass(frozen=True)
class Outgoing:
    """A message as one channel sends it: every shortcode is filled in. Never stored or logged."""

    to: str
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    content_sid: str = ""
    variables: tuple[str, ...] = field(default=(), repr=False)
    reference: str = ""  # ours, for the provider's reports
    # What must not stay readable where messages are kept on this machine.
    secrets: tuple[str, ...] = field(default=(), repr=False)
    attachments: tuple[Attachment, ...] = ()  # of an e-mail
    # WhatsApp: a template of its own that goes before this one. The password's may hold nothing
    # else, so the address of the panel and the user name need another.
    first: "Outgoing | None" = field(default=None, repr=False)


@dataclass(frozen=True)
class Accepted:
    """The provider took the message, under this id of its own."""

    provider: str
    provider_id: str = ""


class SendingFailed(Exception):
    """The provider did not take it. Holds a code, never a text: texts may quote the message."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TemporaryFailure(SendingFailed):
    """It may go later: too many requests, an error of theirs, no connection."""

    def __init__(self, code: str, *, after: float | None = None) -> None:
        super().__init__(code)
        self.after = after  # seconds, where the provider said so


class PermanentFailure(SendingFailed):
    """It will never go to this address. With `opts_out` the provider lets nothing through to it."""

    def __init__(self, code: str, *, opts_out: bool = False) -> None:
        super().__init__(code)
        self.opts_out = opts_out


class ConfigurationFailure(SendingFailed):
    """Nothing goes by this channel until somebody mends its settings."""


class Channel(Protocol):
    """One way of reaching a person. Time-outs are shorter than the lease of a job (120 s)."""

    code: ChannelCode

    def is_configured(self) -> bool:
        """Whether it can send: by a provider or, on a local machine, into the local mailbox."""

    def send(self, message: Outgoing) -> Accepted:
        """Hand one message to the provider, in one try. Raises SendingFailed."""
