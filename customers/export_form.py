"""What is chosen before customers are exported: who, which file, which columns in which order."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.cells import storable
from customers.exporting import Format, for_history
from customers.models import Customer, ExportChoice
from customers.querysets import CustomerQuerySet
from customers.resources import Column, all_columns
from customers.search import find_customers
from customers.values import read_number

FORMAT_NAMES = [("xlsx", _("Excel")), ("csv", _("CSV")), ("vcf", _("vCard"))]
DELIMITER_NAMES = [(",", _("Commas")), (";", _("Semicolons"))]
LABELS = {
    "picked": _("Selected"),
    "matching": _("Matching the search and filters"),
    "all": _("All customers"),
}
NOT_AT_FIRST = {"external_id", "note", "language", "time_zone", "created_at", "changed_at"}
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Chosen:
    """What is to be exported, how, and by which search (a query string of the list)."""

    customers: CustomerQuerySet
    columns: list[Column]
    form: Format
    query: str
    kept_query: dict[str, Any]  # for the history
    count: int
    is_picked: bool


class ExportForm(forms.Form):
    """Bound when a file is asked for. Until then it shows what was chosen on the page so far, else
    what the person chose the last time."""

    who = forms.ChoiceField(label=_("Which customers"), widget=forms.RadioSelect)
    form = forms.ChoiceField(
        label=_("File"), choices=FORMAT_NAMES, widget=forms.RadioSelect, initial="xlsx"
    )
    delimiter = forms.ChoiceField(
        label=_("Between the columns"),
        choices=DELIMITER_NAMES,
        widget=forms.RadioSelect,
        required=False,
        initial=",",
        help_text=_("Excel wants semicolons where prices are written 1,50."),
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one column or more.")},
    )

    def __init__(self, sent: QueryDict, *, by: User) -> None:
        self.by, self.query = by, storable(sent.get("query", ""))
        self.pks = [pk for pk in map(read_number, sent.getlist("pk")) if pk is not None]
        if sent.get("scope") == "all":
            self.pks = []
        has_chosen = "form" in sent
        super().__init__(sent if has_chosen and "move" not in sent else None)
        before = self.chosen_on_page(sent) if has_chosen else self.chosen_last_time()
        self.order = known_order(before.pop("order"))
        self.moved = self.move(sent.get("move", ""))
        self.initial = {name: value for name, value in before.items() if value}
        self.counts = {who: self.customers(who).count() for who in self.groups()}
        headings = {column.name: column.heading for column in all_columns()}
        self.choices_of("columns", [(name, headings[name]) for name in self.order])
        self.choices_of("who", [(who, str(LABELS[who])) for who in self.counts])
        self.initial.setdefault("who", next(iter(self.counts)))

    def choices_of(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def chosen_on_page(self, sent: QueryDict) -> dict[str, Any]:
        """What stands on the page, also before it can be valid."""
        names = ("who", "form", "delimiter")
        return {
            **{name: sent.get(name, "") for name in names},
            "columns": sent.getlist("columns") or ["-"],
            "order": sent.getlist("order") or sent.getlist("columns"),
        }

    def chosen_last_time(self) -> dict[str, Any]:
        """What the person exported last, or what most people want."""
        last = ExportChoice.objects.filter(user=self.by).first()
        if last is None:
            at_first = [one.name for one in all_columns() if one.name not in NOT_AT_FIRST]
            return {"columns": at_first, "order": []}
        return {
            "form": last.form,
            "delimiter": last.delimiter,
            "columns": last.columns,
            "order": last.order,
        }

    def move(self, wanted: str) -> str:
        """Move a column one place, as "up phone" says, and return its name; "" if there is none."""
        step, _blank, name = wanted.partition(" ")
        if step not in STEPS or name not in self.order:
            return ""
        at = self.order.index(name)
        to = max(0, min(len(self.order) - 1, at + STEPS[step]))
        self.order.insert(to, self.order.pop(at))
        return name

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
            picked: CustomerQuerySet = Customer.objects.live().filter(pk__in=self.pks)
            return picked.order_by("name_key", "pk")
        return find_customers(QueryDict(self.query_of(who)))

    def query_of(self, who: str) -> str:
        """The list's query string for a group; everybody comes in the order of the list, too."""
        if who == "matching":
            return self.query
        sort = QueryDict(self.query).get("sort") if who == "all" else ""
        return urlencode({"sort": sort}) if sort else ""

    def clean_columns(self) -> list[str]:
        """The columns once each, in the order of the page."""
        chosen = self.cleaned_data["columns"]
        return [name for name in self.order if name in chosen]

    def chosen(self) -> Chosen:
        """What a valid form asks for; the person's choice is remembered."""
        data = self.cleaned_data
        who, form = data["who"], Format(data["form"], data["delimiter"] or ",")
        ExportChoice.objects.update_or_create(
            user=self.by,
            defaults={
                "form": form.kind,
                "delimiter": form.delimiter,
                "columns": data["columns"],
                "order": self.order,
            },
        )
        query = self.query_of(who)
        picked = {"picked": len(self.pks)} if who == "picked" else None
        return Chosen(
            customers=self.customers(who),
            columns=all_columns(data["columns"]),
            form=form,
            query=query,
            kept_query=picked or for_history(query),
            count=self.counts[who],
            is_picked=bool(picked),
        )


def known_order(names: list[str]) -> list[str]:
    """All columns: those named first, in their order; what no version knows is passed over."""
    columns = [column.name for column in all_columns()]
    return list(dict.fromkeys([*(name for name in names if name in columns), *columns]))
