"""The duplicate inbox: who may be one person, merged or told apart one pair after the other."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers.duplicates import BIRTH, EMAIL, PHONE, Pair, find_duplicates
from customers.list_parts import number
from customers.matching import ask_again, keep_apart
from customers.models import Customer, TwoPeople
from customers.views.merging import find_pair
from customers.views.requests import way_back

PER_PAGE = 25


class DuplicateInbox(StaffRequired, View):
    """The pairs, the strongest evidence first; or those that were told apart."""

    permission_required = roles.MERGE

    def get(self, request: HttpRequest) -> HttpResponse:
        found = find_duplicates()
        apart = TwoPeople.objects.filter(
            first__archived_at=None, second__archived_at=None
        ).select_related("first", "second")
        shows_apart = "apart" in request.GET
        listed: Any = apart.order_by("-pk") if shows_apart else found.pairs
        page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
        count = number(len(found.pairs)) + ("+" if found.is_more else "")
        context = {
            "page": page,
            "rows": list(page) if shows_apart else as_rows(list(page)),
            "shows_apart": shows_apart,
            "count": count if found.pairs else "",
            "apart_count": number(apart.count()),
            "here": request.get_full_path(),
        }
        return render(request, "customers/merge/inbox.html", context)


class NotTheSame(StaffRequired, View):
    """Remembers that two customers are two people."""

    permission_required = roles.MERGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        one, another = find_pair(pk, other)
        known = keep_apart(one, another, by=signed_in(request))
        words = {"one": one, "other": another}
        text = _("%(one)s and %(other)s are two people. You are not asked again.") % words
        messages.success(request, text, extra_tags=f"apart:{known.pk}")
        return redirect(inbox_or_back(request))


class AskAgain(StaffRequired, View):
    """Takes that back: they may be one person after all."""

    permission_required = roles.MERGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        known = get_object_or_404(TwoPeople.objects.select_related("first", "second"), pk=pk)
        ask_again(known)
        words = {"one": known.first, "other": known.second}
        messages.success(request, _("%(one)s and %(other)s may be one person again.") % words)
        return redirect(inbox_or_back(request))


def inbox_or_back(request: HttpRequest) -> str:
    """Back to where they were told apart; not to the page that asks about this pair."""
    inbox = reverse("customers:duplicate-inbox")
    return way_back(request, inbox)


def as_rows(pairs: list[Pair]) -> list[dict[str, Any]]:
    """The pairs with their customers and what they share, in words."""
    people = Customer.objects.in_bulk({pk for pair in pairs for pk in (pair.keep, pair.other)})
    return [
        {
            "keep": people[pair.keep],
            "other": people[pair.other],
            "evidence": evidence(pair),
            "pair": pair,
        }
        for pair in pairs
        if pair.keep in people and pair.other in people
    ]


def evidence(pair: Pair) -> list[str]:
    """What the two share, the strongest first."""
    said = [
        (pair.same_name and BIRTH not in pair.reasons, _("Same name")),
        (BIRTH in pair.reasons, _("Same name and date of birth")),
        (EMAIL in pair.reasons, _("Same e-mail")),
        (PHONE in pair.reasons, _("Same phone")),
    ]
    return [words for holds, words in said if holds]
