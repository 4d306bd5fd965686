"""Which message is sent by which channel: the matrix, and what belongs to a row of it."""

from email.utils import parseaddr
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from django_htmx.http import HttpResponseClientRedirect

from accounts import roles
from accounts.access import StaffRequired
from bookkinda.preferences import Preferences
from notifications import health, workflows
from notifications.channel_setup import ICONS, is_kept, sender_of
from notifications.channels.codes import sentence
from notifications.events import Event
from notifications.forms.workflows import OrderForm, QuietHoursForm
from notifications.models import ChannelCode, Workflow
from notifications.outbox import workflow_of
from notifications.views.asked import channel_or_404, event_or_404
from notifications.workflows import CannotSwitch, Counts, Row


def cells(row: Row, configured: set[str]) -> list[dict[str, Any]]:
    """The switches of a row; None where the event has no words for the channel."""
    return [
        {
            "code": code.value,
            "label": code.label,
            "offered": code in row.event.texts,
            "on": code in row.workflow.channels,
            "fixed": code in row.event.required
            or (code not in configured and code not in row.workflow.channels),
        }
        for code in ChannelCode
    ]


def with_cells(row: Row, configured: set[str]) -> dict[str, Any]:
    """What the template of a row needs."""
    first = (row.workflow.channels or [next(iter(row.event.texts))])[0]
    return {"row": row, "cells": cells(row, configured), "first": first}


def cards() -> list[dict[str, Any]]:
    """How each channel is doing, in a few words."""
    return [card(channel) for channel in health.channels()]


def card(channel: health.ChannelHealth) -> dict[str, Any]:
    code = ChannelCode(channel.code)
    shown = {"label": channel.label, "icon": ICONS[code], "text": sent_from(code)}
    if channel.is_stopped:
        stopped = sentence(channel.state.stopped_code)
        return shown | {"tone": "red", "word": _("Stopped"), "text": stopped, "bad": True}
    if not channel.is_configured:
        return shown | {"tone": "gray", "word": _("Not set up"), "text": _("Nothing is sent by it")}
    if is_kept(code):
        return shown | {
            "tone": "amber",
            "word": _("Local mailbox"),
            "text": _("Messages stay on this machine"),
        }
    return shown | {"tone": "green", "word": _("Working"), "mark": "check"}


def sent_from(code: ChannelCode) -> str:
    """The address or number that messages come from."""
    if code == ChannelCode.EMAIL:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return f"Twilio, {sender_of(code)}"


class Workflows(StaffRequired, View):
    """Channels, the matrix, quiet hours. POST saves all switches at once, without JavaScript."""

    permission_required = roles.SETTINGS

    def get(self, request: HttpRequest) -> HttpResponse:
        return show_page(request, QuietHoursForm(instance=Preferences.load()))

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = set(request.POST.getlist("on"))
        for _group, rows in workflows.rows():
            for row in rows:
                self.switch_row(row, wanted)
        messages.success(request, _("The workflows are saved."))
        return redirect("notifications:workflows")

    def switch_row(self, row: Row, wanted: set[str]) -> None:
        for code in row.event.texts:
            on = f"{row.event.code}:{code.value}" in wanted
            if on == (code in row.workflow.channels) or code in row.event.required:
                continue
            try:
                workflows.switch(row.event, code, on=on)
            except CannotSwitch as refused:
                messages.error(self.request, str(refused))


def show_page(request: HttpRequest, form: QuietHoursForm) -> HttpResponse:
    counts, is_capped = workflows.count_newest()
    configured = {each.code for each in health.channels() if each.is_configured}
    groups = [
        (name, [with_cells(row, configured) for row in rows])
        for name, rows in workflows.rows(counts)
    ]
    context = {
        "cards": cards(),
        "groups": groups,
        "channels": ChannelCode,
        "form": form,
        "most_counted": workflows.MOST_COUNTED if is_capped else 0,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "notifications/workflows.html", context, status=status)


def show_row(request: HttpRequest, event: Event) -> HttpResponse:
    """One row of the matrix as it is now, with what there is to say."""
    counts, _is_capped = workflows.count_newest()
    row = Row(event, workflow_of(event), counts.get(event.code, Counts()))
    configured = {each.code for each in health.channels() if each.is_configured}
    context = with_cells(row, configured) | {"answers": True}
    return render(request, "notifications/workflows.html#answer", context)


def show_switch(request: HttpRequest, event: Event, channel: ChannelCode) -> HttpResponse:
    """The switch of the editor's page as it is now, with what there is to say."""
    context = {"event": event, "channel": channel, "is_on": channel in workflow_of(event).channels}
    return render(request, "notifications/template.html#switched", context)


class Switch(StaffRequired, View):
    """One switch. The answer to htmx is the row as it is now, so a refused one jumps back."""

    permission_required = roles.SETTINGS

    def post(self, request: HttpRequest, event: str, channel: str) -> HttpResponse:
        found = event_or_404(event)
        code = channel_or_404(found, channel)
        on = f"{event}:{channel}" in request.POST.getlist("on")
        try:
            workflows.switch(found, code, on=on)
        except CannotSwitch as refused:
            messages.error(request, str(refused))
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect("notifications:workflows")
        if "editor" in request.POST:
            return show_switch(request, found, code)
        return show_row(request, found)


class Order(StaffRequired, View):
    """All channels at once, or one after the other, and in which order."""

    permission_required = roles.SETTINGS

    def show(self, event: Event, form: OrderForm) -> HttpResponse:
        part = "#dialog" if self.request.htmx else ""  # type: ignore[attr-defined]
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        context = {"event": event, "form": form}
        page = f"notifications/order.html{part}"
        return render(self.request, page, context, status=status)

    def get(self, request: HttpRequest, event: str) -> HttpResponse:
        found = event_or_404(event)
        return self.show(found, OrderForm(workflow_of(found)))

    def post(self, request: HttpRequest, event: str) -> HttpResponse:
        found = event_or_404(event)
        form = OrderForm(workflow_of(found), request.POST)
        if not form.is_valid():
            return self.show(found, form)
        mode = Workflow.Mode(form.cleaned_data["mode"])
        workflows.arrange(found, mode, form.cleaned_data["order"])
        messages.success(request, _("“%(event)s” is saved.") % {"event": found.name})
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(reverse("notifications:workflows"))
        return redirect("notifications:workflows")


class QuietHours(StaffRequired, View):
    """When people are left alone."""

    permission_required = roles.SETTINGS

    def post(self, request: HttpRequest) -> HttpResponse:
        form = QuietHoursForm(request.POST, instance=Preferences.load())
        if not form.is_valid():
            return show_page(request, form)
        form.save()
        messages.success(request, _("The quiet hours are saved."))
        return redirect("notifications:workflows")
