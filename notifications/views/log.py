"""The delivery log: what was said to whom, and what became of it; one message; Try again."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from django_htmx.http import HttpResponseClientRedirect

from accounts import roles
from accounts.access import StaffRequired, signed_in
from accounts.models import User
from customers.models import Customer
from notifications import log, retrying, telling
from notifications.events import all_events, team_events
from notifications.log import COUNTED, ROWS_PER_PAGE, Page, Query
from notifications.models import ChannelCode, Delivery, Message
from notifications.views.told import DeliveryTold, text_of


@dataclass(frozen=True)
class Chip:
    """A filter of the toolbar. `value` says what it is set to."""

    name: str
    label: str
    icon: str
    value: str
    choices: list[tuple[str, str, bool]]  # value, words, whether it is chosen


class DeliveryLog(StaffRequired, TemplateView):
    """Deliveries, the newest first. Everything about the page is in its address line."""

    permission_required = roles.VIEW

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = log.read_query(self.request.GET, with_staff=sees_staff(signed_in(self.request)))
        page = log.page_of_log(query)
        tried = retrying.can_be_tried(page.deliveries) if self.may_send() else set()
        readers = telling.readers_of([each.message for each in page.deliveries])
        return super().get_context_data(
            query=query,
            page=page,
            rows=[DeliveryTold.of(each, tried, readers) for each in page.deliveries],
            count=count_in_words(log.count_of_log(query)),
            chips=chips(query),
            customer=customer_of(query),
            links=links(query, page),
            rows_per_page=ROWS_PER_PAGE,
            **kwargs,
        )

    def may_send(self) -> bool:
        return signed_in(self.request).has_perm(roles.SEND)

    def get_template_names(self) -> list[str]:
        part = "#answer" if self.request.htmx else ""  # type: ignore[attr-defined]
        return [f"notifications/log.html{part}"]


class MessagePage(StaffRequired, View):
    """One message: by which channels, what became of each, and the words."""

    permission_required = roles.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = find_message(pk, signed_in(request))
        deliveries = list(message.deliveries.order_by("position"))
        for delivery in deliveries:
            delivery.message = message
        tried = retrying.can_be_tried(deliveries)
        readers = telling.readers_of([message])
        person = telling.person_of(message, readers.get(message.pk))
        texts = [text_of(each) for each in deliveries]
        context = {
            "message": message,
            "event": telling.name_of(message),
            "person": person,
            "kind": telling.kind_of(person),
            "about": telling.page_of(message),
            "told": [DeliveryTold.of(each, tried, readers) for each in deliveries],
            "texts": texts,
            "has_secret": any(text.has_secret for text in texts),
            "may_try": bool(tried) and signed_in(request).has_perm(roles.SEND),
        }
        return render(request, "notifications/message.html", context)


class TryAgain(StaffRequired, View):
    """Asks, then sends it again: a question about what is on the screen."""

    permission_required = roles.SEND

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = find_message(pk, signed_in(request))
        reader = telling.readers_of([message]).get(message.pk)
        context = {
            "message": message,
            "event": telling.name_of(message),
            "person": telling.person_of(message, reader),
            "reason": retrying.reason_not_to(message),
            "is_password": retrying.brings_a_password(message),
        }
        part = "#dialog" if request.htmx else ""  # type: ignore[attr-defined]
        return render(request, f"notifications/try_again.html{part}", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = find_message(pk, signed_in(request))
        try:
            again = retrying.try_again(message, by=signed_in(request))
        except retrying.CannotTry as refused:
            messages.error(request, str(refused))
            return leave(request, message)
        messages.success(request, _("It is being sent again."))
        return leave(request, again)


def customer_of(query: Query) -> Customer | None:
    """The one customer whose messages are asked for."""
    if query.customer is None:
        return None
    found: Customer | None = Customer.objects.filter(pk=query.customer).first()
    return found


def leave(request: HttpRequest, message: Message) -> HttpResponse:
    """To the message's page, also when htmx asked for a part of this one."""
    address = reverse("notifications:message", args=[message.pk])
    htmx = request.htmx  # type: ignore[attr-defined]
    return HttpResponseClientRedirect(address) if htmx else redirect(address)


def sees_staff(user: User) -> bool:
    """What was said to staff about their logins is for who manages their accounts."""
    return user.has_perm(roles.SETTINGS)


def find_message(pk: int, user: User) -> Message:
    found = Message.objects.select_related("customer", "user", "by", "change_set")
    if not sees_staff(user):
        found = found.filter(Q(customer__isnull=False) | Q(event__in=team_events()))
    return get_object_or_404(found, pk=pk)


def chips(query: Query) -> list[Chip]:
    """The filters, in the order of the toolbar."""
    events = [
        (code, str(event.name))
        for code, event in all_events().items()
        if query.with_staff or event.compose is None
    ]
    return [
        chip("event", _("Workflow"), "bell", events, query.events),
        chip("channel", _("Channel"), "message-square", ChannelCode.choices, query.channels),
        chip("state", _("Status"), "circle-check", Delivery.State.choices, query.states),
    ]


def chip(name: str, label: str, icon: str, choices: Any, chosen: tuple[str, ...]) -> Chip:
    words = [str(word) for value, word in choices if value in chosen]
    value = f"{words[0]} +{len(words) - 1}" if len(words) > 1 else "".join(words)
    rows = [(value, str(word), value in chosen) for value, word in choices]
    return Chip(name, label, icon, value, rows)


def links(query: Query, page: Page) -> dict[str, str]:
    """The addresses of the pages beside this one, as far as there are any."""
    first = page.deliveries[0].pk if page.deliveries else None
    last = page.deliveries[-1].pk if page.deliveries else None
    return {
        "here": address(query),
        "newer": address(query, newer=first) if page.has_newer and first else "",
        "older": address(query, older=last) if page.has_older and last else "",
        "further": address(query, older=page.looked_back_to) if page.looked_back_to else "",
        "everybody": address(query, customer=None),
    }


def address(query: Query, **others: Any) -> str:
    """The log's address line with what the query asks for; what is None is left out."""
    wanted: dict[str, Any] = {
        "q": query.typed or None,
        "event": query.events,
        "channel": query.channels,
        "state": query.states,
        "customer": query.customer,
        "per": query.per if query.per != ROWS_PER_PAGE[0] else None,
    }
    pairs = {name: value for name, value in (wanted | others).items() if value not in (None, ())}
    path = reverse("notifications:log")
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path


def count_in_words(count: int | None) -> str:
    """861, or 1,000+; nothing where only a walk through all of them would tell."""
    if count is None:
        return ""
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
