"""Icons, drawn once: the package draws each anew, and a page has dozens."""

from functools import lru_cache
from typing import Any

from django import template
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=500)
def lucide(name: str, **attributes: str) -> str:
    """The icon of this name as inline SVG, decorative, with the attributes given."""
    wanted: dict[str, Any] = attributes
    icon: str = draw(name, **wanted)
    return icon
