"""The login of a customer as it is shown: its state as a badge, its username."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from customers.models import Access

LOOKS = {
    Access.NONE: ("gray", ""),
    Access.REVOKED: ("red", "ban"),
    Access.EXPIRED: ("red", "clock-alert"),
    Access.INVITED: ("amber", "send"),
    Access.ACTIVE: ("green", "circle-check"),
}

register = template.Library()


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail address that breaks behind its @ where it is too long for a line."""
    local, at, domain = address.partition("@")
    return format_html("{}{}<wbr>{}", local, at, domain)


@register.inclusion_tag("components/badge.html")
def access_badge(access: int) -> dict[str, str]:
    """The badge of a state."""
    state = Access(access)
    tone, icon = LOOKS[state]
    return {"label": str(state.label), "tone": tone, "icon": icon}
