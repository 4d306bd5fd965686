"""WhatsApp by Twilio: templates that Meta approved, named by their ContentSid.

A text of one's own would go only within 24 hours after the person wrote (error 63016).
"""

import json
from dataclasses import replace

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from notifications.channels import mailbox, twilio
from notifications.channels.base import (
    Accepted,
    ConfigurationFailure,
    Outgoing,
    PermanentFailure,
)
from notifications.models import ChannelCode

PREFIX = "whatsapp:"


class WhatsappChannel:
    """Sends one template with its variables, or two: see `Outgoing.first`."""

    code = ChannelCode.WHATSAPP

    def is_configured(self) -> bool:
        return twilio.is_configured(settings.TWILIO_WHATSAPP_FROM) or mailbox.is_there()

    @sensitive_variables()
    def send(self, message: Outgoing) -> Accepted:
        """What the person needs to know goes first: a try that fails after it repeats no secret."""
        if message.first:
            self.send_one(replace(message.first, to=message.to))
        return self.send_one(message)

    @sensitive_variables()
    def send_one(self, message: Outgoing) -> Accepted:
        sender = settings.TWILIO_WHATSAPP_FROM
        if twilio.is_configured(sender):
            if not message.content_sid:
                raise PermanentFailure("no-template")
            return twilio.create_message(
                to=f"{PREFIX}{message.to}",
                content_sid=message.content_sid,
                content_variables=json.dumps(numbered(message.variables)),
                **twilio.sent_by(sender, PREFIX),
            )
        if mailbox.is_there():
            return mailbox.keep(self.code, message)
        raise ConfigurationFailure("not-configured")


def numbered(variables: tuple[str, ...]) -> dict[str, str]:
    """As Twilio wants them: {"1": …, "2": …}."""
    return {str(number): value for number, value in enumerate(variables, start=1)}
