"""Whether a customer may use the Customer Panel, as a badge: a word, and mostly an icon."""

from django import template

from customers.models import Access

LOOKS = {
    Access.NONE: ("gray", ""),
    Access.REVOKED: ("red", "ban"),
    Access.EXPIRED: ("red", "clock-alert"),
    Access.INVITED: ("amber", "send"),
    Access.ACTIVE: ("green", "circle-check"),
}

register = template.Library()


@register.inclusion_tag("components/badge.html")
def access_badge(access: int) -> dict[str, str]:
    """The badge of a state."""
    state = Access(access)
    tone, icon = LOOKS[state]
    return {"label": str(state.label), "tone": tone, "icon": icon}
