"""The choice between two customers, field by field."""

from typing import Any

from django import forms
from django.http import QueryDict

from customers.comparing import BOTH, KEEP, OTHER, Comparison
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
        self.login = login_to_keep(keep, other)
        if self.login:
            self.fields["login"] = forms.ChoiceField(
                required=False, choices=[(KEEP, KEEP), (OTHER, OTHER)], widget=forms.RadioSelect
            )
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
            if not (self.login and row.name == "email")  # the address goes with the login
        ]

    @property
    def chosen_login(self) -> str:
        """Whose login stays, where both have one."""
        return self.choice("login", self.login) if self.login else ""

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
            "login": str(self.data.get("login", "")),  # a second login may be newer than the page
        }


def login_to_keep(keep: Customer, other: Customer) -> str:
    """Of two logins, the one that was used last; "" where there are not two."""
    if keep.user is None or other.user is None:
        return ""
    theirs, ours = other.user.last_login, keep.user.last_login
    return OTHER if theirs and (ours is None or theirs > ours) else KEEP
