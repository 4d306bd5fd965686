"""The settings page "Channels": how each is set up, how it is doing, and a test to oneself."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired, signed_in
from bookkinda.preferences import Preferences
from notifications.channel_setup import is_kept, setups
from notifications.channels.base import SendingFailed
from notifications.channels.codes import sentence
from notifications.forms.channels import TEST_FORMS, OpensForm
from notifications.models import ChannelCode
from notifications.trying import MOST_AN_HOUR, TooManyTests, send_test

PAGE = "notifications:channels"


class Channels(StaffRequired, View):
    permission_required = roles.SETTINGS

    def get(self, request: HttpRequest) -> HttpResponse:
        return page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Whether opened mails are counted."""
        form = OpensForm(request.POST, instance=Preferences.load())
        form.save()
        messages.success(request, _("The settings are saved."))
        return redirect(PAGE)


class TestChannel(StaffRequired, View):
    """Sends one message now and says what came of it."""

    permission_required = roles.SETTINGS

    def post(self, request: HttpRequest, channel: str) -> HttpResponse:
        code = channel_named(channel)
        form = TEST_FORMS[code](request.POST)
        if not form.is_valid():
            return page(request, code, form)
        try:
            self.send(code, form.cleaned_data)
        except TooManyTests:
            text = _("%(count)s tests an hour are enough. Try again later.")
            messages.error(request, text % {"count": MOST_AN_HOUR})
        except SendingFailed as failure:
            text = _("The test by %(channel)s did not go: %(reason)s")
            words = {"channel": code.label, "reason": sentence(failure.code)}
            messages.error(request, text % words)
        else:
            messages.success(request, what_happened(code))
        return redirect(PAGE)

    def send(self, code: ChannelCode, values: dict[str, Any]) -> None:
        user = signed_in(self.request)
        send_test(
            code,
            values.get("phone", user.email),
            by=user,
            content_sid=values.get("content_sid", ""),
            variables=values.get("values", ()),
        )


def channel_named(name: str) -> ChannelCode:
    if name not in ChannelCode.values:
        raise Http404
    return ChannelCode(name)


def what_happened(code: ChannelCode) -> str:
    if is_kept(code):
        return _("The test is kept in the mailbox.")
    return _("The test by %(channel)s is on its way.") % {"channel": code.label}


def page(
    request: HttpRequest, tested: ChannelCode | None = None, form: Form | None = None
) -> HttpResponse:
    """The page; with the form of a test that has to be mended."""
    forms = {code: kind() for code, kind in TEST_FORMS.items()}
    if tested and form:
        forms[tested] = form
    context = {
        "channels": [(setup, forms[setup.code]) for setup in setups()],
        "opens": OpensForm(instance=Preferences.load()),
        "wrong": tested,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if tested else HTTPStatus.OK
    return render(request, "notifications/channels.html", context, status=status)
