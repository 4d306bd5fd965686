"""How far the worker is with a run, in numbers and in words."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.importing.steps import Progress
from customers.list_parts import number
from customers.values import read_number

MINUTE = 60
HOUR = 3600


def context_of(
    request: HttpRequest, progress: Progress, *, heading: str, here: str
) -> dict[str, Any]:
    """What the card of progress needs; `said` is the quarter that a screen reader heard last."""
    percent = min(100, progress.done * 100 // max(1, progress.total))
    return {
        "progress": {
            "done": progress.done,
            "total": progress.total,
            "percent": percent,
            "quarter": percent // 25 * 25,
            "waiting": progress.stage == "waiting",
            "stage": progress.stage,
            "words": ", ".join(in_words(progress)),
        },
        "said": read_number(request.GET.get("said", "")) or 0,
        "heading": heading,
        "here": here,
    }


def in_words(progress: Progress) -> list[str]:
    """Speed and time left, as far as they are known."""
    words = []
    if progress.rows_per_second >= 1 and progress.stage != "pictures":
        speed = round(progress.rows_per_second)
        text = ngettext("%(n)s row a second", "%(n)s rows a second", speed)
        words.append(text % {"n": number(speed)})
    if progress.seconds_left is not None and progress.done:
        words.append(time_left(progress.seconds_left))
    return words


def time_left(seconds: int) -> str:
    """About how long it still takes: nobody needs the seconds of an hour."""
    if seconds < MINUTE:
        text = ngettext("about %(n)s second left", "about %(n)s seconds left", max(1, seconds))
        return text % {"n": max(1, seconds)}
    if seconds < HOUR:
        minutes = round(seconds / MINUTE)
        text = ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes)
        return text % {"n": minutes}
    hours = round(seconds / HOUR, 1)
    return _("about %(n)s hours left") % {"n": f"{hours:g}"}
