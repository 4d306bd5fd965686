"""Where customers land after signing in: their appointments."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.access import CustomerRequired, customer_of, signed_in
from appointments import notice
from appointments.in_words import again
from appointments.models import Appointment
from appointments.notice import Answer
from bookkinda.preferences import Preferences
from bookkinda.requests import business_of
from customers import closing

MOST_COMING = 50  # shown at once; the owner's limit on bookings is far below
PAST_PER_PAGE = 10
TOGETHER = ("service", "provider")


@dataclass(frozen=True)
class Coming:
    """An appointment ahead, and what may be done with it now."""

    appointment: Appointment
    may_move: Answer
    may_cancel: Answer
    sentences: list[str]


@dataclass(frozen=True)
class Past:
    """An appointment that is over or was cancelled; `again` books the same once more."""

    appointment: Appointment
    again: str


class Home(CustomerRequired, TemplateView):
    """The next one first, then what was."""

    template_name = "portal/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer, business = customer_of(signed_in(self.request)), business_of(self.request)
        now = timezone.now()
        own = customer.appointments.select_related(*TOGETHER)
        page = Paginator(own.over(now), PAST_PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            customer=customer,
            closing=closing.waiting_for(customer),
            coming=[as_coming(each, now, business) for each in own.coming(now)[:MOST_COMING]],
            past=[Past(each, again(each, business)) for each in page],
            page=page,
            **kwargs,
        )


def as_coming(appointment: Appointment, now: Any, business: Preferences) -> Coming:
    move = notice.may_reschedule(appointment, now, business)
    cancel = notice.may_cancel(appointment, now, business)
    return Coming(appointment, move, cancel, notice.of_both(move, cancel, now, business))
