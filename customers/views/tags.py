"""The tags themselves: names, colours, how many customers have each."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from customers.forms.notes_and_tags import TagForm
from customers.models import ChangeSet, Tag
from customers.tagging import delete_tag
from customers.views.requests import for_dialog


def counted() -> Any:
    """The tags, each with how many live customers have it."""
    live = Q(customers__archived_at=None)
    return Tag.objects.annotate(count=Count("customers", filter=live)).order_by("name")


class Tags(StaffRequired, View):
    """All tags, and a form for a new one."""

    permission_required = roles.CHANGE

    def show(self, form: TagForm) -> HttpResponse:
        context = {"tags": counted(), "form": form}
        status = 422 if form.is_bound else 200
        return render(self.request, "customers/tags.html", context, status=status)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(TagForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TagForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        messages.success(request, _("The tag %(name)s is added.") % {"name": form.save()})
        return redirect("customers:tags")


class EditTag(StaffRequired, View):
    """Another name or colour for a tag, on everybody who has it."""

    permission_required = roles.CHANGE

    def show(self, tag: Tag, form: TagForm) -> HttpResponse:
        name = Tag.objects.get(pk=tag.pk).name
        context = {"tag": tag, "name": name, "form": form}
        status = 422 if form.is_bound else 200
        return render(self.request, "customers/tag.html", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        tag = get_object_or_404(Tag, pk=pk)
        return self.show(tag, TagForm(instance=tag))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        tag = get_object_or_404(Tag, pk=pk)
        form = TagForm(request.POST, instance=tag)
        if not form.is_valid():
            return self.show(tag, form)
        messages.success(request, _("The tag %(name)s is saved.") % {"name": form.save()})
        return redirect("customers:tags")


class DeleteTag(StaffRequired, View):
    """Asks, then takes the tag off everybody; the message after it offers Undo."""

    permission_required = roles.CHANGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        part = "#dialog" if for_dialog(request) else ""
        context = {"tag": get_object_or_404(counted(), pk=pk)}
        return render(request, f"customers/delete_tag.html{part}", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        tag = get_object_or_404(Tag, pk=pk)
        source = ChangeSet.Source.BACK_OFFICE
        done = delete_tag(tag, by=signed_in(request), source=source)
        text = _("The tag %(name)s is deleted.") % {"name": tag.name}
        messages.success(request, text, extra_tags=f"undo:{done.pk}" if done.size else "")
        return redirect("customers:tags")
