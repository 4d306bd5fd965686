"""The columns of a table of customers, declared once: import, export, template and error file.

django-import-export supplies the declaration (fields, headings, widgets); reading, checking, saving
and writing are ours, for the reasons in docs/decisions/0011-import-and-export.md.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields, resources, widgets

from customers.cells import join_names, split_names
from customers.folding import fold
from customers.importing.dates import date_reader
from customers.importing.quick import SEVERAL, email_reader, phone_reader
from customers.models import Customer, Tag
from customers.values import clean_gender, clean_line, clean_text

Reader = Callable[[str], Any]
MOST_TAGS = 50
LONGEST_TAG: int = getattr(Tag, "name").field.max_length  # noqa: B009 the class has a field there
LANGUAGES = {
    word: code
    for code, info in LANG_INFO.items()
    if "name" in info
    for word in (code.lower(), fold(info["name"]), fold(info["name_local"]))
}
KEPT_LINES, KEPT_NOTES = 5_000, 500  # what was read before is not read again
ID = re.compile(r"[1-9]\d{0,17}", re.ASCII)
GUARDED = re.compile(r"'\d{8,}", re.ASCII)
# Google Contacts marks its own groups; the first two hold everybody.
GROUPS_OF_GOOGLE = dict.fromkeys(("* mycontacts", "* other contacts"), "") | {
    f"* {name.lower()}": name for name in ("Starred", "Friends", "Family", "Coworkers")
}


@dataclass(frozen=True)
class Conventions:
    """What a cell cannot say by itself: whose phone numbers, which order of dates, which day."""

    country: str = "GB"
    day_first: bool = True
    today: date = field(default_factory=timezone.localdate)


class CellWidget(widgets.Widget):  # type: ignore[misc]
    """A column both ways: `reader` makes a function from cell to value, `render` makes the text."""

    kind = "text"

    def reader(self, conventions: Conventions) -> Reader:
        """The function from the text of a cell to its value; here, the text as it stands."""
        return str

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.reader(kwargs.get("conventions") or Conventions())(str(value or ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class LineWidget(CellWidget):
    """One line of text that fits the field."""

    def __init__(self, field_name: str) -> None:
        super().__init__()
        self.longest: int = getattr(Customer, field_name).field.max_length

    def reader(self, conventions: Conventions) -> Reader:
        return lru_cache(KEPT_LINES)(partial(clean_line, longest=self.longest))


class ExternalIdWidget(LineWidget):
    """Somebody else's number, without the ' by which Shopify keeps Excel from rounding it."""

    def reader(self, conventions: Conventions) -> Reader:
        read = super().reader(conventions)
        return lambda text: read(text[1:] if GUARDED.fullmatch(text) else text)


class NoteWidget(LineWidget):
    """Text that keeps its line breaks."""

    def reader(self, conventions: Conventions) -> Reader:
        return lru_cache(KEPT_NOTES)(partial(clean_text, longest=self.longest))


class IdWidget(CellWidget):
    """Our own number of a customer, from an earlier export."""

    def reader(self, conventions: Conventions) -> Reader:
        return read_id


class EmailWidget(CellWidget):
    def reader(self, conventions: Conventions) -> Reader:
        return email_reader()


class PhoneWidget(CellWidget):
    """E.164 and extension in one cell; the value is a values.Phone."""

    def reader(self, conventions: Conventions) -> Reader:
        return phone_reader(conventions.country)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        e164, extension = value or ("", "")
        return f"{e164} ext. {extension}" if extension else e164


class GenderWidget(CellWidget):
    def reader(self, conventions: Conventions) -> Reader:
        known: dict[str, str] = {}

        def read(text: str) -> str:
            if text not in known:
                known[text] = clean_gender(text)
            return known[text]

        return read


class DateWidget(CellWidget):
    kind = "date"

    def reader(self, conventions: Conventions) -> Reader:
        read = date_reader(day_first=conventions.day_first, today=conventions.today)
        return lru_cache(KEPT_LINES)(read)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


class MomentWidget(CellWidget):
    """A moment in the zone of the business. Written, never read."""

    kind = "moment"

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else ""


class TagsWidget(CellWidget):
    """Names of tags, separated by commas."""

    def reader(self, conventions: Conventions) -> Reader:
        return read_tags

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return join_names(value or [])


class LanguageWidget(CellWidget):
    def reader(self, conventions: Conventions) -> Reader:
        return read_language


class TimeZoneWidget(CellWidget):
    def reader(self, conventions: Conventions) -> Reader:
        zones = {zone.lower(): zone for zone in available_timezones()}

        def read(text: str) -> str:
            text = text.strip()
            if text and text.lower() not in zones:
                raise ValidationError(
                    _("There is no time zone of this name. Write it like Europe/London.")
                )
            return zones.get(text.lower(), "")

        return read


def read_id(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not ID.fullmatch(text):
        raise ValidationError(_("This is not a Bookkinda ID. Leave it blank for a new customer."))
    return int(text)


def read_tags(text: str) -> list[str]:
    found = split_names(text) if SEVERAL not in text or '"' in text else text.split(SEVERAL)
    names = [clean_line(GROUPS_OF_GOOGLE.get(name.lower(), name), LONGEST_TAG) for name in found]
    names = [name for name in names if name]
    if len(names) > MOST_TAGS:
        raise ValidationError(_("A customer can have %(most)s tags.") % {"most": MOST_TAGS})
    return names


def read_language(text: str) -> str:
    word = fold(text.strip().replace("_", "-"))
    if word not in LANGUAGES:
        word = word.partition("-")[0]  # de-CH, as telephones write it
    if word and word not in LANGUAGES:
        raise ValidationError(_("This is not a language. Write it like en, or like English."))
    return LANGUAGES.get(word, "")


class CustomerResource(resources.ModelResource):  # type: ignore[misc]
    """Every column, in the order of the file."""

    id = fields.Field("id", gettext_lazy("Bookkinda ID"), IdWidget())
    external_id = fields.Field(
        "external_id", gettext_lazy("External ID"), ExternalIdWidget("external_id")
    )
    first_name = fields.Field("first_name", gettext_lazy("Name"), LineWidget("first_name"))
    last_name = fields.Field("last_name", gettext_lazy("Surname"), LineWidget("last_name"))
    email = fields.Field("email", gettext_lazy("E-mail"), EmailWidget())
    phone = fields.Field("phone", gettext_lazy("Phone"), PhoneWidget())
    gender = fields.Field("gender", gettext_lazy("Gender"), GenderWidget())
    date_of_birth = fields.Field("date_of_birth", gettext_lazy("Date of birth"), DateWidget())
    tags = fields.Field("tags", gettext_lazy("Tags"), TagsWidget())
    note = fields.Field("note", gettext_lazy("Note"), NoteWidget("note"))
    language = fields.Field("language", gettext_lazy("Language"), LanguageWidget())
    time_zone = fields.Field("time_zone", gettext_lazy("Time zone"), TimeZoneWidget())
    created_at = fields.Field("created_at", gettext_lazy("Added"), MomentWidget(), readonly=True)
    changed_at = fields.Field("changed_at", gettext_lazy("Changed"), MomentWidget(), readonly=True)
    last_visit_at = fields.Field(
        "last_visit_at", gettext_lazy("Last visit"), MomentWidget(), readonly=True
    )
    next_visit_at = fields.Field(
        "next_visit_at", gettext_lazy("Next visit"), MomentWidget(), readonly=True
    )

    class Meta:
        model = Customer
        fields: ClassVar = (
            "id", "external_id", "first_name", "last_name", "email", "phone", "gender",
            "date_of_birth", "tags", "note", "language", "time_zone", "created_at", "changed_at",
            "last_visit_at", "next_visit_at",
        )  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of the resource, as import and export use it."""

    name: str
    heading: str
    widget: CellWidget
    is_readonly: bool


def all_columns(names: Sequence[str] = ()) -> list[Column]:
    """The columns of the resource in its order, or those of the given names in theirs."""
    declared = CustomerResource.fields
    return [
        Column(
            name, str(declared[name].column_name), declared[name].widget, declared[name].readonly
        )
        for name in names or CustomerResource.Meta.fields
    ]
