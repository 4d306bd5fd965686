"""The pages of customers, for the tests: addresses, what is read on a page, what its form sends."""

import re
from typing import Any

from django.urls import reverse

NASTY = '<script>alert("x")</script>\' onmouseover=alert(1) {{ 7|add:7 }}'


def at(name: str, *args: object) -> str:
    return reverse(f"customers:{name}", args=args)


def fields_of(page: Any) -> dict[str, Any]:
    """What a browser would send back of the form on the page."""
    form = page.context["form"]
    sent = {}
    for field in form:
        value = field.value()
        if field.name == "photo" or value in (None, "", False):
            continue
        sent[field.html_name] = value
    return sent


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
