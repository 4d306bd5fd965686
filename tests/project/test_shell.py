"""The pages around every page: errors, layouts, components, what the browser is sent."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import bootstrap_wrapper
import pytest
from django import forms
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from bookkinda.charts import Column, draw
from bookkinda.preferences import Preferences
from bookkinda.templatetags.look import initials, tone, undoes


@dataclass
class Said:
    """What a template sees of a message."""

    text: str
    level_tag: str = "success"
    extra_tags: str = ""

    def __str__(self) -> str:
        return self.text


HOSTILE = '"><script>alert(1)</script>'
ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = Path(bootstrap_wrapper.__file__).parent.parent / "bootstrap"
COMPONENTS = {
    "avatar": {"name": HOSTILE, "url": HOSTILE},
    "badge": {"label": HOSTILE, "tone": HOSTILE, "icon": "users"},
    "brand": {"business": Preferences(business_name=HOSTILE), "url": HOSTILE},
    "columns": {
        "chart": draw([Column(HOSTILE, 3, 1), Column(HOSTILE, 0)]),
        "id": "week",
        "title": HOSTILE,
        "summary": HOSTILE,
    },
    "empty": {
        "icon": "users",
        "title": HOSTILE,
        "text": HOSTILE,
        "url": HOSTILE,
        "action": HOSTILE,
    },
    "form_bar": {"cancel_url": HOSTILE, "save": HOSTILE},
    "page_head": {"title": HOSTILE, "back_url": HOSTILE, "back": HOSTILE, "text": HOSTILE},
    "public_head": {"title": HOSTILE, "text": HOSTILE},
    "tag": {"tag": SimpleNamespace(name=HOSTILE, tone=HOSTILE)},
    "toast": {"message": Said(HOSTILE, "error", HOSTILE)},
    "toasts": {"messages": [Said(HOSTILE)]},
}


class HostileForm(forms.Form):
    name = forms.CharField(label=HOSTILE, help_text=HOSTILE)
    email = forms.EmailField(label=HOSTILE)
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), required=False
    )
    kind = forms.ChoiceField(choices=[(HOSTILE, HOSTILE)], widget=forms.RadioSelect, required=False)
    agreed = forms.BooleanField(label=HOSTILE, required=False)
    picture = forms.FileField(label=HOSTILE, required=False)

    def clean(self) -> None:
        raise forms.ValidationError(HOSTILE)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_shows_hostile_text_as_text(component, rf: RequestFactory):
    html = render_to_string(
        f"components/{component}.html", COMPONENTS[component], request=rf.get("/")
    )

    assert "alert(1)" in html
    assert "<script" not in html
    assert not re.search(r'="[^"]*"[^\s/>]', html)


def test_a_form_shows_hostile_text_as_text_and_ties_errors_to_fields():
    form = HostileForm({"name": "", "email": HOSTILE, "kind": HOSTILE})
    html = "".join(field.as_field_group() for field in form) + render_to_string(
        "components/error_summary.html", {"form": form}
    )

    assert "<script" not in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'href="#id_email"' in html
    assert "3 things need your attention" in html


def test_a_form_field_carries_the_classes_of_the_style_sheet():
    html = str(HostileForm()["name"])

    assert 'class="form-control"' in html
    assert 'class="form-check-input"' in str(HostileForm()["agreed"])
    assert 'class="form-control is-invalid"' in str(HostileForm({})["name"])


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_an_error_page_needs_neither_a_database_nor_a_request(name):
    html = render_to_string(f"{name}.html")

    assert f"Error {name[:3]}" in html
    assert "bk-empty" in html


@pytest.mark.django_db
def test_an_unknown_address_is_answered_with_our_page(client, owner):
    client.force_login(owner)

    response = client.get("/nothing-here/")

    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()


@pytest.mark.django_db
def test_a_form_that_was_open_for_too_long_is_answered_with_our_page():
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"login": "ada@example.org"})

    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()


@pytest.mark.parametrize(
    "component", sorted((ROOT / "templates/components").glob("*.html")), ids=lambda path: path.stem
)
def test_a_component_says_in_its_first_line_what_it_needs(component):
    first = component.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith("{# ")
    assert "Needs" in first


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        (
            "css/bootstrap.min.css",
            "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede",
        ),
        (
            "js/bootstrap.bundle.min.js",
            "e4fd49181388c48ec5040bd3fe66f57c29c8e67fcd8502b3354b96ec7ab47cc7",
        ),
    ],
)
def test_bootstrap_is_the_release_that_we_looked_at(name, digest):
    assert hashlib.sha256((BOOTSTRAP / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "AL"),
        ("Ada King Lovelace", "AL"),
        ("  şule ", "Ş"),
        ("(Ana) O'Neill", "AO"),
        ("owner@example.org", "O"),
        ("🙂 🙂", ""),
        ("", ""),
    ],
)
def test_initials_are_the_first_letters_of_first_and_last_word(name, expected):
    assert initials(name) == expected


def test_the_tone_of_a_name_never_changes():
    assert tone("Ada Lovelace") == tone("Ada Lovelace") == "red"
    assert len({tone(f"Person {n}") for n in range(60)}) == 6


@pytest.mark.parametrize(
    ("tags", "expected"), [("undo:7", 7), ("big undo:12", 12), ("undo:x", None), ("", None)]
)
def test_a_message_knows_which_change_it_undoes(tags, expected):
    assert undoes(tags) == expected


def test_everything_that_pages_link_to_is_collected_with_a_hash(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "bookkinda.static_files.Storage"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)
    html = render_to_string("layouts/backoffice.html")

    linked = re.findall(r'(?:href|src)="/static/([^"]+)"', html)
    assert len(linked) > 10
    assert all(re.search(r"\.[0-9a-f]{12}\.", name) for name in linked)
    assert all((tmp_path / name).exists() for name in linked)


def test_every_class_of_ours_in_a_template_stands_in_a_style_sheet():
    styled = {
        name
        for sheet in (ROOT / "static/css").glob("*.css")
        for name in re.findall(r"\.((?:bk|c)-[a-z-]+)", sheet.read_text(encoding="utf-8"))
    }
    hooks = {"bk-scope"}  # only scripts look for it
    used = {
        (name, template.relative_to(ROOT).as_posix())
        for template in (ROOT / "templates").rglob("*.html")
        for value in re.findall(r'class="([^"]*)"', template.read_text(encoding="utf-8"))
        for name in re.findall(r"(?<![\w-])((?:bk|c)-[a-z-]+)(?![\w{-])", value)
    }

    assert {(name, where) for name, where in used if name not in styled | hooks} == set()
