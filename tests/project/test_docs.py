"""What the documentation names has to be there."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.project.test_tree import FILES

ROOT = Path(__file__).resolve().parents[2]
PAGES = [name for name in FILES if name.endswith(".md")]
APPS = ("bookkinda", "accounts", "customers", "notifications", "portal")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_between_pages_leads_somewhere(name):
    links = re.findall(r"\]\((?!\w+:|#)([^)#]+)", read(name))

    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []


def test_every_decision_is_in_the_index():
    index = read("docs/decisions/README.md")
    decisions = [path.name for path in (ROOT / "docs/decisions").glob("0*.md")]

    assert [name for name in decisions if f"({name})" not in index] == []


def test_every_environment_variable_is_explained():
    code = "".join(read(name) for name in FILES if name.startswith(APPS) and name.endswith(".py"))
    variables = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', code))
    explained = read("docs/running/settings.md")

    assert "DATABASE_URL" in variables
    assert [name for name in sorted(variables) if f"`{name}" not in explained] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_is_named_exists(name):
    named = set(re.findall(r"\bmanage\.py ([a-z_]+)", read(name)))

    assert named - set(get_commands()) - {"help"} == set()


def test_every_command_of_ours_is_explained():
    explained = read("docs/running/commands.md")
    ours = [command for command, app in get_commands().items() if app in APPS]

    assert [command for command in sorted(ours) if f"`{command}" not in explained] == []
