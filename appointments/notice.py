"""Until when customers may cancel and reschedule by themselves. Staff never ask.

Hours are counted as they pass, whatever the clocks do in between. A service has its own rules or,
where they are blank, the business's.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import Appointment, Service
from appointments.words import moment
from bookkinda.preferences import Preferences


class Notice(NamedTuple):
    """Hours before the beginning; 0: until it begins."""

    cancel_hours: int
    reschedule_hours: int


class Answer(NamedTuple):
    """Whether it may be done, a sentence that says so to the customer, and until when it may."""

    ok: bool
    sentence: str
    until: datetime


def rules_of(service: Service, business: Preferences) -> Notice:
    """The notice that this service asks for."""
    cancel, reschedule = service.cancel_notice, service.reschedule_notice
    return Notice(
        business.cancel_notice if cancel is None else cancel,
        business.reschedule_notice if reschedule is None else reschedule,
    )


def before_booking(service: Service, business: Preferences) -> str:
    """The rules in one sentence, for somebody who is about to book."""
    rules = rules_of(service, business)
    words = {
        "cancel": in_words(rules.cancel_hours),
        "reschedule": in_words(rules.reschedule_hours),
    }
    if rules == (0, 0):
        return _("You can cancel or reschedule at any time before it begins.")
    if rules.cancel_hours == rules.reschedule_hours:
        return _("You can cancel or reschedule up to %(cancel)s before it begins.") % words
    if rules.cancel_hours == 0:
        return (
            _(
                "You can cancel at any time before it begins, and reschedule up to %(reschedule)s "
                "before."
            )
            % words
        )
    if rules.reschedule_hours == 0:
        return (
            _(
                "You can cancel up to %(cancel)s before it begins, and reschedule at any time "
                "before."
            )
            % words
        )
    return (
        _(
            "You can cancel up to %(cancel)s before it begins, and reschedule up to "
            "%(reschedule)s before."
        )
        % words
    )


def may_cancel(
    appointment: Appointment, now: datetime | None = None, business: Preferences | None = None
) -> Answer:
    """Whether its customer may cancel it now."""
    now, business = now or timezone.now(), business or Preferences.load()
    hours = rules_of(appointment.service, business).cancel_hours
    until = appointment.start - timedelta(hours=hours)
    if refusal := not_open(appointment, now):
        return refused(refusal, until)
    if now <= until:
        return allowed(
            _("You can cancel until %(when)s.") % {"when": moment(until, business.zone)}, until
        )
    sentence = _("It can be cancelled up to %(hours)s before it begins, which was %(when)s.")
    return refused(too_late(sentence, hours, until, business), until)


def may_reschedule(
    appointment: Appointment, now: datetime | None = None, business: Preferences | None = None
) -> Answer:
    """Whether its customer may move it now."""
    now, business = now or timezone.now(), business or Preferences.load()
    service = appointment.service
    hours = rules_of(service, business).reschedule_hours
    until = appointment.start - timedelta(hours=hours)
    if refusal := not_open(appointment, now):
        return refused(refusal, until)
    if service.archived_at or not service.is_online:
        return refused(please_call(_("It can't be moved here."), business), until)
    if now <= until:
        return allowed(
            _("You can reschedule until %(when)s.") % {"when": moment(until, business.zone)}, until
        )
    sentence = _("It can be moved up to %(hours)s before it begins, which was %(when)s.")
    return refused(too_late(sentence, hours, until, business), until)


def of_both(move: Answer, cancel: Answer, now: datetime, business: Preferences) -> list[str]:
    """What the two answers say about one appointment, in one sentence where it is the same."""
    if move.until != cancel.until or move.ok != cancel.ok:
        return [move.sentence, cancel.sentence]
    until = {"when": moment(move.until, business.zone)}
    if move.ok:
        return [_("You can reschedule or cancel until %(when)s.") % until]
    if move.until < now:
        sentence = _("It could be rescheduled or cancelled until %(when)s.") % until
        return [please_call(sentence, business)]
    return list(dict.fromkeys([move.sentence, cancel.sentence]))


def allowed(sentence: str, until: datetime) -> Answer:
    return Answer(ok=True, sentence=sentence, until=until)


def refused(sentence: str, until: datetime) -> Answer:
    return Answer(ok=False, sentence=sentence, until=until)


def not_open(appointment: Appointment, now: datetime) -> str:
    """Why nothing can be done to it at all; "" where something can."""
    if appointment.status == Appointment.Status.CANCELLED:
        return _("This appointment is cancelled.")
    if not appointment.is_open or appointment.start <= now:
        return _("This appointment has begun or is over.")
    return ""


def too_late(sentence: str, hours: int, until: datetime, business: Preferences) -> str:
    return please_call(
        sentence % {"hours": in_words(hours), "when": moment(until, business.zone)}, business
    )


def please_call(sentence: str, business: Preferences) -> str:
    """The sentence, and whom to ask instead."""
    if business.phone:
        ask = _("Please call us: %(phone)s") % {"phone": business.phone}
    else:
        ask = _("Please contact us.")
    return f"{sentence} {ask}"


def in_words(hours: int) -> str:
    """24 hours; 2 days; 36 hours."""
    if hours > 24 and hours % 24 == 0:
        days = hours // 24
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
