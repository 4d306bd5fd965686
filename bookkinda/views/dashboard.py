"""The dashboard: the first page of everybody on the staff."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from accounts import roles
from accounts.access import StaffRequired, signed_in
from bookkinda import dashboard
from bookkinda.charts import Chart, Column, draw
from bookkinda.dashboard import COUNTED, Newcomers, Week
from bookkinda.preferences import Preferences


class Dashboard(StaffRequired, TemplateView):
    """Shows what everybody on the staff may see; what waits, to those who may see to it."""

    permission_required = roles.VIEW_APPOINTMENTS
    template_name = "bookkinda/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        business: Preferences = self.request.business  # type: ignore[attr-defined]
        week, new = dashboard.this_week(business), dashboard.new_customers(business)
        waiting = dashboard.waiting(with_suggestions=user.has_perm(roles.CHANGE))
        return super().get_context_data(
            day=business.today(),
            now=timezone.now(),
            today=dashboard.today(business, own=user.pk),
            week=week,
            week_chart=chart_of_week(week, business),
            new=new,
            new_total=sum(week.count for week in new),
            new_chart=chart_of_new(new),
            waiting=waiting,
            counted=COUNTED,
            missing=dashboard.missing(),
            has_customers=dashboard.has_customers,
            **kwargs,
        )


def chart_of_week(week: Week, business: Preferences) -> Chart:
    today = business.today()
    return draw(
        Column(date_format(day.day, "D j"), day.expected, day.lost, is_now=day.day == today)
        for day in week.days
    )


def chart_of_new(weeks: list[Newcomers]) -> Chart:
    last = len(weeks) - 1
    return draw(
        Column(
            _("Now") if index == last else date_format(week.monday, "j M"),
            week.count,
            is_now=index == last,
            is_least=week.is_least,
        )
        for index, week in enumerate(weeks)
    )
