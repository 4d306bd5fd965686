"""Tags by name: one of each in any case, whoever makes it and however the database folds case."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections

from customers.models import Tag
from customers.tagging import find_or_make_tags, make_tag
from tests.customers.importing.conftest import run_import, write
from tests.factories import TagFactory

__all__ = ["write"]  # a fixture
pytestmark = pytest.mark.django_db


def test_a_tag_that_somebody_made_a_moment_ago_is_that_one() -> None:
    assert make_tag("VIP") == make_tag("vip")
    assert Tag.objects.get().name == "VIP"


@pytest.mark.django_db(transaction=True)
def test_many_who_make_the_same_tag_at_once_all_get_it() -> None:
    found: list[list[Tag]] = []
    together = threading.Barrier(6)

    def make() -> None:
        together.wait()
        found.append(find_or_make_tags(["New"]))
        connections.close_all()

    threads = [threading.Thread(target=make) for _each in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [[Tag.objects.get()]] * 6


def test_a_dotted_capital_i_stops_no_import_and_no_form(
    write: Callable[..., Path],
) -> None:
    """PostgreSQL may take İ and i for one letter; Python never does."""
    TagFactory(name="istanbul")

    answer = run_import(write("Name,Tags\nAyşe,İstanbul\nBob,ISTANBUL\n"))

    assert answer.counts == {"new": 2}
    assert len(find_or_make_tags(["İstanbul", "istanbul"])) == Tag.objects.count()
