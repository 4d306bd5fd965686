"""What appointments mean for a customer who is merged, deleted, erased or asks what is kept."""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appointments import visits
from appointments.models import (
    Appointment,
    AppointmentChange,
    CalendarFeed,
    Suggestion,
)
from appointments.models.appointment import new_token
from bookkinda.preferences import Preferences
from customers.models import ChangeSet, Customer
from customers.querysets import CustomerQuerySet

Status = Appointment.Status
WORDS = ("note", "staff_note")  # of a person, in the history, too


class Appointments:
    """Registered with customers/dependents.py."""

    name = "appointments"

    def move(self, customer: Customer, to: Customer) -> Any:
        """All appointments and suggestions; the calendar's private address, unless the other one
        has one."""
        appointments = list(of(customer).values_list("pk", flat=True))
        of(customer).update(customer=to)
        suggestions = list(
            Suggestion.objects.filter(customer=customer).values_list("pk", flat=True)
        )
        Suggestion.objects.filter(pk__in=suggestions).update(customer=to)
        has_feed = CalendarFeed.objects.filter(customer=to).exists()
        feed = None
        if not has_feed and (found := CalendarFeed.objects.filter(customer=customer).first()):
            feed = found.pk
            CalendarFeed.objects.filter(pk=feed).update(customer=to)
        visits.refresh([customer.pk, to.pk])
        refresh_visits_of(customer, to)
        return {"appointments": appointments, "suggestions": suggestions, "feed": feed}

    def move_back(self, customer: Customer, back_from: Customer, moved: Any) -> None:
        """What came later stays with the other one."""
        of(back_from).filter(pk__in=moved["appointments"]).update(customer=customer)
        Suggestion.objects.filter(pk__in=moved["suggestions"], customer=back_from).update(
            customer=customer
        )
        CalendarFeed.objects.filter(pk=moved["feed"], customer=back_from).update(customer=customer)
        visits.refresh([customer.pk, back_from.pk])
        refresh_visits_of(customer, back_from)

    def reasons_to_keep(self, customers: CustomerQuerySet) -> dict[int, str]:
        """Whoever has an appointment to come, with the next one."""
        zone = Preferences.load().zone
        sentence = _("Has an appointment on %(when)s: %(service)s with %(provider)s.")
        coming = Appointment.objects.coming().filter(customer__in=customers.values("pk"))
        rows = coming.values_list("customer", "start", "service__name", "provider__name")
        reasons: dict[int, str] = {}
        for customer, start, service, provider in rows.iterator():
            if customer not in reasons:
                when = date_format(start.astimezone(zone), "j M Y, H:i")
                reasons[customer] = sentence % {
                    "when": when, "service": service, "provider": provider,
                }  # fmt: skip
        return reasons

    def forget(self, customers: CustomerQuerySet) -> None:
        """The appointments stay without the person; those to come are cancelled, and nobody is
        told. No link, calendar or word of the person stays."""
        pks = list(customers.values_list("pk", flat=True))
        theirs = Appointment.with_holds.filter(customer__in=pks)
        for change in AppointmentChange.objects.filter(appointment__in=theirs).iterator():
            change.before = without_person(change.before)
            change.after = without_person(change.after)
            change.save(update_fields=["before", "after"])
        own = ChangeSet.objects.filter(
            source=ChangeSet.Source.PANEL, appointment_changes__appointment__in=theirs
        )
        own.update(by_name="")
        theirs.coming().update(status=Status.CANCELLED)
        for appointment in theirs.only("pk").iterator():
            Appointment.with_holds.filter(pk=appointment.pk).update(token=new_token())
        theirs.update(customer=None, note="", staff_note="", time_zone="")
        Suggestion.objects.filter(customer__in=pks).delete()
        CalendarFeed.objects.filter(customer__in=pks).delete()

    def hand_out(self, customer: Customer) -> dict[str, Any]:
        """The appointments in words, and what the person wrote that waits or was decided on."""
        found = of(customer).select_related("service", "provider", "consent")
        return {
            "appointments": [told(each) for each in found.order_by("start", "pk")],
            "suggestions": [
                {
                    "written_at": each.created_at,
                    "values": each.values,
                    "decided_at": each.decided_at,
                    "accepted": _("Yes") if each.was_accepted else _("No"),
                }
                for each in Suggestion.objects.filter(customer=customer).order_by("pk")
            ],
        }


def of(customer: Customer) -> QuerySet[Appointment]:
    found: QuerySet[Appointment] = Appointment.objects.filter(customer=customer)
    return found


def refresh_visits_of(*customers: Customer) -> None:
    """The objects at hand say the same as their rows."""
    for customer in customers:
        customer.refresh_from_db(fields=["last_visit_at", "next_visit_at"])


def without_person(values: dict[str, Any]) -> dict[str, Any]:
    """A side of a change without the customer and without words that somebody wrote."""
    blank = {name: "" for name in WORDS if values.get(name)}
    return {**values, **blank, **({"customer": None} if "customer" in values else {})}


def told(appointment: Appointment) -> dict[str, Any]:
    return {
        "service": str(appointment.service),
        "provider": str(appointment.provider),
        "start": appointment.start,
        "end": appointment.end,
        "status": appointment.get_status_display(),
        "booked_at": appointment.created_at,
        "booked_from": appointment.get_source_display(),
        "price": appointment.price,
        "currency": appointment.currency,
        "note": appointment.note,
        "note_for_staff": appointment.staff_note,
        "time_zone": appointment.time_zone,
        "agreed_to": appointment.consent.text if appointment.consent else "",
    }
