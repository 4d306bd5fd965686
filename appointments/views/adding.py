"""A new appointment: from an empty place of the calendar, a customer's page, or ADD NEW."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from appointments import words
from appointments.advice import Objection, Wanted, objections, who_has_it, whom_to_tell
from appointments.booking import NotAllowed, SlotTaken, book_now
from appointments.forms.adding import BookForm
from appointments.models import Appointment
from appointments.views.saying import SOURCE, in_calendar, say
from bookkinda.requests import business_of, way_back
from customers.models import Customer
from customers.search import find_customers
from customers.values import read_number

ASKED = ("customer", "service", "provider", "date", "time", "duration")
FOUND = 6


class Add(StaffRequired, View):
    """The form. What the address asks for stands in it; the search needs no script."""

    permission_required = roles.BOOK

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
        business = business_of(request)
        trial = BookForm(asked, business=business)
        trial.full_clean()
        return self.show(BookForm(initial=asked, business=business), trial.wanted(), status=200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BookForm(request.POST, business=business_of(request))
        is_valid = form.is_valid()
        if "find" in request.POST or (request.POST.get("q") and not request.POST.get("customer")):
            form.errors.clear()
            return self.show(form, form.wanted(), status=200)
        wanted = form.wanted()
        if not is_valid or wanted is None or wanted.customer is None:
            return self.show(form, wanted)
        against = objections(wanted, business_of(request))
        if not form.has_accepted({each.code for each in against}):
            return self.show(form, wanted, against)
        try:
            return self.book(form, wanted)
        except NotAllowed as refusal:
            form.add_error("provider", refusal.sentence)
        except SlotTaken:
            same = the_same(wanted)
            if same:
                messages.info(request, _("This appointment is booked already."))
                return redirect("appointments:detail", same.pk)
            form.add_error("time", who_has_it(wanted, business_of(request)) or _("It is taken."))
        return self.show(form, wanted, against)

    def book(self, form: BookForm, wanted: Wanted) -> HttpResponse:
        """Raises what `book_now` raises."""
        cleaned, business = form.cleaned_data, business_of(self.request)
        told = cleaned["tell"] and wanted.start > timezone.now()
        made = book_now(
            service=wanted.service, provider=wanted.provider, start=wanted.start,
            customer=cleaned["customer"], by=signed_in(self.request), source=SOURCE,
            note=cleaned["note"], staff_note=cleaned["staff_note"], notify=told,
            duration=cleaned["duration"],
        )  # fmt: skip
        text = _("%(customer)s is booked: %(when)s, with %(provider)s.") % {
            "customer": cleaned["customer"],
            "when": words.moment(made.start, business.zone),
            "provider": wanted.provider,
        }
        say(self.request, made, text, told=told)
        return redirect(way_back(self.request, in_calendar(self.request, made)))

    def show(
        self, form: BookForm, wanted: Wanted | None, against: list[Objection] | None = None,
        *, status: int = 422,
    ) -> HttpResponse:  # fmt: skip
        business = business_of(self.request)
        if against is None:
            against = objections(wanted, business) if wanted else []
        customer = customer_of(form["customer"].value())
        context = {
            "form": form,
            "wanted": wanted,
            "taken": who_has_it(wanted, business) if wanted and not form.errors else "",
            "warnings": against,
            "codes": " ".join(each.code for each in against),
            "told": self.names(customer, wanted),
            "customer": customer,
            **found_by(self.request, customer),
            "next": way_back(self.request, reverse("appointments:calendar")),
            "add_customer": add_customer_url(self.request),
        }
        return render(self.request, "appointments/add.html", context, status=status)

    def names(self, customer: Customer | None, wanted: Wanted | None) -> list[str]:
        """Who would be told, once it is known with whom it is."""
        if wanted is None:
            return []
        return whom_to_tell("booked", customer, wanted.provider, signed_in(self.request))


def customer_of(value: Any) -> Customer | None:
    """The live customer of this number, as an address or a form says it."""
    pk = read_number(str(value or ""))
    return Customer.objects.live().filter(pk=pk).first() if pk else None


def found_by(request: HttpRequest, chosen: Customer | None) -> dict[str, Any]:
    """Who matches the words of the search; one more than are shown."""
    typed = (request.POST.get("q") or request.GET.get("q") or "").strip()[:200]
    people = list(find_customers({"q": typed})[: FOUND + 1]) if typed else []
    others = [each for each in people if each != chosen]
    return {"words": typed, "found": others[:FOUND], "is_more": len(people) > FOUND}


def the_same(wanted: Wanted) -> Appointment | None:
    """The appointment that the same form has made a moment ago."""
    found: Appointment | None = Appointment.objects.filter(
        customer=wanted.customer, service=wanted.service, provider=wanted.provider,
        start=wanted.start, status=Appointment.Status.CONFIRMED,
    ).first()  # fmt: skip
    return found


def add_customer_url(request: HttpRequest) -> str:
    """ADD NEW for a customer who is not here yet, and back to this form."""
    kept = {name: request.GET[name] for name in ASKED[1:] if request.GET.get(name)}
    here = f"{reverse('appointments:add')}?{urlencode(kept)}"
    return f"{reverse('customers:add')}?{urlencode({'next': here})}"
