"""The notes of an appointment."""

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import TypedField
from customers.values import clean_text


class NotesForm(forms.Form):
    """What staff keep about it; what the customer wrote stands in words of their own."""

    staff_note = TypedField(
        partial(clean_text, longest=1000),
        label=_("Note for staff"),
        required=False,
        help_text=_("Only staff can see this."),
        widget=forms.Textarea({"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
