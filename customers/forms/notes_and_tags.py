"""Dated notes, and the tags themselves."""

from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import PLAIN, TypedField, line
from customers.models import Note, Tag
from customers.values import clean_text


class NoteForm(forms.ModelForm):
    """A dated note about a customer."""

    text = TypedField(
        partial(clean_text, longest=2000),
        label=_("New note"),
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Write something first.")},
    )

    class Meta:
        model = Note
        fields = ("text",)


class TagForm(forms.ModelForm):
    """The name and colour of a tag."""

    name = TypedField(line(40), label=_("Name"), widget=forms.TextInput(PLAIN))

    class Meta:
        model = Tag
        fields = ("name", "tone")
        widgets = {"tone": forms.RadioSelect}

    def clean_name(self) -> str:
        """Any case the same, also where the database only knows that of plain letters."""
        name: str = self.cleaned_data["name"]
        others = Tag.objects.exclude(pk=self.instance.pk).values_list("name", flat=True)
        if name.casefold() in {other.casefold() for other in others}:
            raise ValidationError(_("There is a tag of this name already."))
        return name
