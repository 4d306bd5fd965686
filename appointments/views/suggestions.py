"""The suggestions inbox: what returning visitors wrote otherwise, accepted or dismissed."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from appointments import suggestions
from appointments.models import Suggestion
from appointments.refusals import NotAllowed
from bookkinda.requests import way_back

PER_PAGE = 25


class SuggestionInbox(StaffRequired, View):
    """Those that wait, the oldest first."""

    permission_required = roles.CHANGE

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(suggestions.waiting(), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "rows": [(each, suggestions.lines(each)) for each in page],
            "here": request.get_full_path(),
        }
        return render(request, "appointments/suggestions.html", context)


class Accept(StaffRequired, View):
    """Writes it into the record; Undo is offered."""

    permission_required = roles.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return decide(request, pk, accept)


class Dismiss(StaffRequired, View):
    """The record stays as it is."""

    permission_required = roles.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return decide(request, pk, dismiss)


def decide(
    request: HttpRequest, pk: int, answer: Callable[[HttpRequest, Suggestion], None]
) -> HttpResponse:
    """Gives the answer, or says why it can't be given; then goes back to where it was asked."""
    suggestion = get_object_or_404(Suggestion.objects.select_related("customer"), pk=pk)
    try:
        answer(request, suggestion)
    except NotAllowed as refused:
        messages.error(request, str(refused))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(way_back(request, reverse("appointments:suggestions")))


def accept(request: HttpRequest, suggestion: Suggestion) -> None:
    act = suggestions.accept(suggestion, signed_in(request))
    words = {"customer": suggestion.customer}
    if act is None:
        messages.success(request, _("%(customer)s had that already.") % words)
    else:
        text = _("The record of %(customer)s is changed.") % words
        messages.success(request, text, extra_tags=f"undo:{act.pk}")


def dismiss(request: HttpRequest, suggestion: Suggestion) -> None:
    suggestions.dismiss(suggestion, signed_in(request))
    words = {"customer": suggestion.customer}
    messages.success(request, _("The record of %(customer)s stays as it is.") % words)
