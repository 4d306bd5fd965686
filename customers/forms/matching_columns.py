"""Step 2 of the import wizard: where each column goes, and the questions that the file leaves."""

from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from bookkinda.choices import countries
from customers.forms.fields import PLAIN, TypedField
from customers.forms.importing import PhotosField
from customers.importing.looking import Look
from customers.importing.options import ImportOptions
from customers.models import Tag
from customers.resources import all_columns
from customers.tagging import split_names

NOT_IMPORTED = ("", _("Do not import"))
KEYS = [
    ("email", _("E-mail")),
    ("phone", _("Phone")),
    ("external_id", _("External ID")),
]
WHO_A_ROW_IS = {"first_name", "email", "external_id", "id"}


class ColumnsForm(forms.Form):
    """Bound to what was posted; at first it shows what the file and earlier files say."""

    existing = forms.ChoiceField(
        label=_("Customers whom you have already"),
        choices=[
            ("skip", _("Leave them as they are")),
            ("update", _("Update them with what the file says")),
            ("fill", _("Fill in only what is blank")),
        ],
        widget=forms.RadioSelect,
    )
    clear_blanks = forms.BooleanField(
        label=_("When updating, an empty cell also empties what the customer has"), required=False
    )
    match = forms.MultipleChoiceField(
        label=_("A row is the same person when one of these agrees"),
        choices=KEYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A column with the Bookkinda ID, as our own exports have it, always counts."),
    )
    shared_email = forms.ChoiceField(
        label=_("The same e-mail address under another name"),
        choices=[
            ("", _("is the same person: the name is changed or left, as chosen above")),
            ("1", _("is another person: families and companies share addresses")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    chosen_tags = forms.MultipleChoiceField(
        label=_("Your tags"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_tags = TypedField(
        split_names,
        label=_("New tags"),
        required=False,
        help_text=_("Separate tags with commas."),
        widget=forms.TextInput(PLAIN),
    )

    photos = PhotosField()

    def __init__(self, look: Look, options: ImportOptions, *sent: Any) -> None:
        super().__init__(*sent)
        self.look, self.options = look, options
        self.initial = {
            "existing": options.existing,
            "clear_blanks": options.clear_blanks,
            "match": [key for key in options.match if key != "id"],
            "shared_email": "1" if options.shared_email else "",
        }
        self.ask_for_columns()
        self.ask_for_tags()
        self.ask_what_the_file_leaves_open()

    def ask_for_columns(self) -> None:
        """One choice for each column: a field, or nothing."""
        fields = [(one.name, one.heading) for one in all_columns() if not one.is_readonly]
        for column in self.look.columns:
            self.fields[f"column-{column.position}"] = forms.ChoiceField(
                label=column.header or f"#{column.position + 1}",
                choices=[NOT_IMPORTED, *fields],
                initial=column.field,
                required=False,
            )

    def ask_for_tags(self) -> None:
        names = list(Tag.objects.values_list("name", flat=True))
        known = {name.casefold() for name in names}
        self.choose("chosen_tags", [(name, name) for name in names])
        self.initial["chosen_tags"] = [n for n in names if n in self.options.tags]
        self.initial["new_tags"] = ", ".join(
            name for name in self.options.tags if name.casefold() not in known
        )

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def ask_what_the_file_leaves_open(self) -> None:
        """Letters, dates and the country of phone numbers: only where there is a doubt."""
        look, options = self.look, self.options
        if look.encodings:
            self.fields["encoding"] = forms.ChoiceField(
                label=_("Which of these looks right?"),
                choices=[(one.encoding, one.label) for one in look.encodings],
                initial=options.encoding or look.encodings[0].encoding,
                widget=forms.RadioSelect,
            )
        if look.dates:
            self.fields["date_order"] = forms.ChoiceField(
                label=_("Dates of birth like %(date)s are") % {"date": look.dates[0].text},
                choices=[(order, self.reading_of_dates(order)) for order in ("dmy", "mdy")],
                initial=options.date_order or ("dmy" if look.day_first else "mdy"),
                widget=forms.RadioSelect,
            )
        if look.phones:
            self.fields["country"] = forms.ChoiceField(
                label=_("Phone numbers without a country code are numbers of"),
                choices=countries,
                initial=look.country,
                help_text=_("Such as %(numbers)s.") % {"numbers": " · ".join(look.phones)},
            )

    def reading_of_dates(self, order: str) -> str:
        """What the file's dates mean in that order: "3 April 1990, 5 June 1971"."""
        name = "day_first" if order == "dmy" else "month_first"
        return " · ".join(date_format(getattr(one, name), "j F Y") for one in self.look.dates)

    def readings(self) -> list[tuple[Any, list[str]]]:
        """Each answer about the encoding, and the names of the file read so."""
        return [
            (option, one.samples)
            for option, one in zip(self["encoding"], self.look.encodings, strict=True)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for column in self.look.columns:
            name = data.get(f"column-{column.position}")
            if name and name in taken:
                self.add_error(
                    f"column-{column.position}",
                    _("“%(other)s” goes there already. Choose one of the two.")
                    % {"other": taken[name]},
                )
            elif name:
                taken[name] = column.header or f"#{column.position + 1}"
        if not WHO_A_ROW_IS & taken.keys():
            raise ValidationError(
                _("Say which column is the name. Without it nobody would know who a row is.")
            )
        return data

    def told(self) -> dict[str, str]:
        """Where each column goes, by its number, as the command line's --map says it too."""
        return {
            f"#{column.position + 1}": self.cleaned_data[f"column-{column.position}"]
            for column in self.look.columns
        }

    def chosen(self) -> ImportOptions:
        """The answers as options of the import."""
        data = self.cleaned_data
        asked = {name: data[name] for name in ("encoding", "date_order", "country") if name in data}
        return replace(
            self.options,
            clear_blanks=data["clear_blanks"],
            told=self.told(),
            existing=data["existing"],
            match=("id", *data["match"]),
            shared_email=bool(data["shared_email"]),
            tags=tuple(dict.fromkeys([*data["chosen_tags"], *data["new_tags"]])),
            **asked,
        )
