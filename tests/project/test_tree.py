"""What may not stand in any file of the project."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
THIS_FILE = Path(__file__).relative_to(ROOT).as_posix()

TRUSTS_ITS_INPUT = re.compile(r"\|\s*safe\b|\bmark_safe\b|\bcsrf_exempt\b|autoescape\s+off")
# Providers have no token of a form: they prove by a signature whose the request is.
SIGNED = "notifications/webhooks.py:"
# Framed in other websites it gets no cookie: its forms carry a signed note in place of one.
FRAMED = "appointments/views/booking/page.py:"
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")[^>]*>"
    r"|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']",
    re.IGNORECASE,
)
FOREIGN_ADDRESS = re.compile(
    r"\bpypi\.|pythonhosted|npmjs\.|debian\.org|jsdelivr|unpkg|cdnjs|googleapis|gstatic"
)
PATH_OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:root|home|Users|work)/\w+")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplementedError|coming soon")
LETTER = "templates/notifications/mail/letter.html:"
THIRD_PARTY = re.compile(r"(?:^|/)(?:node_modules|vendor)/|\.min\.(?:js|css)$|\.(?:woff2?|ttf)$")


def tracked_files() -> list[str]:
    """Every file of the project, also new ones that Git would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


FILES = tracked_files()


def lines_with(pattern: re.Pattern[str], *endings: str) -> list[str]:
    """Where the pattern occurs in files of these endings; in any text file when none is given."""
    found = []
    for name in FILES:
        if name == THIS_FILE or (endings and not name.endswith(endings)):
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines = enumerate(text.splitlines(), start=1)
        found += [
            f"{name}:{number}: {line.strip()}" for number, line in lines if pattern.search(line)
        ]
    return found


def test_nothing_is_called_safe_and_no_form_is_left_unprotected():
    found = lines_with(TRUSTS_ITS_INPUT, ".py", ".html")

    known = [line for line in found if line.startswith((SIGNED, FRAMED)) and "csrf_exempt" in line]
    assert found == known


def test_no_template_holds_a_script_or_a_style():
    """But for the letter to customers: mail programs know no style sheets, and no page shows it."""
    found = lines_with(INLINE, ".html")

    assert [line for line in found if not line.startswith(LETTER)] == []
    assert not [line for line in found if "<script" in line]


@pytest.mark.parametrize(
    "line",
    [
        "<script>go()</script>",
        '<p style="color: red">',
        "<style>p {}</style>",
        '<a onclick="go()">',
    ],
)
def test_an_inline_script_or_style_would_be_found(line):
    assert INLINE.search(line)


@pytest.mark.parametrize(
    "line",
    ['<script src="/static/js/app.js" defer></script>', '<link rel="stylesheet" href="x.css">'],
)
def test_a_linked_script_or_style_is_fine(line):
    assert not INLINE.search(line)


def test_no_file_names_a_package_index_or_a_foreign_host():
    assert lines_with(FOREIGN_ADDRESS) == []


def test_no_file_names_a_path_of_somebodys_machine():
    assert lines_with(PATH_OF_A_MACHINE) == []


def test_nothing_is_marked_as_unfinished():
    assert lines_with(UNFINISHED, ".py", ".html", ".js", ".css") == []


def test_files_of_others_come_from_packages_and_not_from_the_tree():
    assert [name for name in FILES if THIRD_PARTY.search(name)] == []
