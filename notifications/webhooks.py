"""Where providers report: what became of a message, and who answered STOP.

Nobody signs in here and no form has a token: each request proves by a signature or a shared secret
whose it is, before anything in it is read.
"""

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

from anymail import urls as anymail_urls
from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.signals import EventType, RejectReason
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from twilio.request_validator import RequestValidator

from bookkinda.preferences import Preferences
from notifications import reports
from notifications.channels.email import provider_name
from notifications.channels.twilio import PROVIDER, STOPPED
from notifications.models import ChannelCode, Delivery, OptOut
from notifications.reports import Report

State = Delivery.State
# The words that Twilio itself obeys; it answers them, so we do not.
STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START_WORDS = {"START", "YES", "UNSTOP"}
TWILIO_STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.OPENED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
}
MAIL_STATES = {
    EventType.DELIVERED: State.DELIVERED,
    EventType.OPENED: State.OPENED,
    EventType.CLICKED: State.OPENED,
    EventType.BOUNCED: State.BOUNCED,
    EventType.REJECTED: State.FAILED,
    EventType.FAILED: State.FAILED,
    EventType.COMPLAINED: State.DELIVERED,
    EventType.UNSUBSCRIBED: State.DELIVERED,
}
MAIL_CODES = {
    EventType.BOUNCED: "mail-bounced",
    EventType.REJECTED: "mail-rejected",
    EventType.FAILED: "mail-failed",
}
UNWANTED = {RejectReason.SPAM, RejectReason.BLOCKED}
MAIL_OPT_OUTS = {
    EventType.COMPLAINED: OptOut.Reason.PROVIDER,
    EventType.UNSUBSCRIBED: OptOut.Reason.PROVIDER,
}

log = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def twilio_status(request: HttpRequest) -> HttpResponse:
    """What became of an SMS or a WhatsApp message."""
    if not is_from_twilio(request):
        return HttpResponseForbidden()
    form = request.POST
    state = TWILIO_STATES.get(form.get("MessageStatus", ""))
    if state:
        number = form.get("ErrorCode", "")
        code = f"twilio-{number}" if state == State.FAILED and number.isdecimal() else ""
        stopped = OptOut.Reason.STOP if code == f"twilio-{STOPPED}" else ""
        reports.take_or_look_again(
            Report(PROVIDER, form.get("MessageSid", ""), as_wanted(state), code, stopped)
        )
    return HttpResponse(status=204)


@csrf_exempt
@login_not_required
@require_POST
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    """What people answer. Only STOP and START mean something to us."""
    if not is_from_twilio(request):
        return HttpResponseForbidden()
    form = request.POST
    sender = form.get("From", "")
    is_whatsapp = sender.startswith("whatsapp:")
    channel = ChannelCode.WHATSAPP if is_whatsapp else ChannelCode.SMS
    word = (form.get("OptOutType") or form.get("Body", "")).strip().upper()
    if is_ours(channel, form):
        number = sender.removeprefix("whatsapp:")
        if word in STOP_WORDS:
            reports.stop_sending(channel, number)
        elif word in START_WORDS:
            reports.send_again(channel, number)
    return HttpResponse("<Response/>", content_type="text/xml")


def is_from_twilio(request: HttpRequest) -> bool:
    """By the signature over the form and the address that Twilio called: the public one, however
    many proxies there are between."""
    if not settings.TWILIO_AUTH_TOKEN:
        return False
    address = f"{settings.PUBLIC_BASE_URL}{request.get_full_path()}"
    signature = request.headers.get("X-Twilio-Signature", "")
    return bool(
        RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(address, request.POST, signature)
    )


def is_ours(channel: ChannelCode, form: Any) -> bool:
    """Whether they wrote to our sender; others may share the account."""
    is_sms = channel == ChannelCode.SMS
    sender = settings.TWILIO_SMS_FROM if is_sms else settings.TWILIO_WHATSAPP_FROM
    to = form.get("To", "").removeprefix("whatsapp:")
    return bool(sender) and sender in {to, form.get("MessagingServiceSid", "")}


def as_wanted(state: Delivery.State) -> Delivery.State:
    """Who reads what is the owner's choice to know; without it a read message has arrived."""
    if state == State.OPENED and not Preferences.load().track_opens:
        return State.DELIVERED
    return state


@csrf_exempt
@login_not_required
@require_http_methods(["POST", "HEAD"])
def mail_report(request: HttpRequest) -> HttpResponse:
    """What became of mails, from the provider of EMAIL_BACKEND and from nobody else."""
    kind = tracking_view(provider_name())
    if kind is None or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    if request.method == "HEAD":  # some providers look first whether there is anybody
        return HttpResponse()
    try:
        view = kind()
        view.run_validators(request)
    except AnymailWebhookValidationFailure:
        return HttpResponseForbidden()
    except AnymailConfigurationError as error:  # names the setting that is missing
        log.error("A report of mails can't be checked: %s", error)
        return HttpResponse(status=503)
    try:
        events = list(of_mails(view.parse_events(request)))
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return HttpResponse(status=400)
    for report, is_surely_ours in events:
        if is_surely_ours:
            reports.take_or_look_again(report)
        else:
            reports.take(report)
    return HttpResponse()


@cache
def tracking_view(provider: str) -> Any:
    """django-anymail's class that reads the reports of this provider, or None."""
    names = {f"{provider}_tracking_webhook", f"{provider}_webhook"}
    for pattern in anymail_urls.urlpatterns:
        if pattern.name in names:
            return pattern.callback.view_class
    return None


def of_mails(events: Any) -> Iterator[tuple[Report, bool]]:
    """The events that say something, and whether the mail bears our mark."""
    for event in events:
        state = MAIL_STATES.get(event.event_type)
        if state:
            code = MAIL_CODES.get(event.event_type, "")
            if code == "mail-bounced" and event.reject_reason in UNWANTED:
                code = "mail-blocked"
            report = Report(
                provider_name(),
                str(event.message_id or ""),
                as_wanted(state),
                code,
                MAIL_OPT_OUTS.get(event.event_type, ""),
            )
            yield report, "bookkinda" in (event.metadata or {})
