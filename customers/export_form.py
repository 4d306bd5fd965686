"""What is chosen before customers are exported: who, which file, which columns."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from customers.exporting import Format
from customers.models import Customer
from customers.querysets import CustomerQuerySet
from customers.resources import Column, all_columns
from customers.search import find_customers
from customers.values import read_number

FORMATS = {
    "xlsx": Format("xlsx"),
    "csv": Format("csv", ","),
    "csv-semicolon": Format("csv", ";"),
}
FORMAT_NAMES = [
    ("xlsx", _("Excel (.xlsx)")),
    ("csv", _("CSV, commas")),
    ("csv-semicolon", _("CSV, semicolons")),
]
LABELS = {
    "picked": _("Selected"),
    "matching": _("Matching the search and filters"),
    "all": _("All customers"),
}
NOT_AT_FIRST = {"external_id", "note", "language", "time_zone", "created_at", "changed_at"}


class ExportForm(forms.Form):
    """Bound to what was posted, or to what the list asks for; then nothing is chosen yet."""

    who = forms.ChoiceField(label=_("Which customers"), widget=forms.RadioSelect)
    form = forms.ChoiceField(
        label=_("File"), choices=FORMAT_NAMES, widget=forms.RadioSelect, initial="xlsx"
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one column or more.")},
    )

    def __init__(self, sent: QueryDict, *, is_chosen: bool) -> None:
        self.query = sent.get("query", "")
        self.pks = [pk for pk in map(read_number, sent.getlist("pk")) if pk is not None]
        if sent.get("scope") == "all":
            self.pks = []
        super().__init__(sent if is_chosen else None)
        columns = all_columns()
        at_first = [one.name for one in columns if one.name not in NOT_AT_FIRST]
        self.choose("columns", [(one.name, one.heading) for one in columns], at_first)
        self.counts = {who: self.customers(who).count() for who in self.groups()}
        self.choose(
            "who", [(who, str(LABELS[who])) for who in self.counts], next(iter(self.counts))
        )

    def choose(self, name: str, choices: list[tuple[str, str]], at_first: Any) -> None:
        """What can be chosen in a field, and what is chosen at first."""
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices, field.initial = choices, at_first

    def groups(self) -> list[str]:
        """Who can be meant: those picked, those that the search shows, everybody."""
        narrow = bool(set(QueryDict(self.query)) - {"sort", "page", "per", "cursor"})
        return [
            *(["picked"] if self.pks else []),
            *(["matching"] if narrow else []),
            "all",
        ]

    def customers(self, who: str) -> CustomerQuerySet:
        """The customers of a group, in the order of the list."""
        if who == "picked":
            picked: CustomerQuerySet = Customer.objects.filter(pk__in=self.pks)
            return picked.order_by("name_key", "pk")
        return find_customers(QueryDict(self.query if who == "matching" else ""))

    def chosen(self) -> tuple[CustomerQuerySet, list[Column], Format, dict[str, Any]]:
        """Customers, columns and file, and the query that history keeps."""
        who = self.cleaned_data["who"]
        params = QueryDict(self.query if who == "matching" else "")
        query: dict[str, Any] = {name: params.getlist(name) for name in params}
        if who == "picked":
            query = {"picked": len(self.pks)}
        columns = all_columns(self.cleaned_data["columns"])
        return self.customers(who), columns, FORMATS[self.cleaned_data["form"]], query
