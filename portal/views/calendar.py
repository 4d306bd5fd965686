"""The customer's appointments in a calendar program of their own, under an address that only they
know: made, made anew and switched off here."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.access import CustomerRequired, can_sign_in, customer_of, signed_in
from appointments.calendars import as_feed
from appointments.models import CalendarFeed
from appointments.models.appointment import is_token, new_token
from bookkinda.requests import business_of

PAST = timedelta(days=90)  # that far back the feed goes
MOST = 500  # appointments in it


class Calendar(CustomerRequired, View):
    """The address, and what can be done with it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        feed = CalendarFeed.objects.filter(customer=customer_of(signed_in(request))).first()
        address = (
            settings.PUBLIC_BASE_URL + reverse("portal:feed", args=[feed.token]) if feed else ""
        )
        context = {"feed": feed, "address": address, "webcal": as_webcal(address)}
        return render(request, "portal/calendar.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        own = {"customer": customer_of(signed_in(request))}
        match request.POST.get("do"):
            case "on":
                CalendarFeed.objects.get_or_create(**own)
            case "renew":
                fresh = {"token": new_token(), "created_at": timezone.now()}
                CalendarFeed.objects.update_or_create(**own, defaults=fresh)
                messages.success(request, _("The old address opens nothing any more."))
            case "off":
                CalendarFeed.objects.filter(**own).delete()
                messages.success(request, _("The address is switched off."))
        return redirect("portal:calendar")


@method_decorator(login_not_required, name="dispatch")
class Feed(View):
    """What calendar programs read, which can't sign in. It says what is booked and nothing of the
    person; and nothing to anybody once the customer may not sign in any more."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        feeds = CalendarFeed.objects.select_related("customer__user")
        customer: Any = get_object_or_404(
            feeds if is_token(token) else feeds.none(), token=token
        ).customer
        if customer.user is None or not can_sign_in(customer.user):
            raise Http404
        own = customer.appointments.filter(start__gte=timezone.now() - PAST)
        found = own.select_related("service", "provider").order_by("start")[:MOST]
        response = HttpResponse(
            as_feed(found, business_of(request)), content_type="text/calendar; charset=utf-8"
        )
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Content-Disposition"] = 'inline; filename="appointments.ics"'
        return response


def as_webcal(address: str) -> str:
    """The same address for a phone, which asks at once whether to subscribe to it."""
    return f"webcal{address[address.index(':') :]}" if address else ""
