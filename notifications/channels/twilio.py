"""Twilio, for SMS and WhatsApp: one message in one try, and what each of its error codes means.

The codes are those of Twilio's error dictionary. Texts of its answers are not kept: they may quote
the number or the message.
"""

from typing import Any

import requests
from django.conf import settings
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from notifications.channels.base import (
    Accepted,
    ConfigurationFailure,
    PermanentFailure,
    SendingFailed,
    TemporaryFailure,
)

PROVIDER = "twilio"
TIMEOUT = 20  # seconds
API = "https://api.twilio.com"
STOPPED = 21610  # the person answered STOP
REFUSED = {"failed", "undelivered", "canceled"}  # states of a message that Twilio did not take
# The account, its keys or its sender: nothing goes until somebody mends it.
OF_THE_SETTINGS = {
    20003, 20005, 20006, 20008, 20404, 10001, 10002, 21212, 21603, 21606, 21659, 21660, 21701,
    21703, 21910, 30002, 30032, 30034, 30035, 63001, 63007, 63020, 63025,
}  # fmt: skip
# It may go later.
OF_THE_MOMENT = {20429, 20500, 20503, 21611, 30001, 63018, 63012}


class HttpClient(TwilioHttpClient):  # type: ignore[misc]  # it has no types
    """Calls the address of TWILIO_API_URL, once, and remembers nothing of what it sent."""

    def __init__(self) -> None:
        super().__init__(timeout=TIMEOUT, max_retries=0)

    @sensitive_variables()
    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        url = url.replace(API, settings.TWILIO_API_URL, 1)
        try:
            return super().request(method, url, *args, **kwargs)
        finally:
            self._test_only_last_request = None
            self._test_only_last_response = None


def is_configured(sender: str) -> bool:
    """Whether the account and this sender are named."""
    return bool(settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and sender)


def sent_by(sender: str, prefix: str = "") -> dict[str, str]:
    """The sender as Twilio's parameter: a Messaging Service, or a number."""
    if sender.startswith("MG"):
        return {"messaging_service_sid": sender}
    return {"from_": f"{prefix}{sender}"}


@sensitive_variables()
def create_message(**values: str) -> Accepted:
    """Hand one message to Twilio. Raises SendingFailed."""
    if settings.IS_HTTPS:  # else Twilio could not reach it
        values["status_callback"] = callback_address()
    try:
        client = Client(
            settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=HttpClient()
        )
        message = client.messages.create(**values)
    except TwilioRestException as error:
        raise failure(error.status, error.code) from None
    except TwilioException:
        raise ConfigurationFailure("twilio-20003") from None
    except requests.Timeout:
        raise TemporaryFailure("timeout") from None
    except requests.RequestException:
        raise TemporaryFailure("no-connection") from None
    if message.status in REFUSED:
        raise failure(400, message.error_code)
    return Accepted(PROVIDER, message.sid or "")


def callback_address() -> str:
    """Where Twilio reports what became of a message."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('webhooks:twilio-status')}"


def failure(status: int, code: int | None) -> SendingFailed:
    """Which of the three ways of failing an answer is, by its error code, else by its status."""
    name = f"twilio-{code or status}"
    if code in OF_THE_SETTINGS or status in {401, 403}:
        return ConfigurationFailure(name)
    if code in OF_THE_MOMENT or status == 429 or status >= 500:
        return TemporaryFailure(name)
    return PermanentFailure(name, opts_out=code == STOPPED)
