"""What all pages of the booking page have in common."""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from appointments import events, words
from bookkinda.requests import business_of
from notifications.models import ChannelCode
from notifications.outbox import workflow_of

HALF_A_YEAR = timedelta(days=182)
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class BookingPage(View):
    """Open to everybody while the owner has the page on, also inside of the websites that the owner
    lists. What protects its forms in place of Django's token: appointments/form_token.py.

    Days and times are those of the visitor's clock, where the browser named one.
    """

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.business = business_of(request)
        self.named_zone = named_zone(request)
        self.zone = ZoneInfo(self.named_zone) if self.named_zone else self.business.zone
        if is_same_clock(self.zone, self.business.zone):
            self.zone = self.business.zone
        self.has_own_zone = self.zone is not self.business.zone

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(self.zone):
            response = self.answer(request, *args, **kwargs)
        return framed_by(self.business.booking_origins, response)

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Also what is not there is said on a page that may be framed."""
        if not self.business.booking_enabled:
            return self.show("booking/off.html")
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            return self.show("booking/not_offered.html", status=HTTPStatus.NOT_FOUND)

    def show(
        self,
        template: str,
        context: Mapping[str, Any] | None = None,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        """A page of the booking page, with what its frame needs."""
        common = {
            "is_framed": self.request.headers.get("Sec-Fetch-Dest") == "iframe",
            "zone": self.named_zone,
            "is_zone_named": "zone" in self.request.GET or "zone" in self.request.POST,
            "has_own_zone": self.has_own_zone,
            "here": words.place(self.business.zone, timezone.now()),
            "there": words.place(self.zone, timezone.now()),
            "query": f"?zone={self.named_zone}" if self.named_zone else "",
        }
        return render(self.request, template, {**common, **(context or {})}, status=status)


def named_zone(request: HttpRequest) -> str:
    """The time zone that the browser named; "" where it named none that there is."""
    named = request.POST.get("zone") or request.GET.get("zone") or ""
    return named if named in known_zones() else ""


@cache
def known_zones() -> set[str]:
    """Read once: each time zone is a file, and there are hundreds."""
    return available_timezones()


def is_same_clock(one: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether clocks show the same in both, in summer and in winter."""
    now = timezone.now()
    moments = (now, now + HALF_A_YEAR)
    return all(at.astimezone(one).utcoffset() == at.astimezone(other).utcoffset() for at in moments)


def framed_by(origins: list[str], response: HttpResponseBase) -> HttpResponseBase:
    """Let these websites show the answer inside of theirs; without any, nobody may."""
    allowed = [origin for origin in origins if ORIGIN.fullmatch(origin)]
    if not allowed:
        return response
    response.xframe_options_exempt = True  # type: ignore[attr-defined]
    framed: HttpResponseBase = csp_replace({"frame-ancestors": ["'self'", *allowed]})(
        lambda _request: response
    )(HttpRequest())
    return framed


def keep_to_ourselves(response: HttpResponse) -> HttpResponse:
    """For pages whose address holds a token: no page that follows learns it, no search engine
    keeps it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def is_mailed() -> bool:
    """Whether the confirmation goes by e-mail, as the owner has it."""
    return ChannelCode.EMAIL in workflow_of(events.BOOKED).channels
