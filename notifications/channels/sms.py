"""SMS by Twilio."""

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from notifications.channels import mailbox, twilio
from notifications.channels.base import Accepted, ConfigurationFailure, Outgoing
from notifications.models import ChannelCode


class SmsChannel:
    """Sends one text to one number (E.164)."""

    code = ChannelCode.SMS

    def is_configured(self) -> bool:
        return twilio.is_configured(settings.TWILIO_SMS_FROM) or mailbox.is_there()

    @sensitive_variables()
    def send(self, message: Outgoing) -> Accepted:
        sender = settings.TWILIO_SMS_FROM
        if twilio.is_configured(sender):
            return twilio.create_message(to=message.to, body=message.text, **twilio.sent_by(sender))
        if mailbox.is_there():
            return mailbox.keep(self.code, message)
        raise ConfigurationFailure("not-configured")
