"""The filters of the customer list: what the address line may say, checked.

Unknown parameters are ignored. A known one with a value that cannot be read matches nobody, and
the form says why: a bulk action must never reach more people than were asked for.
"""

from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookkinda.preferences import Preferences
from customers.models import Access, Change, Customer, CustomerTag, Tag
from customers.ordering import LONG_AGO, FromIndex
from customers.querysets import CustomerQuerySet
from customers.values import read_number

LONGEST_QUERY = 200
DAYS = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]

HAS = [
    ("email", _("E-mail")),
    ("phone", _("Phone")),
    ("no-email", _("No e-mail")),
    ("no-phone", _("No phone")),
]


ACCESS = [
    (access.name.lower(), access.label)
    for access in (
        Access.ACTIVE, Access.INVITED, Access.EXPIRED, Access.NONE, Access.REVOKED,
    )
]  # fmt: skip
NOT_IN_YET = (Access.EXPIRED, Access.INVITED)
LONGEST_AGO = 3650  # days
VISITED = [("never", _("Never visited"))]
COMING = [("yes", _("Has a coming visit")), ("no", _("No coming visit"))]
BIRTHDAY = [("month", _("This month"))]
IMPORTED = [("1", _("Created by an import"))]
BY_RUN = "run-"  # and its number: those whom one import added or changed
FILTERS = {
    "access", "no_login", "tag", "has", "birthday", "added_from", "added_to", "imported",
    "visited", "not_since", "not_for", "coming",
}  # fmt: skip
# By order, the filters on its column: alone, they leave a stretch of its index.
ON_COLUMN = {
    "access": {"access"},
    "added": {"added_from", "added_to"},
    "last": {"visited", "not_since", "not_for"},
    "next": {"coming"},
}  # fmt: skip


def side_left(order: str, chosen: dict[str, Any]) -> bool | None:
    """Whether the filters leave only customers without a value in the column of the order (True),
    only such with one (False), or both: half of an index need not be read in vain."""
    if order == "last" and ON_COLUMN["last"] & chosen.keys():
        return "visited" in chosen
    if order == "next" and "coming" in chosen:
        return bool(chosen["coming"] == "no")
    return None


def are_fit_words(typed: str) -> bool:
    """Whether these can be looked for; if not, the form of the filters says why."""
    return len(typed) <= LONGEST_QUERY and "\x00" not in typed


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]  # has no types
    """A day between 1900 and 2999; beyond that databases and time zones disagree."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(validators=DAYS, widget=widget, **kwargs)


class DaysFilter(django_filters.Filter):  # type: ignore[misc]
    """A number of days, one at least."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LONGEST_AGO, **kwargs)


class ByNumberField(django_filters.fields.ModelMultipleChoiceField):  # type: ignore[misc]
    """Rows by number, also where the number is one that no database could hold."""

    def clean(self, value: Any) -> Any:
        for number in value or []:
            if read_number(number) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], params={"pk": number[:20]}
                )
        return super().clean(value)


class ByNumberFilter(django_filters.ModelMultipleChoiceFilter):  # type: ignore[misc]
    field_class = ByNumberField


def run_in(value: str) -> int | None:
    """The import that "run-7" names."""
    return read_number(value.removeprefix(BY_RUN)) if value.startswith(BY_RUN) else None


class ImportedField(django_filters.fields.ChoiceField):  # type: ignore[misc]
    """Any import, or the one of this number."""

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or run_in(str(value)) is not None


class ImportedFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    field_class = ImportedField


class CustomerFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Everything but the words: narrows a queryset of customers. `business` names the time zone."""

    q = django_filters.CharFilter(max_length=LONGEST_QUERY, label=_("Search"), method="leave")
    access = django_filters.MultipleChoiceFilter(
        choices=ACCESS,
        label=_("Panel access"),
        method="with_access",
        widget=forms.CheckboxSelectMultiple,
    )
    no_login = DaysFilter(label=_("Never logged in, days"), method="without_login")
    tag = ByNumberFilter(
        queryset=Tag.objects.all(),
        label=_("Tags"),
        method="with_tags",
        widget=forms.CheckboxSelectMultiple,
    )
    has = django_filters.MultipleChoiceFilter(
        choices=HAS,
        label=_("Contact"),
        method="with_contact",
        widget=forms.CheckboxSelectMultiple,
    )
    birthday = django_filters.ChoiceFilter(
        choices=BIRTHDAY,
        label=_("Birthday"),
        method="with_birthday",
        widget=forms.RadioSelect,
    )
    added_from = DayFilter(label=_("Added from"), method="added_since")
    added_to = DayFilter(label=_("Added to"), method="added_until")
    imported = ImportedFilter(
        choices=IMPORTED,
        label=_("Origin"),
        method="by_import",
        widget=forms.RadioSelect,
    )
    visited = django_filters.ChoiceFilter(
        choices=VISITED, label=_("Last visit"), method="without_visit", widget=forms.RadioSelect
    )
    not_since = DayFilter(label=_("No visit since"), method="not_seen_since")
    not_for = DaysFilter(label=_("No visit for, days"), method="not_seen_for")
    coming = django_filters.ChoiceFilter(
        choices=COMING, label=_("Next visit"), method="with_coming", widget=forms.RadioSelect
    )

    class Meta:
        model = Customer
        fields: list[str] = []

    def __init__(self, *args: Any, business: Preferences | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_business = business
        self.by_row = False

    @cached_property
    def business(self) -> Preferences:
        return self.known_business or Preferences.load()

    @property
    def zone(self) -> tzinfo:
        return self.business.zone

    def test_of_a_row(self) -> IsNull:
        """The filters as a question about one row of an outer query, with `pk`: for walking along
        an index, where the set of all who meet them would cost more than the few rows passed.
        PostgreSQL would make that set of an EXISTS."""
        self.by_row = True
        found = self.filter_queryset(self.queryset.filter(pk=OuterRef("pk")))
        self.by_row = False
        return IsNull(Subquery(found.order_by().values("pk")[:1]), False)  # noqa: FBT003

    def leave(self, customers: CustomerQuerySet, _name: str, _value: str) -> CustomerQuerySet:
        """The words are search's own."""
        return customers

    def with_access(
        self, customers: CustomerQuerySet, _name: str, wanted: list[str]
    ) -> CustomerQuerySet:
        """Those in any of the states."""
        if not wanted:
            return customers
        states = [Access[name.upper()] for name in wanted]
        return customers.filter(FromIndex(Q(access__in=states), likelihood=0.05))

    def without_login(self, customers: CustomerQuerySet, _name: str, days: int) -> CustomerQuerySet:
        """Those whose newest invitation is so many days old, and who chose no password yet."""
        since = timezone.now() - timedelta(days=days)
        return customers.filter(
            FromIndex(Q(access__in=NOT_IN_YET), likelihood=0.05), invited_at__lte=since
        )

    def with_tags(
        self, customers: CustomerQuerySet, _name: str, tags: QuerySet[Tag]
    ) -> CustomerQuerySet:
        """Those with any of the tags."""
        ids = [tag.pk for tag in tags]
        if not ids:
            return customers
        links = CustomerTag.objects.filter(tag__in=ids)
        if self.by_row:
            return customers.filter(Exists(links.filter(customer=OuterRef("pk"))))
        return customers.filter(pk__in=links.values("customer"))

    def with_contact(
        self, customers: CustomerQuerySet, _name: str, wanted: list[str]
    ) -> CustomerQuerySet:
        """Those who meet all of it; > "" and not <> "", because an index answers that."""
        conditions = {
            "email": {"email__gt": ""},
            "phone": {"phone__gt": ""},
            "no-email": {"email": ""},
            "no-phone": {"phone": ""},
        }
        for name in wanted:
            customers = customers.filter(**conditions[name])
        return customers

    def with_birthday(
        self, customers: CustomerQuerySet, _name: str, _value: str
    ) -> CustomerQuerySet:
        """Those born in the month that it is at the business."""
        month = self.business.today().month
        return customers.filter(birthday__gte=month * 100, birthday__lt=(month + 1) * 100)

    def added_since(self, customers: CustomerQuerySet, _name: str, day: date) -> CustomerQuerySet:
        return customers.filter(created_at__gte=self.midnight(day))

    def added_until(self, customers: CustomerQuerySet, _name: str, day: date) -> CustomerQuerySet:
        """The day itself included."""
        return customers.filter(created_at__lt=self.midnight(day + timedelta(days=1)))

    def by_import(self, customers: CustomerQuerySet, _name: str, value: str) -> CustomerQuerySet:
        """Those whom any import added, or whom one of them added or changed."""
        run = run_in(value)
        if run is None:  # > 0 and not IS NOT NULL, because SQLite reads an index for it
            return customers.filter(import_run__gt=0)
        changes = Change.objects.filter(change_set__import_run=run)
        if self.by_row:
            return customers.filter(Exists(changes.filter(customer=OuterRef("pk"))))
        return customers.filter(pk__in=changes.values("customer"))

    def without_visit(
        self, customers: CustomerQuerySet, _name: str, _value: str
    ) -> CustomerQuerySet:
        """Those who never came."""
        return customers.filter(FromIndex(Q(last_visit_at=None), likelihood=0.05))

    def not_seen_since(
        self, customers: CustomerQuerySet, _name: str, day: date
    ) -> CustomerQuerySet:
        """Those whose last visit was before the day. Who never came is not among them."""
        return customers.filter(last_visit_at__lt=self.midnight(day))

    def not_seen_for(self, customers: CustomerQuerySet, _name: str, days: int) -> CustomerQuerySet:
        """Those whose last visit is so many days ago, or more."""
        return customers.filter(last_visit_at__lte=timezone.now() - timedelta(days=days))

    def with_coming(self, customers: CustomerQuerySet, _name: str, value: str) -> CustomerQuerySet:
        """Those with a visit to come, or without one."""
        if value == "yes":
            return customers.filter(next_visit_at__gt=LONG_AGO)
        return customers.filter(FromIndex(Q(next_visit_at=None), likelihood=0.05))

    def midnight(self, day: date) -> datetime:
        """When the day begins at the business."""
        return datetime.combine(day, time.min, self.zone)
