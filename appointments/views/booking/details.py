"""The last two steps: who books, and that it is booked."""

from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from time import monotonic
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from appointments import form_token, limits
from appointments.attaching import book_visitor
from appointments.forms.booking import DetailsForm
from appointments.holding import release
from appointments.misspelt import probably_meant
from appointments.models import Appointment, ConsentText
from appointments.openings import providers_of
from appointments.refusals import HoldExpired, NotAllowed, NotOffered, SlotTaken
from appointments.views.booking.keeping import TooMany, held_by, keep
from appointments.views.booking.pace import on_the_beat
from appointments.views.booking.page import BookingPage, keep_to_ourselves
from appointments.views.booking.steps import DETAILS, Step, carried, newest_consent
from customers.values import clean_email
from notifications import portal_access

GREETING = "bookkinda_booked"
GREETS_FOR = 30 * 60  # seconds


class Refused(Exception):
    """The visitor is asked to call; nobody is told why."""


@method_decorator(sensitive_post_parameters(), name="dispatch")
class Details(Step):
    """Who books. What was typed changes no customer, shows none, and signs nobody in."""

    def get(self, request: HttpRequest, service: int, who: str, token: str) -> HttpResponse:
        self.find(service, who)
        if is_booked(token):
            return HttpResponseRedirect(self.done_address(token))
        held = held_by(token)
        if held is None or held.service_id != service:
            return self.show_expired()
        return self.show_details(held, self.details_form(consent=newest_consent()))

    def post(self, request: HttpRequest, service: int, who: str, token: str) -> HttpResponse:
        since = monotonic()
        self.find(service, who)
        if is_booked(token):
            return HttpResponseRedirect(self.done_address(token))
        facts = form_token.read(DETAILS, request.POST.get("token", ""))
        if facts is None or facts["hold"] != token or facts["service"] != service:
            return self.ask_again(token)
        form = self.details_form(typed(request.POST), consent=shown_consent(facts))
        if not form.is_valid():
            return self.once_more(form, facts, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            response = self.book(form, token)
        except HoldExpired:
            response = self.once_more(
                form,
                facts,
                said=_(
                    "The ten minutes for which we kept your time are over. It is still free, "
                    "and we keep it again. Nothing is booked yet: press the button once more."
                ),
                status=HTTPStatus.CONFLICT,
            )
        except Refused:
            release(token)
            sentence = limits.neutral_sentence(self.business)
            response = self.show(
                "booking/refused.html", {"sentence": sentence}, HTTPStatus.FORBIDDEN
            )
        on_the_beat(since)
        return response

    def book(self, form: DetailsForm, token: str) -> HttpResponse:
        """Make the hold an appointment. Raises HoldExpired, and Refused."""
        given = form.cleaned_data
        if form.is_trapped or not ratelimit.consume(
            self.request, action="booking", key=given["email"]
        ):
            raise Refused
        visitor = form.visitor(self.zone.key if self.has_own_zone else "")
        try:
            with transaction.atomic():
                appointment, is_new = book_visitor(
                    token, visitor, note=given["note"], consent=form.consent
                )
                if is_new and appointment.customer:
                    wished = given.get("wants_login", False)
                    portal_access.allow_on_first_booking(appointment.customer, wished=wished)
        except NotAllowed:
            raise Refused from None
        response = HttpResponseRedirect(self.done_address(token))
        greet(response, token, name=given["first_name"], address=given["email"])
        return response

    def once_more(
        self, form: DetailsForm, facts: dict[str, Any], *, said: str = "", status: int
    ) -> HttpResponse:
        """The form again. If the time is not kept any more, it is kept anew; if somebody else took
        it, there are the other times, and what was typed stays."""
        held = held_by(facts["hold"])
        try:
            held = held or self.keep_again(facts)
        except TooMany:
            return self.show("booking/too_many.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        except (SlotTaken, NotOffered):
            said = _(
                "The ten minutes for which we kept your time are over, and somebody else took it. "
                "Choose another one: what you typed stays."
            )
            return self.show_times(said=said, status=HTTPStatus.CONFLICT)
        return self.show_details(held, form, said=said, status=status)

    def keep_again(self, facts: dict[str, Any]) -> Appointment:
        provider = providers_of(self.service).filter(pk=facts["provider"]).first()
        start = datetime.fromisoformat(facts["start"])
        return keep(self.request, self.service, provider, start, page=facts["hold"])

    def ask_again(self, token: str) -> HttpResponse:
        """The form was changed on its way, or is of yesterday."""
        held = held_by(token)
        if held is None:
            return self.show_expired()
        said = _(
            "This page was open for a long time. Nothing is booked yet: press the button again."
        )
        form = self.details_form(initial=carried(self.request.POST), consent=newest_consent())
        return self.show_details(held, form, said=said, status=HTTPStatus.FORBIDDEN)

    def show_expired(self) -> HttpResponse:
        times_url = self.address("times", self.who)
        return self.show_step("booking/expired.html", HTTPStatus.GONE, times_url=times_url)

    def done_address(self, token: str) -> str:
        zone = f"?zone={self.named_zone}" if self.named_zone else ""
        return reverse("booking:done", args=[token]) + zone


class Done(BookingPage):
    """It is booked. The address tells nothing of the customer; the name and the address that the
    visitor typed are greeted from a cookie, where the browser keeps one."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        booked = Appointment.objects.select_related("service", "provider")
        appointment = get_object_or_404(booked, token=token)
        context = {"appointment": appointment, "greeting": read_greeting(request, token)}
        return keep_to_ourselves(self.show("booking/done.html", context))


def is_booked(token: str) -> bool:
    return bool(Appointment.objects.filter(token=token).exists())


def shown_consent(facts: dict[str, Any]) -> ConsentText | None:
    """The wording that stood on the page, whatever the newest one is by now."""
    return ConsentText.objects.filter(pk=facts["consent"]).first()


def typed(sent: QueryDict) -> QueryDict:
    """What was sent; with the address that we suggested, if the visitor took it for the one it was
    suggested for."""
    instead = sent.get("instead", "")
    with suppress(ValidationError):
        if instead and probably_meant(clean_email(sent.get("email", ""))) == instead:
            sent = sent.copy()
            sent["email"] = instead
    return sent


def greet(response: HttpResponse, token: str, **words: str) -> None:
    """Let the next page, and only that, speak to the visitor by what was typed."""
    response.set_cookie(
        GREETING,
        signing.dumps(words, salt=GREETING + token),
        max_age=GREETS_FOR,
        path=reverse("booking:done", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def read_greeting(request: HttpRequest, token: str) -> dict[str, str]:
    try:
        words: dict[str, str] = signing.loads(
            request.COOKIES.get(GREETING, ""), salt=GREETING + token, max_age=GREETS_FOR
        )
    except signing.BadSignature:
        return {}
    return words
