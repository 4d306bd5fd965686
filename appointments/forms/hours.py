"""What managers type about hours: the week, and the days that differ from it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from itertools import pairwise
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import DayException, Provider
from appointments.week import USUAL, Stretch
from customers.forms.fields import PLAIN, TypedField, line

MOST = 4  # stretches of one day
MIDNIGHT = 24 * 60
ENDS_FIRST = gettext_lazy(
    "Hours end after they begin. Past midnight: end at 00:00, and open the next day at 00:00."
)
OPEN, CLOSE = USUAL[0].start, USUAL[0].end  # what stands ready on a day that is closed


class Pair(NamedTuple):
    """The fields of one stretch."""

    opens: BoundField
    closes: BoundField


class Day(NamedTuple):
    """A day of the week as the form shows it."""

    number: int
    name: str
    is_open: BoundField
    pairs: list[Pair]
    may_have_more: bool
    errors: list[str]


def as_time(minutes: int) -> time:
    """Minutes since midnight as a clock shows them; the end of the day is 00:00."""
    return time(minutes % MIDNIGHT // 60, minutes % 60)


def as_minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def time_field(label: str) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time", "aria-label": label}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class WeekForm(forms.Form):
    """Hours for each day of the week: open or closed, and up to four stretches, for breaks.

    Fields are named by day and stretch: "0-open", "0-0-from", "0-0-to", "0-1-from" …
    """

    def __init__(self, *args: Any, stretches: Mapping[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stretches = {day: min(max(stretches.get(day, 1), 1), MOST) for day in range(7)}
        for day, name in WEEKDAYS.items():
            check = forms.CheckboxInput({"role": "switch"})
            self.fields[f"{day}-open"] = forms.BooleanField(
                label=name, required=False, widget=check
            )
            for number in range(self.stretches[day]):
                words = {"day": name, "number": number + 1}
                self.fields[f"{day}-{number}-from"] = time_field(_("%(day)s, from") % words)
                self.fields[f"{day}-{number}-to"] = time_field(_("%(day)s, to") % words)

    @classmethod
    def of(cls, week: Iterable[Stretch]) -> "WeekForm":
        """The form with these hours in it."""
        initial: dict[str, Any] = {}
        count = dict.fromkeys(range(7), 0)
        for day, start, end in week:
            number = count[day]
            initial[f"{day}-open"] = True
            initial[f"{day}-{number}-from"] = as_time(start)
            initial[f"{day}-{number}-to"] = as_time(end)
            count[day] += 1
        for day in (day for day, number in count.items() if not number):
            initial[f"{day}-0-from"], initial[f"{day}-0-to"] = as_time(OPEN), as_time(CLOSE)
        return cls(initial=initial, stretches=count)

    @classmethod
    def sent(cls, data: Mapping[str, str]) -> "WeekForm":
        """The form as it was sent."""
        return cls(data, stretches=counted(data))

    @classmethod
    def typed(cls, data: Mapping[str, str], *, more: int | None = None) -> "WeekForm":
        """What was typed, not looked at yet: with one more stretch on a day, or with Monday's hours
        from Monday to Friday where no day is named."""
        initial: dict[str, Any] = {
            name: data[name] for name in data if name[:1].isdecimal() and name[1:2] == "-"
        }
        count = counted(data)
        if more is None:
            monday = {name[2:]: value for name, value in initial.items() if name[0] == "0"}
            for day in range(1, 5):
                initial = {name: initial[name] for name in initial if name[0] != str(day)}
                initial |= {f"{day}-{rest}": value for rest, value in monday.items()}
                count[day] = count[0]
        else:
            count[more] = count.get(more, 1) + 1
            initial[f"{more}-open"] = "on"
        return cls(initial=initial, stretches=count)

    def days(self) -> Iterator[Day]:
        for day, name in WEEKDAYS.items():
            pairs = [
                Pair(self[f"{day}-{number}-from"], self[f"{day}-{number}-to"])
                for number in range(self.stretches[day])
            ]
            fields = [self[f"{day}-open"], *(field for pair in pairs for field in pair)]
            errors = [str(error) for field in fields for error in field.errors]
            more = self.stretches[day] < MOST
            yield Day(day, str(name), fields[0], pairs, more, errors)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.week: list[Stretch] = []
        for day in range(7):
            if not cleaned.get(f"{day}-open"):
                self.forgive(day)
                continue
            try:
                self.week += self.stretches_of(day, cleaned)
            except ValidationError as error:
                self.add_error(f"{day}-0-from", error)
        return cleaned

    def forgive(self, day: int) -> None:
        """Whatever stands in the fields of a closed day counts for nothing."""
        for number in range(self.stretches[day]):
            self.errors.pop(f"{day}-{number}-from", None)
            self.errors.pop(f"{day}-{number}-to", None)

    def stretches_of(self, day: int, cleaned: dict[str, Any]) -> list[Stretch]:
        """The hours of an open day, in order."""
        found = []
        for number in range(self.stretches[day]):
            names = f"{day}-{number}-from", f"{day}-{number}-to"
            if any(name in self.errors for name in names):
                return []
            opens, closes = (cleaned.get(name) for name in names)
            if opens is None and closes is None:
                continue
            found.append(Stretch(day, *read_hours(opens, closes)))
        if not found:
            raise ValidationError(_("Enter from when to when, or switch the day off."))
        found.sort()
        for one, following in pairwise(found):
            if following.start < one.end:
                raise ValidationError(_("Two of these times overlap."))
        return found


def counted(data: Mapping[str, str]) -> dict[int, int]:
    """How many stretches of each day were sent."""
    return {day: sum(f"{day}-{number}-from" in data for number in range(MOST)) for day in range(7)}


def read_hours(opens: time | None, closes: time | None) -> tuple[int, int]:
    """From and to in minutes; an end at 00:00 is the end of the day. Raises ValidationError."""
    if opens is None or closes is None:
        raise ValidationError(_("Enter both from and to."))
    start, end = as_minutes(opens), as_minutes(closes) or MIDNIGHT
    if end <= start:
        raise ValidationError(ENDS_FIRST)
    return start, end


class ExceptionForm(forms.ModelForm):
    """Days that differ from the week: closed, or open at other hours."""

    CLOSED, OTHER = "closed", "other"
    KINDS = [(CLOSED, gettext_lazy("Closed")), (OTHER, gettext_lazy("Other hours"))]

    name = TypedField(
        line(100),
        label=gettext_lazy("Reason"),
        required=False,
        widget=forms.TextInput(PLAIN),
        help_text=gettext_lazy("For staff, such as “Christmas” or “Holiday”."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Blank: it is one day."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("On these days"), choices=KINDS, initial=CLOSED, widget=forms.RadioSelect
    )
    opens = time_field(gettext_lazy("From"))  # type: ignore[arg-type]
    closes = time_field(gettext_lazy("To"))  # type: ignore[arg-type]

    class Meta:
        model = DayException
        fields = ("name", "first_day", "last_day")
        labels = {"first_day": gettext_lazy("First day")}
        widgets = {"first_day": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, provider: Provider | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.instance.provider = provider
        if self.instance.pk and self.instance.start is not None:
            self.initial.update(
                kind=self.OTHER,
                opens=as_time(self.instance.start),
                closes=as_time(self.instance.end),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first = cleaned.get("first_day")
        last = cleaned["last_day"] = cleaned.get("last_day") or first
        if first and last and last < first:
            self.add_error("last_day", _("The last day can't be before the first."))
        elif last and last < self.today and not self.errors:
            self.add_error("last_day" if last != first else "first_day", _("This is over already."))
        self.instance.start = self.instance.end = None
        if cleaned.get("kind") == self.OTHER and not {"opens", "closes"} & set(self.errors):
            try:
                hours = read_hours(cleaned.get("opens"), cleaned.get("closes"))
            except ValidationError as error:
                self.add_error("opens", error)
            else:
                self.instance.start, self.instance.end = hours
        return cleaned
