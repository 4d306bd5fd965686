"""What is asked before an act: nothing but the button, some tags, or a typed word."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.forms.fields import PLAIN, TypedField
from customers.models import Tag
from customers.tagging import find_or_make_tags, split_names


class PlainForm(forms.Form):
    """Asks for nothing but the button."""


class BulkTagForm(forms.Form):
    """Which tags many customers get, and which ones they lose."""

    add = forms.ModelMultipleChoiceField(
        Tag.objects.all(), label=_("Add"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_tags = TypedField(
        split_names,
        label=_("Add new tags"),
        required=False,
        help_text=_("Separate tags with commas."),
        widget=forms.TextInput(PLAIN),
    )
    remove = forms.ModelMultipleChoiceField(
        Tag.objects.all(), label=_("Take off"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data[name] for name in ("add", "new_tags", "remove")):
            raise ValidationError(_("Choose at least one tag."))
        return data

    def tag_ids(self) -> dict[str, list[int]]:
        """The ids of the tags to add and to take off; new tags are made now."""
        data = self.cleaned_data
        added = [*data["add"], *find_or_make_tags(data["new_tags"])]
        return {
            "add": [tag.pk for tag in added],
            "remove": [tag.pk for tag in data["remove"]],
        }


class EraseForm(forms.Form):
    """Asks for the word that nobody types by accident."""

    WORD = _("ERASE")

    word = forms.CharField(
        label=_("Type ERASE"),
        widget=forms.TextInput(PLAIN),
        error_messages={"required": _("Type ERASE in capital letters to erase for good.")},
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip()
        if word != str(self.WORD):
            raise ValidationError(
                _("Type %(word)s in capital letters to erase for good."),
                params={"word": self.WORD},
            )
        return word
