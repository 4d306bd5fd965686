"""What is asked for a test message, and about opened mails."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookkinda.preferences import Preferences
from customers.values import clean_phone
from notifications.models import ChannelCode

TEMPLATE = re.compile(r"HX[0-9a-f]{32}")


class MailTestForm(forms.Form):
    """Nothing to ask: it goes to oneself."""

    prefix = ChannelCode.EMAIL.value


class SmsTestForm(forms.Form):
    prefix = ChannelCode.SMS.value
    phone = forms.CharField(
        label=_("Your mobile number"),
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        number = clean_phone(self.cleaned_data["phone"], Preferences.load().country)
        if number.extension:
            raise ValidationError(_("Messages go to no extension. Leave it out."))
        return number.e164


class WhatsappTestForm(SmsTestForm):
    prefix = ChannelCode.WHATSAPP.value
    content_sid = forms.CharField(
        label=_("ContentSid of an approved template"),
        max_length=34,
        help_text=_(
            "HX and 32 digits and letters; the Content Template Builder of Twilio shows it."
        ),
    )
    values = forms.CharField(
        label=_("Values of {{1}}, {{2}} …"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("One on each line, as many as the template has."),
    )

    def clean_content_sid(self) -> str:
        sid: str = self.cleaned_data["content_sid"].strip()
        if not TEMPLATE.fullmatch(sid):
            raise ValidationError(_("A ContentSid is HX and 32 digits and letters from a to f."))
        return sid

    def clean_values(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.cleaned_data["values"].splitlines())


class OpensForm(forms.ModelForm):
    """Whether it is written down who opened which mail."""

    class Meta:
        model = Preferences
        fields = ("track_opens",)
        widgets = {"track_opens": forms.CheckboxInput({"role": "switch"})}
        labels = {"track_opens": _("See whether messages are opened")}
        help_texts = {
            "track_opens": _(
                "The mail provider puts a picture into each mail that tells when it is loaded, and "
                "WhatsApp says what was read. Ask your customers whether they agree."
            )
        }


TEST_FORMS: dict[ChannelCode, type[forms.Form]] = {
    ChannelCode.EMAIL: MailTestForm,
    ChannelCode.SMS: SmsTestForm,
    ChannelCode.WHATSAPP: WhatsappTestForm,
}
