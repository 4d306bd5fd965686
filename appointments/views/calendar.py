"""The calendar: a day by provider, a week, a month."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from appointments import diary
from appointments.lanes import month_of, week_of
from appointments.models import Provider
from bookkinda.preferences import Preferences
from bookkinda.requests import business_of, for_dialog

DAY, WEEK, MONTH = "day", "week", "month"
FURTHEST = 50  # years from today
QUARTER = 15  # minutes: as exactly as a pointer chooses a time
MOST_CHIPS = 6  # providers that are chosen by a button each


@dataclass(frozen=True)
class Asked:
    """What the address line asks for; what it does not say is this week, and everybody."""

    view: str
    day: date
    today: date
    who: frozenset[int] = frozenset()

    @classmethod
    def read(cls, params: QueryDict, today: date) -> "Asked":
        """Never raises: what can't be read counts as not said."""
        view = params.get("view", WEEK)
        numbers = [value for value in params.getlist("who") if value.isdecimal()]
        return cls(
            view if view in (DAY, WEEK, MONTH) else WEEK,
            read_day(params.get("date", ""), today),
            today,
            frozenset(int(number) for number in numbers[:100] if len(number) < 10),
        )

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day that the page shows."""
        if self.view == DAY:
            return self.day, self.day
        if self.view == WEEK:
            week = week_of(self.day)
            return week[0], week[-1]
        weeks = month_of(self.day)
        return weeks[0][0], weeks[-1][-1]

    def address(self, **changes: Any) -> str:
        """The line that asks for the same but for these changes."""
        wanted = replace(self, **changes)
        pairs: list[tuple[str, object]] = []
        if wanted.view != WEEK:
            pairs.append(("view", wanted.view))
        if wanted.day != wanted.today:
            pairs.append(("date", wanted.day.isoformat()))
        pairs += [("who", pk) for pk in sorted(wanted.who)]
        return f"?{urlencode(pairs)}"

    def beside(self, by: int) -> date:
        """The day to show after this page, or before it."""
        if self.view == DAY:
            return self.day + timedelta(days=by)
        if self.view == WEEK:
            return self.day + timedelta(weeks=by)
        month = self.day.year * 12 + self.day.month - 1 + by
        return date(month // 12, month % 12 + 1, 1)


def read_day(text: str, today: date) -> date:
    """The day of an address; today if there is none, or one too far away to mean anything."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if abs(day.year - today.year) <= FURTHEST else today


class Calendar(StaffRequired, View):
    """A page or, for htmx, the part of it that changes from day to day."""

    permission_required = roles.VIEW_APPOINTMENTS

    def get(self, request: HttpRequest) -> HttpResponse:
        business = business_of(request)
        asked = Asked.read(request.GET, business.today())
        everybody = diary.providers_shown(*asked.span, business.zone)
        chosen = [each for each in everybody if each.pk in asked.who] or everybody
        asked = replace(asked, who=frozenset(each.pk for each in chosen))
        if len(chosen) == len(everybody):
            asked = replace(asked, who=frozenset())
        context = {
            "asked": asked,
            "chosen": {each.pk for each in chosen},
            "everybody": everybody,
            "in_chips": len(everybody) <= MOST_CHIPS,
            "now": timezone.localtime(timezone=business.zone),
            "snap": min(business.booking_step, QUARTER),
            **links_of(asked),
            **shown_of(asked, chosen, business),
        }
        part = "#calendar" if for_dialog(request) else ""
        return render(request, f"appointments/calendar.html{part}", context)


def shown_of(asked: Asked, chosen: list[Provider], business: Preferences) -> dict[str, Any]:
    """The columns of a day or a week, or the weeks of a month; and what they are called."""
    if asked.view == MONTH:
        weeks = diary.cells_of_month(asked.day, chosen, business)
        linked = [[(cell, links_to(asked, cell.day)) for cell in week] for week in weeks]
        return {"weeks": linked, "title": date_format(asked.day, "F Y")}
    if asked.view == DAY:
        page = diary.page_of_day(asked.day, chosen, business)
        return {"page": page, "title": date_format(asked.day, "l j F Y")}
    page = diary.page_of_week(asked.day, chosen, business)
    linked_days = [(column, asked.address(view=DAY, day=column.day)) for column in page.columns]
    return {"page": page, "linked_days": linked_days, "title": range_of(page)}


def range_of(page: diary.Page) -> str:
    """ "16–21 November 2026", "28 December 2026 – 3 January 2027"."""
    if not page.columns:
        return ""
    first, last = page.columns[0].day, page.columns[-1].day
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last, 'j F Y')}"
    begins = date_format(first, "j F" if first.year == last.year else "j F Y")
    return f"{begins} – {date_format(last, 'j F Y')}"


def links_of(asked: Asked) -> dict[str, Any]:
    """Where one can go from here."""
    day = timedelta(days=1)
    return {
        "here": asked.address(),
        "earlier": asked.address(day=asked.beside(-1)),
        "later": asked.address(day=asked.beside(1)),
        "day_before": asked.address(day=asked.day - day),
        "day_after": asked.address(day=asked.day + day),
        "to_today": asked.address(day=asked.today),
        "views": {view: asked.address(view=view) for view in (DAY, WEEK, MONTH)},
        "strip": strip_of(asked, week_of(asked.day)),
    }


def strip_of(asked: Asked, days: Iterable[date]) -> list[tuple[date, str]]:
    return [(day, asked.address(day=day)) for day in days]


def links_to(asked: Asked, day: date) -> dict[str, str]:
    """From a cell of the month: by provider on a screen with room, one column on a phone."""
    return {"day": asked.address(view=DAY, day=day), "phone": asked.address(view=WEEK, day=day)}
