"""Somebody who opens every page there is, and sends every form found there with more than it has.

The addresses are those of the permission table, so a page that is new is attacked from its first
day on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.models import User
from tests.project.test_permission_table import PAGES, address

# What a browser would not let somebody send empty.
TYPED = {
    "email": "somebody@example.org",
    "number": "1",
    "date": "2001-02-03",
    "tel": "+442079460000",
}
# Answered before anybody is asked who they are: there is nothing but a word to be had.
MONITORS = re.compile(r"/(health|healthz|readyz)/?$")
UNSENT = {"file", "image", "reset", "button"}


@dataclass
class Form:
    """A form as it stands on a page: where it goes, and what a browser would send of it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[dict[str, str]] = field(default_factory=list)

    def variants(self) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
        """Address, method and values for each button that sends the form."""
        for button in self.buttons or [{}]:
            values: dict[str, list[str]] = {}
            for name, value in self.fields:
                values.setdefault(name, []).append(value)
            if button.get("name"):
                values.setdefault(button["name"], []).append(button.get("value", ""))
            method = button.get("formmethod", self.method).lower()
            yield button.get("formaction") or self.action, method, values


class Page(HTMLParser):
    """The forms of a page. A control may stand outside of its form and name it by `form`."""

    def __init__(self, html: str, at: str) -> None:
        super().__init__()
        self.at = at
        self.open: Form | None = None
        self.text: dict[str, str] | None = None
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.strays: list[tuple[str, str, dict[str, str]]] = []
        self.select: dict[str, str] = {}
        self.options: list[tuple[str, bool]] = []
        self.feed(html)
        for owner, tag, at_ in self.strays:
            if owner in self.by_id:
                self.take(self.by_id[owner], tag, at_)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(found.get("action") or self.at, found.get("method", "get"))
            self.forms.append(self.open)
            self.by_id[found.get("id", "")] = self.open
        elif tag == "select":
            self.select, self.options = found, []
        elif tag == "option" and self.select:
            self.options.append((found.get("value", ""), "selected" in found))
        elif tag == "textarea":
            self.text = found
        elif tag in {"input", "button"}:
            self.control(tag, found)

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text["value"] = self.text.get("value", "") + data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea" and self.text is not None:
            self.control("input", {**self.text, "type": "text"})
            self.text = None
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected]
            value = chosen[0] if chosen else next((value for value, _ in self.options), "")
            self.control("input", {**self.select, "value": value})
            self.select = {}

    def control(self, tag: str, found: dict[str, str]) -> None:
        if "form" in found:
            self.strays.append((found["form"], tag, found))
        elif self.open:
            self.take(self.open, tag, found)

    def take(self, form: Form, tag: str, found: dict[str, str]) -> None:
        kind = found.get("type", "submit" if tag == "button" else "text")
        if kind == "submit":
            form.buttons.append(found)
        elif found.get("name") and kind not in UNSENT and self.is_chosen(kind, found):
            value = found.get("value", "on" if kind in {"checkbox", "radio"} else "")
            if not value and "required" in found:
                value = TYPED.get(kind, "Ada")
            form.fields.append((found["name"], value))

    @staticmethod
    def is_chosen(kind: str, found: dict[str, str]) -> bool:
        return kind not in {"checkbox", "radio"} or "checked" in found


def pages(*, below: str = "/") -> Iterator[tuple[str, str]]:
    """Name and address of each page below a folder; what stands in an address is made for it."""
    for name in PAGES:
        path = address(name)
        if path.startswith(below) and not MONITORS.match(path):
            yield name, path


def browser_of(user: User | None, **options: Any) -> Client:
    client = Client(**options)
    if user:
        client.force_login(user)
    return client


class Person:
    """A browser in which somebody signs in again when a form that was sent ended the session."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.browser = browser_of(user)

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self.signed_in().get(path, query)

    def post(self, path: str, form: dict[str, Any]) -> Any:
        return self.signed_in().post(path, form)

    def signed_in(self) -> Client:
        if self.user and SESSION_KEY not in self.browser.session:
            self.browser = browser_of(self.user)
        return self.browser


def forms_for(user: User | None, *, below: str = "/") -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Where each form that the person is shown goes, and what it holds; each one once."""
    seen = set()
    browser = browser_of(user)
    for _name, path in pages(below=below):
        answer = browser.get(path)
        if answer.status_code != 200 or "text/html" not in answer.get("Content-Type", ""):
            continue
        for form in Page(answer.content.decode(), path).forms:
            for action, method, values in form.variants():
                target = urljoin(path, urlsplit(action).path or path)
                known = (re.sub(r"\d+", "0", target), *sorted(values))
                if method == "post" and known not in seen:
                    seen.add(known)
                    yield target, values


def send_everything(
    user: User | None, more: dict[str, Any], *, below: str = "/"
) -> list[tuple[str, int]]:
    """Sends every form the person is shown, and a bare one to every address, each with `more`
    besides what it has. What was answered where."""
    person = Person(user)
    answers = []
    for target, values in list(forms_for(user, below=below)):
        answers.append((target, person.post(target, {**more, **values}).status_code))
    for _name, path in pages(below=below):
        answers.append((path, person.post(path, more).status_code))
    return answers


def crashed(answers: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(path, status) for path, status in answers if status >= 500]
