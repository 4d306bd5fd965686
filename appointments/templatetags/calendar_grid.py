"""Places on the calendar's grid as classes: the content security policy allows no inline style."""

from datetime import datetime

from django import template

from appointments.lanes import STEP, Place

register = template.Library()


@register.filter
def grid_classes(place: Place) -> str:
    """ "at-9 min-30 for-1 and-15 lane-0 of-2": 75 minutes from 9:30 on, the first of two lanes.

    static/css/calendar.css says what they mean; what is 0 is left out, and a lane of one, too.
    """
    hours, minutes = divmod(place.start, 60)
    long, more = divmod(place.length, 60)
    names = [f"at-{hours}"]
    names += [f"{name}-{number}" for name, number in (("min", minutes), ("for", long)) if number]
    names += [f"and-{more}"] if more else []
    if place.lanes > 1:
        names += [f"lane-{place.lane}", f"of-{place.lanes}"]
    if place.width > 1:
        names.append(f"wide-{place.width}")
    return " ".join(names)


@register.filter
def now_classes(moment: datetime) -> str:
    """Where the line of this moment stands, on the grid."""
    return f"at-{moment.hour} min-{moment.minute // STEP * STEP}"
