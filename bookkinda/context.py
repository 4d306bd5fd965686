"""What every template may use."""

from django.http import HttpRequest

from notifications.channels import mailbox
from notifications.health import watch


def business(request: HttpRequest) -> dict[str, object]:
    """The business that the page speaks for, the appearance that its reader chose, what keeps
    messages from being sent (asked only by a template that shows it), and whether this machine has
    a mailbox for what it can't send."""
    theme = request.COOKIES.get("bookkinda_theme", "")
    return {
        "business": getattr(request, "business", None),
        "theme": theme if theme in {"light", "dark"} else "",
        "has_mailbox": mailbox.is_there(),
        "sending_alarm": watch.alarm,
    }
