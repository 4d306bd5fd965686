"""The fourth step: who books."""

from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from time import monotonic
from typing import Any

from allauth.core import ratelimit
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from appointments import booking, first_login, form_token, limits
from appointments.attaching import book_visitor
from appointments.forms.booking import DetailsForm, NoteForm
from appointments.holding import release
from appointments.misspelt import probably_meant
from appointments.models import Appointment, ConsentText
from appointments.models.appointment import is_token
from appointments.openings import providers_of
from appointments.refusals import HoldExpired, NotAllowed, NotOffered, SlotTaken
from appointments.views.booking.done import greet
from appointments.views.booking.keeping import TooMany, held_by, keep
from appointments.views.booking.pace import on_the_beat
from appointments.views.booking.steps import DETAILS, Step, carried, newest_consent, price_of
from customers.models import ChangeSet
from customers.values import clean_email


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
        return self.show_details(held, self.form(consent=newest_consent()))

    def post(self, request: HttpRequest, service: int, who: str, token: str) -> HttpResponse:
        self.find(service, who)
        if is_booked(token):
            return HttpResponseRedirect(self.done_address(token))
        facts = self.read_facts(token)
        if facts is None:
            return self.ask_again(token)
        form = self.form(typed(request.POST), consent=shown_consent(facts))
        if not form.is_valid():
            return self.once_more(form, facts, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if facts["price"] != price_of(self.service):
            said = _("The price has changed meanwhile. Look at it, and press the button once more.")
            return self.once_more(form, facts, said=said, status=HTTPStatus.CONFLICT)
        return self.try_to_book(form, facts)

    def read_facts(self, token: str) -> dict[str, Any] | None:
        """What the form was made for; None unless it was for this page, and for whoever sends it.

        A customer who is signed in is believed only with both: the session, which no other website
        can send along, and the form that was made in it.
        """
        facts = form_token.read(DETAILS, self.request.POST.get("token", ""))
        wanted = (token, self.service.pk, self.customer.pk if self.customer else None)
        if facts is None or (facts["hold"], facts["service"], facts["customer"]) != wanted:
            return None
        return facts

    def try_to_book(self, form: NoteForm, facts: dict[str, Any]) -> HttpResponse:
        try:
            self.book(form, facts["hold"])
        except HoldExpired:
            said = _(
                "The ten minutes for which we kept your time are over. It is still free, and we "
                "keep it again. Nothing is booked yet: press the button once more."
            )
            return self.once_more(form, facts, said=said, status=HTTPStatus.CONFLICT)
        except Refused:
            release(facts["hold"])
            sentence = limits.neutral_sentence(self.business)
            return self.show("booking/refused.html", {"sentence": sentence}, HTTPStatus.FORBIDDEN)
        response = HttpResponseRedirect(self.done_address(facts["hold"]))
        greet(response, facts["hold"], *self.spoken_to(form))
        return response

    def book(self, form: NoteForm, token: str) -> None:
        """Make the hold an appointment. Raises HoldExpired, and Refused."""
        _name, address = self.spoken_to(form)
        if form.is_trapped or not ratelimit.consume(self.request, action="booking", key=address):
            raise Refused
        since = monotonic()
        try:
            with transaction.atomic():
                if isinstance(form, DetailsForm):
                    self.book_visitor(form, token)
                else:
                    self.book_customer(form, token)
        except NotAllowed:
            raise Refused from None
        finally:
            on_the_beat(since)

    def book_visitor(self, form: DetailsForm, token: str) -> None:
        visitor = form.visitor(self.shown_zone)
        note = form.cleaned_data["note"]
        appointment, is_new = book_visitor(token, visitor, note=note, consent=form.consent)
        wished = form.cleaned_data.get("wants_login", False)
        first_login.ask(appointment, is_new=is_new, wished=wished)

    def book_customer(self, form: NoteForm, token: str) -> None:
        """For who is signed in: it is theirs, whoever shares their address."""
        booking.book(
            token,
            customer=self.customer,
            by=self.customer.user,
            source=ChangeSet.Source.PANEL,
            note=form.cleaned_data["note"],
            time_zone=self.shown_zone,
            consent=form.consent,
        )

    def spoken_to(self, form: NoteForm) -> tuple[str, str]:
        """Name and address of whoever books, as they typed them or, signed in, see them."""
        if isinstance(form, DetailsForm):
            return form.cleaned_data["first_name"], form.cleaned_data["email"]
        return self.customer.first_name, self.customer.email

    @property
    def shown_zone(self) -> str:
        """The visitor's time zone, where the page told times in it."""
        return self.zone.key if self.has_own_zone else ""

    def once_more(
        self, form: NoteForm, facts: dict[str, Any], *, said: str = "", status: int
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
        form = self.form(initial=carried(self.request.POST), consent=newest_consent())
        return self.show_details(held, form, said=said, status=HTTPStatus.FORBIDDEN)

    def show_expired(self) -> HttpResponse:
        times_url = self.address("times", self.who)
        return self.show_step("booking/expired.html", HTTPStatus.GONE, times_url=times_url)

    def done_address(self, token: str) -> str:
        zone = f"?zone={self.named_zone}" if self.named_zone else ""
        return reverse("booking:done", args=[token]) + zone


def is_booked(token: str) -> bool:
    return is_token(token) and bool(Appointment.objects.filter(token=token).exists())


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
