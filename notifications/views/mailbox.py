"""The local mailbox, on machines for trying: production has no such pages."""

from typing import Any

from csp.decorators import csp, csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from customers.values import read_number
from notifications.channel_setup import ICONS
from notifications.channels import mailbox
from notifications.channels.mailbox import Kept
from notifications.models import ChannelCode

PER_PAGE = 50
# A mail as mail programs show it: its own colours and pictures, no script, nothing from elsewhere.
LETTER = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"],
}


class MailboxPage(StaffRequired, View):
    """For who may change the settings, and only where there is a mailbox."""

    permission_required = roles.SETTINGS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.has_permission() and not mailbox.is_there():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Mailbox(MailboxPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        number = max(read_number(request.GET.get("page", "")) or 1, 1)
        start = PER_PAGE * (number - 1)
        found = list(mailbox.newest(start, PER_PAGE + 1))
        context = {
            "kept": [(message, icon_of(message)) for message in found[:PER_PAGE]],
            "newer": number - 1,
            "older": number + 1 if len(found) > PER_PAGE else 0,
        }
        return render(request, "notifications/mailbox.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Empties it."""
        mailbox.forget_all()
        messages.success(request, _("The mailbox is empty."))
        return redirect("notifications:mailbox")


@method_decorator(csp_update({"frame-src": ["'self'"]}), name="dispatch")
class KeptMessage(MailboxPage):
    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        message = kept_or_404(name)
        context = {"message": message, "label": ChannelCode(message.channel).label}
        return render(request, "notifications/mailbox_message.html", context)


@method_decorator([xframe_options_sameorigin, csp(LETTER)], name="dispatch")
class KeptLetter(MailboxPage):
    """The HTML part alone; its links open beside it."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        return HttpResponse(f'<base target="_blank">{kept_or_404(name).html}')


def kept_or_404(name: str) -> Kept:
    message = mailbox.read(name)
    if message is None:
        raise Http404
    return message


def icon_of(message: Kept) -> str:
    return ICONS[ChannelCode(message.channel)]
