"""What the pages of services and of providers have in common: list, form, out of use and back."""

from http import HTTPStatus
from typing import Any, ClassVar, Literal

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from appointments.forms.offering import ThingForm
from appointments.models import Provider, Service
from appointments.offering import (
    bring_back,
    coming_by,
    left_without,
    needs_archive,
    put_away,
    put_in_order,
)
from bookkinda.requests import business_of, for_dialog

KINDS: dict[str, Any] = {"service": Service, "provider": Provider}


class OfThings(StaffRequired, View):
    """For pages about services or providers: `what` says which."""

    permission_required = roles.SETUP
    what: Literal["service", "provider"] = "service"
    form_class: ClassVar[type[ThingForm]] = ThingForm

    @property
    def kind(self) -> Any:
        return KINDS[self.what]

    def thing(self, pk: int) -> Service | Provider:
        found: Service | Provider = get_object_or_404(self.kind, pk=pk)
        return found

    def to_list(self) -> HttpResponse:
        return redirect(f"appointments:{self.what}s")


class ThingList(OfThings):
    """Those in use, in their order, and those that were archived."""

    related = "providers"

    def get(self, request: HttpRequest) -> HttpResponse:
        coming = coming_by(self.what)
        things = list(self.kind.objects.prefetch_related(self.related))
        for thing in things:
            thing.coming = coming[thing.pk]
        context = {
            "things": [thing for thing in things if thing.archived_at is None],
            "archived": [thing for thing in things if thing.archived_at is not None],
            **self.more(),
        }
        return render(request, f"appointments/setup/{self.what}s.html", context)

    def more(self) -> dict[str, Any]:
        return {}


class ThingPage(OfThings):
    """The form for a new one (without a number) or for one that is there."""

    def form(self, request: HttpRequest, thing: Service | Provider | None) -> ThingForm:
        data = request.POST if request.method == "POST" else None
        business = business_of(request)
        return self.form_class(data, instance=thing, business=business)  # type: ignore[call-arg]

    def show(self, form: ThingForm, pk: int | None) -> HttpResponse:
        thing = self.thing(pk) if pk is not None else None
        context = {"form": form, "thing": thing, **self.more()}
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        template = f"appointments/setup/{self.what}.html"
        return render(self.request, template, context, status=status)

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        return self.show(self.form(request, self.thing(pk) if pk is not None else None), pk)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        form = self.form(request, self.thing(pk) if pk is not None else None)
        if not form.is_valid():
            return self.show(form, pk)
        thing = form.save()
        self.saved(thing)
        self.warn(thing)
        return self.to_list()

    def saved(self, thing: Any) -> None:
        messages.success(self.request, _("%(name)s is saved.") % {"name": thing})

    def warn(self, thing: Service | Provider) -> None:
        """Of appointments with somebody who does not provide the service any more."""
        count = left_without(thing)
        if count:
            text = ngettext(
                "%(count)s appointment to come is with somebody who does not provide the service. "
                "It stays as booked.",
                "%(count)s appointments to come are with somebody who does not provide the "
                "service. They stay as booked.",
                count,
            )
            messages.warning(self.request, text % {"count": count})

    def more(self) -> dict[str, Any]:
        return {}


class RemoveThing(OfThings):
    """Asks first, with how many appointments to come there are; what they need is archived."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        thing = self.thing(pk)
        context = {
            "thing": thing,
            "what": self.what,
            "coming": coming_by(self.what)[thing.pk],
            "is_archived_then": needs_archive(thing),
        }
        part = "#dialog" if for_dialog(request) else ""
        return render(request, f"appointments/setup/remove.html{part}", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        thing = self.thing(pk)
        was_archived = put_away(thing)
        text = _("%(name)s is archived.") if was_archived else _("%(name)s is deleted.")
        messages.success(request, text % {"name": thing})
        return self.to_list()


class RestoreThing(OfThings):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        thing = self.thing(pk)
        if thing.archived_at is None:
            return self.to_list()
        try:
            bring_back(thing)
        except ValidationError as error:
            why = " ".join([*error.messages, _("Rename one of them first.")])
            messages.error(request, why)
        else:
            messages.success(request, _("%(name)s is restored.") % {"name": thing})
        return self.to_list()


class OrderThing(OfThings):
    """One place up or down; customers see them in this order."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        thing = self.thing(pk)
        if thing.archived_at is None:
            put_in_order(thing, up="up" in request.POST)
        return self.to_list()
