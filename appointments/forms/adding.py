"""A new appointment, entered by staff."""

from functools import partial
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments import words
from appointments.advice import Wanted
from appointments.availability import MINUTE
from appointments.forms.when import WhenForm
from appointments.models import Service
from bookkinda.preferences import Preferences
from customers.forms.fields import TypedField
from customers.models import Customer
from customers.values import clean_text


class ServiceField(forms.ModelChoiceField):
    """Services with how long they take."""

    def label_from_instance(self, obj: Service) -> str:
        return f"{obj}, {words.duration(obj.duration)}"


class BookForm(WhenForm):
    """Who, what, when and with whom. The customer is found by the search beside it."""

    customer = forms.ModelChoiceField(
        label=_("Customer"),
        queryset=Customer.objects.none(),
        error_messages={
            "required": _("Choose who it is for."),
            "invalid_choice": _("This customer was deleted. Choose another one."),
        },
    )
    service = ServiceField(
        label=_("Service"),
        queryset=Service.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose a service.")},
    )
    note = TypedField(
        partial(clean_text, longest=1000),
        label=_("The customer's wish"),
        required=False,
        help_text=_("The customer can see it."),
        widget=forms.Textarea({"rows": 2}),
    )
    staff_note = TypedField(
        partial(clean_text, longest=1000),
        label=_("Note for staff"),
        required=False,
        help_text=_("Only staff can see this."),
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("customer", "service", "provider", "date", "time", "duration")

    def __init__(self, *args: Any, business: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, business=business, **kwargs)
        self.fields["duration"].help_text = _("If not those of the service.")
        customer, service = (
            cast("forms.ModelChoiceField", self.fields[name]) for name in ("customer", "service")
        )
        customer.queryset = Customer.objects.live()
        service.queryset = Service.objects.filter(archived_at=None)

    def wanted(self) -> Wanted | None:
        """What was asked for, as far as it is known; None before a moment with somebody is."""
        cleaned = self.cleaned_data
        if not all(cleaned.get(name) for name in ("service", "provider", "start")):
            return None
        minutes = cleaned.get("duration") or cleaned["service"].duration
        return Wanted(
            cleaned["service"], cleaned["provider"], cleaned["start"],
            cleaned["start"] + minutes * MINUTE, cleaned.get("customer"),
        )  # fmt: skip
