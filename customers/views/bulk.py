"""Acts on the customers picked in a list, or on all that match: asked first, then done."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers import bulk, dependents
from customers.bulk import Action
from customers.cells import storable
from customers.forms.confirming import BulkTagForm, EraseForm, PlainForm
from customers.models import ChangeSet
from customers.querysets import CustomerQuerySet
from customers.values import read_number
from customers.views.plans import plan_of
from customers.views.requests import for_dialog, leave, way_back
from customers.views.telling import tell_what_happened, with_names

SOURCE = ChangeSet.Source.BACK_OFFICE
NAMED = 5


class Bulk(StaffRequired, View):
    """The list's form comes here. Without `confirmed` it is a question, with it the act."""

    permission_required = roles.VIEW
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        action = request.POST.get("action", "")
        if action not in Action.values:
            return HttpResponseBadRequest(_("There is no such action."))
        if not signed_in(request).has_perm(bulk.PERMISSIONS[action]):
            raise PermissionDenied
        meant = self.who_is_meant(request)
        customers = bulk.who_is_meant(action, **meant)
        if not customers.exists():
            messages.warning(request, _("Nobody is selected. Choose some customers first."))
            return leave(request, way_back(request))
        form = self.form_of(action, request)
        if form.is_bound and form.is_valid():
            return self.act(request, action, meant, form)
        return self.ask(request, action, customers, meant, form)

    def who_is_meant(self, request: HttpRequest) -> dict[str, Any]:
        """All that match the search of the list, or the customers picked on the page."""
        everybody = request.POST.get("scope") == "all"
        pks = [pk for pk in map(read_number, request.POST.getlist("pk")) if pk is not None]
        query = storable(request.POST.get("query", ""))
        return {"query": query if everybody else None, "pks": pks}

    def form_of(self, action: str, request: HttpRequest) -> Any:
        """What has to be typed or chosen before the act; bound when it is confirmed."""
        form = {Action.TAG: BulkTagForm, Action.ERASE: EraseForm}.get(Action(action), PlainForm)
        return form(request.POST) if "confirmed" in request.POST else form()

    def ask(
        self,
        request: HttpRequest,
        action: str,
        customers: CustomerQuerySet,
        meant: dict[str, Any],
        form: Any,
    ) -> HttpResponse:
        """How many, the first ones by name, and who is left out and why."""
        if action == Action.ALLOW:
            return self.ask_about_logins(request, customers, meant)
        reasons = dependents.reasons_to_keep(customers) if action == Action.DELETE else {}
        count = customers.count()
        context = {
            "action": action,
            "customers": customers[:NAMED],
            "more": max(0, count - NAMED),
            "count": count,
            "able": count - len(reasons),
            "kept": with_names(reasons),
            "unnamed": max(0, len(reasons) - NAMED),
            "form": form,
            "next": way_back(request),
            **meant,
        }
        part = "#dialog" if for_dialog(request) else ""
        status = 422 if form.is_bound else 200
        return render(request, f"customers/bulk.html{part}", context, status=status)

    def ask_about_logins(
        self, request: HttpRequest, customers: CustomerQuerySet, meant: dict[str, Any]
    ) -> HttpResponse:
        """Who gets a password, who has one, who is left out, and by which channels it goes."""
        context = {"next": way_back(request), **plan_of(customers), **meant}
        part = "#dialog" if for_dialog(request) else ""
        return render(request, f"customers/access/allow_many.html{part}", context)

    def act(
        self, request: HttpRequest, action: str, meant: dict[str, Any], form: Any
    ) -> HttpResponse:
        tags = form.tag_ids() if action == Action.TAG else {}
        by = signed_in(request)
        change_set = bulk.begin(action, by=by, source=SOURCE, tags=tags, **meant)
        if change_set.plan is not None:
            return redirect("customers:change", change_set.pk)
        tell_what_happened(request, change_set)
        return redirect(way_back(request))
