"""Is everything being sent?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from accounts import roles
from accounts.access import StaffRequired
from notifications import health, sending
from notifications.channel_setup import is_kept
from notifications.channels.codes import sentence
from notifications.health import ChannelHealth
from notifications.log import COUNTED
from notifications.models import ChannelCode
from notifications.views.told import DeliveryTold

PERIODIC = {
    "notifications.look-after": gettext_lazy("Try stopped channels"),
    "notifications.expire-access": gettext_lazy("See whose one-time password ran out"),
    "notifications.birthdays": gettext_lazy("Wish happy birthday"),
    "notifications.forget-messages": gettext_lazy("Delete messages of a year ago"),
    "appointments.remind": gettext_lazy("Remind of appointments"),
    "appointments.follow-up": gettext_lazy("Thank for visits"),
    "appointments.remove-expired-holds": gettext_lazy("Free times that were held and not booked"),
    "appointments.refresh-visits": gettext_lazy("Note visits that have begun"),
    "customers.clear-aside": gettext_lazy("Delete pictures of forms that were left"),
    "customers.forget-exports": gettext_lazy("Delete export files of yesterday"),
    "customers.forget-staged-rows": gettext_lazy("Delete uploads and rows of old imports"),
    "customers.forget-email-changes": gettext_lazy(
        "Forget changes of address that nobody confirmed"
    ),
    "customers.close-accounts": gettext_lazy("Close accounts whose days to stay are over"),
    "accounts.forget_ended_sessions": gettext_lazy("Forget sessions that have ended"),
    "accounts.forget_mailed_sign_ins": gettext_lazy("Forget links and codes that ran out"),
    "bookkinda.clean-jobs": gettext_lazy("Delete finished work"),
    "bookkinda.clear-sessions": gettext_lazy("Delete sessions that ran out"),
}


class HealthPage(StaffRequired, View):
    """What keeps messages from going, and where it stands with each channel."""

    permission_required = roles.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        found = health.look()
        context = {
            "health": found,
            "oldest": DeliveryTold.of(found.oldest, set(), {}) if found.oldest else None,
            "waiting": capped(found.waiting),
            "failed_today": capped(found.failed_today),
            "ticks": [(str(PERIODIC.get(tick.name, tick.name)), tick) for tick in found.ticks],
            "channels": [(channel, *told(channel)) for channel in found.channels],
        }
        return render(request, "notifications/health.html", context)


class TryChannel(StaffRequired, View):
    """Somebody mended a channel: what waits for it is tried at once."""

    permission_required = roles.SEND

    def post(self, request: HttpRequest, channel: str) -> HttpResponse:
        if channel not in ChannelCode.values:
            raise Http404
        sending.try_now(channel)
        messages.success(request, _("The oldest message that waits is tried now."))
        from_settings = "settings" in request.POST
        return redirect("notifications:channels" if from_settings else "notifications:health")


def told(channel: ChannelHealth) -> tuple[bool, str, str]:
    """Whether its messages stay on this machine; why it is stopped, and why the last message
    failed, in words."""
    state = channel.state
    return (
        is_kept(ChannelCode(channel.code)),
        sentence(state.stopped_code) if channel.is_stopped else "",
        sentence(state.last_failure_code) if state.last_failure_code else "",
    )


def capped(number: int) -> str:
    return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"
