"""The profile page: facts, notes and the timeline of one customer."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from appointments import suggestions
from appointments.profile_card import visits_of
from customers import changing_email, timeline
from customers.forms.notes_and_tags import NoteForm
from customers.merged import where_is
from customers.models import Customer, Merge, Note
from customers.values import read_number, show_phone
from customers.views.requests import business_of, for_dialog
from customers.views.timeline import Place, timeline_page
from notifications import portal_access
from notifications.opting_out import choices_of


class ProfileView(StaffRequired, View):
    """Shows the profile, perhaps with a note that was refused."""

    permission_required = roles.VIEW

    def show(self, customer: Customer, note_form: NoteForm) -> HttpResponse:
        place = Place.read(self.request.GET)
        context = {
            "customer": customer,
            "tags": customer.tags.all(),
            "phone": show_phone(customer.phone, customer.phone_extension),
            "language_name": timeline.shown("language", customer.language),
            "age": age_of(customer, business_of(self.request).today()),
            "notes": customer.notes.all(),
            "visits": visits_of(customer) if self.may(roles.VIEW_APPOINTMENTS) else None,
            **login_of(customer),
            "suggested": self.suggested(customer),
            "note_form": note_form,
            **merges_of(customer, self.request.GET.get("merged", "")),
            **timeline_page(customer, place, signed_in(self.request)),
        }
        part = "#timeline" if for_dialog(self.request) and not place.is_first else ""
        status = 422 if note_form.is_bound else 200
        return render(self.request, f"customers/profile.html{part}", context, status=status)

    def may(self, right: str) -> bool:
        return signed_in(self.request).has_perm(right)

    def suggested(self, customer: Customer) -> list[Any]:
        """What the customer wrote otherwise when booking, for those who may decide on it."""
        if customer.is_archived or not self.may(roles.CHANGE):
            return []
        return [(each, suggestions.lines(each)) for each in suggestions.of_customer(customer)]


class Profile(ProfileView):
    """Everything about one customer; of a deleted one too, with the way back. Who was merged leads
    to the kept one, unless the old profile is asked for."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer.objects.select_related("closing"), pk=pk)
        kept = where_is(customer)
        if kept != customer and "old" not in request.GET:
            address = reverse("customers:profile", args=[kept.pk])
            return redirect(f"{address}?merged={customer.pk}")
        return self.show(customer, NoteForm())


class AddNote(ProfileView):
    """A dated note. A refused one is shown again where it was typed; one about somebody who was
    merged meanwhile goes to the kept one."""

    permission_required = roles.CHANGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("customers:profile", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = where_is(get_object_or_404(Customer, pk=pk))
        if customer.is_archived:
            raise Http404
        form = NoteForm(request.POST)
        if not form.is_valid():
            return self.show(customer, form)
        author = signed_in(request)
        Note.objects.create(
            customer=customer,
            author=author,
            author_name=str(author),
            text=form.cleaned_data["text"],
        )
        messages.success(request, _("The note is added."))
        return redirect("customers:profile", customer.pk)


class DeleteNote(StaffRequired, View):
    """Asks, then deletes a note for good."""

    permission_required = roles.CHANGE

    def find(self, pk: int, note_pk: int) -> Note:
        notes = Note.objects.select_related("customer").filter(customer__archived_at=None)
        return get_object_or_404(notes, pk=note_pk, customer=pk)

    def get(self, request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
        part = "#dialog" if for_dialog(request) else ""
        context = {"note": self.find(pk, note_pk)}
        return render(request, f"customers/delete_note.html{part}", context)

    def post(self, request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
        self.find(pk, note_pk).delete()
        messages.success(request, _("The note is deleted."))
        return redirect("customers:profile", pk)


def merges_of(customer: Customer, came_from: str) -> dict[str, Any]:
    """Into whom an archived customer was merged; or who led here, because of a merge."""
    if customer.is_archived:
        merges = Merge.objects.in_force().filter(customer=customer)
        return {"merge": merges.select_related("into", "change_set__undone_by").last()}
    pk = read_number(came_from)
    gone = Customer.objects.archived().filter(pk=pk).first() if pk else None
    return {"came_from": gone if gone and where_is(gone) == customer else None}


def login_of(customer: Customer) -> dict[str, Any]:
    """The login: how it stands, what was sent, and a new address that waits; and by which channels
    the customer may be reached."""
    if customer.is_archived:
        return {}
    return {
        "login": portal_access.card(customer),
        "waiting": changing_email.waiting_for(customer),
        "channels": choices_of(customer),
    }


def age_of(customer: Customer, today: Any) -> int | None:
    """Years since birth, on this day at the business."""
    born = customer.date_of_birth
    if born is None:
        return None
    return int(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
