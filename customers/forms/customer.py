"""The form of a customer.

Nothing typed is lost when a form is refused: fields show what was typed, and a good picture waits
aside, because browsers do not send a chosen file twice.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from bookkinda.choices import languages, time_zones
from bookkinda.preferences import Preferences
from customers.editing import Photo
from customers.forms.fields import PLAIN, TypedField, line
from customers.forms.login import LoginSwitch
from customers.forms.picture import PictureFields
from customers.models import Customer, Gender, Tag
from customers.tagging import find_or_make_tags, split_names
from customers.values import (
    check_date_of_birth,
    clean_email,
    clean_phone,
    clean_text,
    example_phone,
    show_phone,
)

TAGS_TO_CHOOSE = 30


class CustomerForm(PictureFields, LoginSwitch):
    """A customer's fields. `fields_to_save` is what the rules of customers/editing.py take."""

    first_name = TypedField(
        line(100),
        label=_("Name"),
        widget=forms.TextInput(PLAIN),
        error_messages={"required": _("A customer needs a name.")},
    )
    last_name = TypedField(
        line(100), label=_("Surname"), required=False, widget=forms.TextInput(PLAIN)
    )
    email = TypedField(
        clean_email,
        label=_("E-mail"),
        required=False,
        widget=forms.TextInput({**PLAIN, "inputmode": "email"}),
    )
    phone = TypedField(
        str, label=_("Phone"), required=False, widget=forms.TextInput({**PLAIN, "type": "tel"})
    )
    gender = forms.ChoiceField(
        label=_("Gender"), required=False, choices=[("", _("Not given")), *Gender.choices]
    )
    date_of_birth = forms.DateField(
        label=_("Date of birth"),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the date as year-month-day, like 1991-04-09.")},
    )
    chosen_tags = forms.TypedMultipleChoiceField(
        label=_("Tags"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    new_tags = TypedField(
        split_names,
        label=_("More tags"),
        required=False,
        help_text=_("Separate tags with commas."),
        widget=forms.TextInput({**PLAIN, "placeholder": _("VIP, Colour")}),
    )
    note = TypedField(
        partial(clean_text, longest=1000),
        label=_("Note"),
        required=False,
        help_text=_("Only staff can see this."),
        widget=forms.Textarea({"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    external_id = TypedField(
        line(100),
        label=_("External ID"),
        required=False,
        help_text=_("The customer's number in another system, if there is one."),
        widget=forms.TextInput(PLAIN),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        business: Preferences,
        user: User,
        customer: Customer | None = None,
    ) -> None:
        tags = list(customer.tags.all()) if customer else []
        initial = initial_values(customer, tags) if customer else {"token": uuid4()}
        super().__init__(data, files, initial=initial)
        self.business, self.user, self.customer = business, user, customer
        self.offer_login(user, customer)
        self.set_field("phone", read=partial(clean_phone, country=business.country))
        self.set_field(
            "phone",
            help_text=_("In any usual spelling, such as %(example)s.")
            % {"example": example_phone(business.country)},
        )
        if customer and customer.user_id:
            text = _("The username. Another one is asked by a link before it signs in.")
            self.set_field("email", help_text=text)
        self.fields["date_of_birth"].widget.attrs["max"] = business.today().isoformat()
        self.set_field("chosen_tags", choices=tag_choices(tags))
        self.set_choices("language", [("", _("The business's")), *languages()])
        self.set_choices("time_zone", [("", _("The business's")), *time_zones()])

    def set_field(self, name: str, **attributes: Any) -> None:
        for attribute, value in attributes.items():
            setattr(self.fields[name], attribute, value)

    def set_choices(self, name: str, choices: list[Any]) -> None:
        """The choices, and what the customer has already, even if nobody could choose it today."""
        known = {key for value, label in choices for key in keys_of(value, label)}
        now = self.initial.get(name)
        if now and now not in known:
            choices = [*choices, (now, now)]
        self.set_field(name, choices=choices)

    def clean_date_of_birth(self) -> Any:
        born = self.cleaned_data["date_of_birth"]
        if born and born != self.initial.get("date_of_birth"):
            check_date_of_birth(born, self.business.today())
        return born

    def fields_to_save(self) -> dict[str, Any]:
        """The fields, as the rules take them: values, tags, and what to do with the picture."""
        data = self.cleaned_data
        names = ["first_name", "last_name", "email", "gender", "date_of_birth", "note"]
        values = {name: data[name] for name in [*names, "language", "time_zone", "external_id"]}
        values["phone"], values["phone_extension"] = data["phone"]
        chosen = list(Tag.objects.filter(pk__in=data["chosen_tags"]))
        values["tags"] = list({*chosen, *find_or_make_tags(data["new_tags"])})
        values["photo"] = self.picture_to_save()
        return values

    def fields_for_new(self) -> dict[str, Any]:
        """The same for somebody who is new, and so has no picture to keep or to remove."""
        values = self.fields_to_save()
        if isinstance(values["photo"], Photo):
            values["photo"] = None
        return values

    def values_to_compare(self) -> dict[str, Any]:
        """What was typed, in the shape of history: tags by name; a picture only says it is new."""
        values = self.fields_to_save()
        values["tags"] = sorted(tag.name for tag in values["tags"])
        if values["photo"] is Photo.KEEP:
            del values["photo"]
        else:
            values["photo"] = "" if values["photo"] is Photo.REMOVE else "new"
        return values

    @property
    def full_name(self) -> str:
        return f"{self.cleaned_data['first_name']} {self.cleaned_data['last_name']}".strip()

    def add_problems(self, problem: ValidationError) -> None:
        """Show what a rule refused at the fields that it is about."""
        if not hasattr(problem, "error_dict"):
            self.add_error(None, problem)
            return
        for name, errors in problem.error_dict.items():
            shown = {"phone_extension": "phone", NON_FIELD_ERRORS: None}.get(name, name)
            self.add_error(shown if shown in self.fields else None, errors)

    @property
    def has_more(self) -> bool:
        """Whether the part that is folded away holds something to be seen."""
        names = ("language", "time_zone", "external_id")
        return any(self[name].value() or self[name].errors for name in names)

    def take_theirs(self, names: Iterable[str], customer: Customer) -> None:
        """Put what the customer has by now into these fields, in place of what was typed."""
        now = initial_values(customer, list(customer.tags.all()))
        groups = {"tags": ["chosen_tags", "new_tags"], "photo": ["photo_aside", "remove_photo"]}
        groups["phone_extension"] = ["phone"]
        for name in names:
            if name == "photo":
                self.cleaned_data["photo"] = None
            for shown in groups.get(name, [name]):
                value = now.get(shown)
                self.fill(shown, value if isinstance(value, list) else [value] if value else [])


def keys_of(value: Any, label: Any) -> list[Any]:
    """The values of a choice, which may be a group of them."""
    return [key for key, _label in label] if isinstance(label, list) else [value]


def initial_values(customer: Customer, tags: list[Tag]) -> dict[str, Any]:
    """What the form shows of a customer."""
    names = ["first_name", "last_name", "email", "gender", "date_of_birth", "note", "language"]
    return {
        **{name: getattr(customer, name) for name in [*names, "time_zone", "external_id"]},
        "phone": show_phone(customer.phone, customer.phone_extension),
        "chosen_tags": [tag.pk for tag in tags],
        "version": customer.version,
    }


def tag_choices(own: list[Tag]) -> list[tuple[int, Tag]]:
    """The tags to choose from: the customer's own, then the first ones by name."""
    others = Tag.objects.exclude(pk__in=[tag.pk for tag in own])
    return [(tag.pk, tag) for tag in [*own, *others[: max(0, TAGS_TO_CHOOSE - len(own))]]]
