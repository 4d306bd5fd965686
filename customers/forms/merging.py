"""The choice between two customers, field by field."""

from typing import Any

from django import forms
from django.http import QueryDict

from customers.comparing import BOTH, OTHER, Comparison
from customers.models import Customer


class MergeForm(forms.Form):
    """One choice for each field that differs. What was not chosen stays with the default."""

    versions = forms.CharField(widget=forms.HiddenInput)
    write_down_rest = forms.BooleanField(required=False)

    def __init__(
        self, data: QueryDict | None, comparison: Comparison, keep: Customer, other: Customer
    ) -> None:
        shown = f"{keep.version} {other.version}"
        super().__init__(data, initial={"versions": shown, "write_down_rest": True})
        self.comparison = comparison
        self.shown = shown
        for row in comparison.rows:
            choices = [(choice, choice) for choice in row.choices]
            self.fields[row.name] = forms.ChoiceField(
                required=False, choices=choices, label=row.label, widget=forms.RadioSelect
            )

    def choice(self, name: str, default: str) -> str:
        """What is chosen of a field; the default where nothing was, or nothing that there is."""
        if not self.is_bound:
            return default
        sent = str(self.data.get(name, ""))
        return sent if sent in dict(self.fields[name].choices) else default  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields that differ, each with what is chosen."""
        return [
            {"row": row, "chosen": self.choice(row.name, row.choice)}
            for row in self.comparison.rows
        ]

    def is_out_of_date(self) -> bool:
        """Whether the two were shown as they are not any more."""
        return self.is_bound and self.data.get("versions") != self.shown

    def choices(self) -> dict[str, Any]:
        """What was chosen, as `merge` takes it."""
        chosen = {each["row"].name: each["chosen"] for each in self.rows}
        return {
            "take": [name for name, choice in chosen.items() if choice == OTHER],
            "join_notes": chosen.get("note") == BOTH,
            "write_down_rest": self.cleaned_data["write_down_rest"],
        }
