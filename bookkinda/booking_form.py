"""What the owner sets about booking: the page, its rules, and what is said before and after."""

import re
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import ConsentText
from bookkinda.preferences import Preferences
from customers.forms.fields import TypedField
from customers.values import clean_text

# A website, as browsers write it into Origin: scheme, host, and a port that is not the usual one.
ORIGIN = re.compile(
    r"https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}(?::\d{1,5})?"
)
MOST_ORIGINS = 20
MOST_REMINDERS = 5
LONGEST = 1344  # hours: eight weeks
NUMBER = {"inputmode": "numeric", "min": 0}


class BookingSettingsForm(forms.ModelForm):
    """The part of the settings that is about booking, and the words that visitors agree to."""

    consent = TypedField(
        partial(clean_text, longest=2000),
        label=gettext_lazy("Consent"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "Visitors tick a box beside these words before they book. Each appointment keeps the "
            "words that were agreed to. Blank: nothing is asked."
        ),
    )
    reminder_hours = forms.CharField(
        label=gettext_lazy("Reminders, hours before"),
        required=False,
        max_length=100,
        help_text=gettext_lazy(
            "Such as 24, 2. Who books later than that gets no such reminder. Blank: none is sent."
        ),
    )
    booking_origins = forms.CharField(
        label=gettext_lazy("Websites that may show the booking page"),
        required=False,
        max_length=6000,
        widget=forms.Textarea({"rows": 3, "placeholder": "https://www.example.org"}),
        help_text=gettext_lazy("One on each line, with https:// and without a path. Blank: none."),
    )

    class Meta:
        model = Preferences
        fields = (
            "booking_enabled",
            "booking_step",
            "booking_notice",
            "booking_ahead",
            "most_coming",
            "cancel_notice",
            "reschedule_notice",
            "login_on_booking",
            "follow_up_hours",
        )
        widgets = {
            "booking_enabled": forms.CheckboxInput({"role": "switch"}),
            "booking_step": forms.NumberInput({"inputmode": "numeric", "min": 5, "max": 240}),
            "booking_notice": forms.NumberInput({**NUMBER, "max": LONGEST}),
            "booking_ahead": forms.NumberInput({"inputmode": "numeric", "min": 1, "max": 730}),
            "most_coming": forms.NumberInput({"inputmode": "numeric", "min": 1, "max": 100}),
            "cancel_notice": forms.NumberInput({**NUMBER, "max": LONGEST}),
            "reschedule_notice": forms.NumberInput({**NUMBER, "max": LONGEST}),
            "login_on_booking": forms.RadioSelect,
            "follow_up_hours": forms.NumberInput({"inputmode": "numeric", "min": 1, "max": 1344}),
        }
        labels = {
            "booking_enabled": gettext_lazy("Customers can book on the booking page"),
            "booking_step": gettext_lazy("Minutes between times"),
            "booking_notice": gettext_lazy("Hours ahead, at least"),
            "booking_ahead": gettext_lazy("Days ahead, at most"),
            "most_coming": gettext_lazy("Appointments that one customer may have ahead"),
            "cancel_notice": gettext_lazy("Hours of notice for cancelling"),
            "reschedule_notice": gettext_lazy("Hours of notice for rescheduling"),
            "login_on_booking": gettext_lazy("After a first booking, may they log in?"),
            "follow_up_hours": gettext_lazy("Follow-up, hours after"),
        }
        help_texts = {
            "booking_enabled": gettext_lazy("Off: the page says that booking is not open."),
            "booking_step": gettext_lazy("15: at 9:00, 9:15, 9:30 …"),
            "most_coming": gettext_lazy("Whoever has more is asked to call. Blank: any number."),
            "cancel_notice": gettext_lazy("0: until it begins."),
            "reschedule_notice": gettext_lazy("0: until it begins."),
            "login_on_booking": gettext_lazy(
                "Only who is new gets a password by it. A known address is never touched."
            ),
            "follow_up_hours": gettext_lazy("It is switched on and off under Notifications."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consent_before = newest_words()
        self.initial["consent"] = self.consent_before
        self.initial["reminder_hours"] = ", ".join(map(str, self.instance.reminder_hours))
        self.initial["booking_origins"] = "\n".join(self.instance.booking_origins)

    def clean_reminder_hours(self) -> list[int]:
        """Hours before, the longest first, each of them once."""
        words = re.split(r"[,;\s]+", self.cleaned_data["reminder_hours"].strip())
        found = set()
        for word in filter(None, words):
            if not re.fullmatch(r"[0-9]{1,4}", word) or not 1 <= int(word) <= LONGEST:
                raise ValidationError(
                    _("“%(word)s” is no number of hours from 1 to %(longest)s. Write 24, 2."),
                    params={"word": word, "longest": LONGEST},
                )
            found.add(int(word))
        if len(found) > MOST_REMINDERS:
            raise ValidationError(
                _("That would be %(count)s reminders; %(most)s are the most."),
                params={"count": len(found), "most": MOST_REMINDERS},
            )
        return sorted(found, reverse=True)

    def clean_booking_origins(self) -> list[str]:
        """Origins as browsers send them, each of them once."""
        lines = self.cleaned_data["booking_origins"].split()
        found = list(dict.fromkeys(map(read_origin, lines)))
        if len(found) > MOST_ORIGINS:
            raise ValidationError(
                _("These are %(count)s websites; %(most)s are the most."),
                params={"count": len(found), "most": MOST_ORIGINS},
            )
        return found

    def save(self, commit: bool = True) -> Preferences:  # noqa: FBT001, FBT002 Django's own
        """Saves the settings, and other words of consent as a new row: the old ones stay on the
        appointments that were booked with them."""
        self.instance.reminder_hours = self.cleaned_data["reminder_hours"]
        self.instance.booking_origins = self.cleaned_data["booking_origins"]
        with transaction.atomic():
            business: Preferences = super().save(commit)
            if self.cleaned_data["consent"] != newest_words():
                ConsentText.objects.create(text=self.cleaned_data["consent"])
        return business


def newest_words() -> str:
    """What visitors agree to now; "" where nothing is asked."""
    newest = ConsentText.objects.order_by("pk").last()
    return newest.text if newest else ""


def read_origin(line: str) -> str:
    """The website as its origin, in small letters, names of other scripts as browsers send them.

    Raises ValidationError.
    """
    origin = line.strip().rstrip("/").lower()
    if not origin.isascii():
        scheme, separator, rest = origin.partition("://")
        try:
            origin = f"{scheme}{separator}{rest.encode('idna').decode('ascii')}"
        except UnicodeError:
            origin = ""
    port = origin.rpartition(":")[2]
    too_high = port.isdecimal() and not 0 < int(port) < 65_536
    if not ORIGIN.fullmatch(origin) or too_high:
        raise ValidationError(
            _("“%(line)s” is no website. Write it like https://www.example.org."),
            params={"line": line[:100]},
        )
    return origin.removesuffix(":443")
