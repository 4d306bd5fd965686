"""A file tells one story, a function fits a screen, a view only asks and answers."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("bookkinda", "accounts", "customers", "notifications", "portal")
LONGEST_FILE = 400  # most have under 300
LONGEST_FUNCTION = 40
LONGEST_IN_A_VIEW = 30


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(path: Path, tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each function in a module, or in a part of one, with its number of lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{path.relative_to(ROOT)}: {node.name} ({length} lines)", length


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_file_tells_two_stories():
    long = {
        str(path.relative_to(ROOT)): length
        for path in modules(*APPS, "tests")
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_every_function_fits_a_screen():
    long = [
        name
        for path in modules(*APPS)
        for name, length in functions(path, parse(path))
        if length > LONGEST_FUNCTION
    ]

    assert long == []


def test_every_view_is_short():
    long = [
        name
        for path in modules(*APPS)
        if "views" in path.parts
        for view in parse(path).body
        if isinstance(view, ast.ClassDef)
        for name, length in functions(path, view)
        if length > LONGEST_IN_A_VIEW
    ]

    assert long == []
