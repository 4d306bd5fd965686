"""What every template may use."""

from django.http import HttpRequest


def business(request: HttpRequest) -> dict[str, object]:
    """The business that the page speaks for, and the appearance that its reader chose."""
    theme = request.COOKIES.get("bookkinda_theme", "")
    return {
        "business": getattr(request, "business", None),
        "theme": theme if theme in {"light", "dark"} else "",
    }
