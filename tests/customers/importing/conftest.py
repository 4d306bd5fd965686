"""Imports as people start them: the command, on files made here."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from customers.importing import saving
from customers.models import Customer
from tests.bookkinda.conftest import database_template, house

__all__ = ["database_template", "house"]  # fixtures: real processes over a database of their own


@dataclass
class Answer:
    """What the command answered."""

    status: int
    out: str
    error: str

    @property
    def summary(self) -> dict[str, Any]:
        return dict(json.loads(self.out))

    @property
    def counts(self) -> dict[str, int]:
        return {name: number for name, number in self.summary["counts"].items() if number}

    def problems(self) -> dict[int, str]:
        """Row -> what is wrong with it."""
        found: dict[int, str] = {}
        for one in self.summary["problems"]:
            found[one["row"]] = f"{found.get(one['row'], '')} {one['problem']}".strip()
        return found


def run_import(path: Path | str, *options: str) -> Answer:
    """manage.py import_customers, with --json unless it is to speak to a person."""
    out, error, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_customers", str(path), "--json", *options, stdout=out, stderr=error)
    except SystemExit as end:
        status = int(end.code or 0)
    return Answer(status, out.getvalue(), error.getvalue())


def names() -> list[str]:
    """Who is in the list, by name."""
    return sorted(customer.full_name for customer in Customer.objects.all())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file: text in an encoding, or bytes."""

    def write_file(
        content: str | bytes, name: str = "customers.csv", encoding: str = "utf-8"
    ) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write_file


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows in a transaction, so that ten can be stopped half way."""
    monkeypatch.setattr(saving, "CHUNK", 3)
