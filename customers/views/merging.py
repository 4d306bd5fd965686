"""Merging two customers: side by side, chosen field by field, and whom to merge somebody with."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers.comparing import KEEP, OTHER, compare
from customers.forms.merging import MergeForm
from customers.matching import find_matches
from customers.merged import where_is
from customers.merging import CannotMerge, Merged, PairChanged, merge
from customers.models import ChangeSet, Customer
from customers.search import find_customers
from customers.tagging import tags_of
from customers.views.requests import way_back

SOURCE = ChangeSet.Source.BACK_OFFICE
FOUND = 10


class MergePair(StaffRequired, View):
    """The first customer of the address is kept, the second one merged into it."""

    permission_required = roles.MERGE

    def get(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        keep, gone = find_pair(pk, other)
        if keep.is_archived or gone.is_archived:
            return self.lead_on(keep, gone)
        return self.show(keep, gone, MergeForm(None, compare(keep, gone), keep, gone))

    def post(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        keep, gone = find_pair(pk, other)
        if keep.is_archived or gone.is_archived:
            return self.lead_on(keep, gone)
        form = MergeForm(request.POST, compare(keep, gone), keep, gone)
        if not form.is_valid() or form.is_out_of_date():
            return self.show(keep, gone, form)
        try:
            self.tell(self.merge(keep, gone, form), gone)
        except PairChanged:
            return self.post(request, pk, other)
        except CannotMerge as problem:
            return self.show(keep, gone, form, problem=str(problem))
        return redirect(way_back(request, reverse("customers:profile", args=[pk])))

    def merge(self, keep: Customer, gone: Customer, form: MergeForm) -> Merged:
        return merge(
            keep, gone, by=signed_in(self.request), source=SOURCE,
            expected_versions=(keep.version, gone.version), **form.choices(),
        )  # fmt: skip

    def tell(self, done: Merged, gone: Customer) -> None:
        words = {"other": gone, "name": done.keep}
        text = _("%(other)s is merged into %(name)s.") % words
        messages.success(self.request, text, extra_tags=f"undo:{done.change_set.pk}")

    def lead_on(self, keep: Customer, gone: Customer) -> HttpResponse:
        """Somebody was faster, perhaps the same person with a second click."""
        archived = gone if gone.is_archived else keep
        left = where_is(archived)
        text = _("These two are merged already.")
        if left == archived:
            text = _("%(name)s was deleted meanwhile.") % {"name": archived}
        elif left not in (keep, gone):
            text = _("%(name)s is merged into %(other)s by now.") % {
                "name": archived,
                "other": left,
            }
        messages.info(self.request, text)
        return redirect("customers:profile", left.pk)

    def show(
        self, keep: Customer, gone: Customer, form: MergeForm, problem: str = ""
    ) -> HttpResponse:
        tags = tags_of([keep.pk, gone.pk])
        context: dict[str, Any] = {
            "form": form,
            "people": [
                {"customer": each, "notes": each.notes.count(), "choice": choice}
                for each, choice in ((keep, KEEP), (gone, OTHER))
            ],
            "keep": keep,
            "other": gone,
            "tags": sorted({*tags[keep.pk], *tags[gone.pk]}),
            "since": min(keep.created_at, gone.created_at),
            "problem": problem,
            "changed": form.is_out_of_date(),
            "next": way_back(self.request, reverse("customers:profile", args=[keep.pk])),
        }
        status = 422 if form.is_bound else 200
        return render(self.request, "customers/merge/pair.html", context, status=status)


class MergeWith(StaffRequired, View):
    """Whom to merge a customer with: those who are alike, or whoever is searched for."""

    permission_required = roles.MERGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer, pk=pk)
        if customer.is_archived:
            return redirect("customers:profile", pk)
        words = request.GET.get("q", "").strip()
        found = search(words, customer) if words else []
        context = {
            "customer": customer,
            "words": words,
            "found": found[:FOUND],
            "is_more": len(found) > FOUND,
            "alike": [] if words else alike(customer),
        }
        return render(request, "customers/merge/with.html", context)


def find_pair(pk: int, other: int) -> tuple[Customer, Customer]:
    """Both customers, or the page is not there."""
    if pk == other:
        raise Http404
    return get_object_or_404(Customer, pk=pk), get_object_or_404(Customer, pk=other)


def search(words: str, customer: Customer) -> list[Customer]:
    """Who matches, one more than are shown."""
    return list(find_customers({"q": words}).exclude(pk=customer.pk)[: FOUND + 1])


def alike(customer: Customer) -> list[Any]:
    """Who shares something with the customer, and what."""
    return find_matches(
        first_name=customer.first_name,
        last_name=customer.last_name,
        email=customer.email,
        phone=customer.phone,
        date_of_birth=customer.date_of_birth,
        other_than=customer.pk,
    )
