"""Large exports: written by the worker, kept for a day, fetched by nobody but who asked."""

import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookkinda import claiming
from bookkinda.jobs import Job, LeaseLost
from bookkinda.worker import run, run_due_jobs
from customers import exporting, kept_exports
from customers.archiving import archive_customers
from customers.erasing import erase_customers
from customers.exporting import Format
from customers.models import ChangeSet, Customer, ExportRun
from customers.resources import all_columns
from tests.factories import CustomerFactory, UserFactory

EXPORT = reverse("customers:export")
CHOSEN: dict[str, Any] = {"who": "all", "form": "csv", "columns": ["first_name", "phone"]}
State = ExportRun.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture(autouse=True)
def three_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_exports, "AT_ONCE", 3)
    monkeypatch.setattr(exporting, "BATCH", 2)


def people() -> list[Customer]:
    return [CustomerFactory(first_name=name, last_name=name) for name in "ABCDE"]


def begin(by: User, query: str = "", form: Format | None = None) -> ExportRun:
    columns = all_columns(["first_name", "email"])
    return kept_exports.begin(query, columns, form or Format(), by=by, file_name="c.csv")


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def page(name: str, run: ExportRun) -> str:
    return reverse(f"customers:{name}", args=[run.pk])


def fetched(client: Client, run: ExportRun) -> bytes:
    return b"".join(client.get(page("export-file", run)).streaming_content)


def test_many_customers_are_written_by_the_worker_and_fetched_by_who_asked(
    as_manager: Client, manager: User, media: Path
):
    people()

    answer = as_manager.post(EXPORT, CHOSEN)
    export = ExportRun.objects.get()
    assert answer["Location"] == page("export-run", export)
    assert "0 of 5 customers" in as_manager.get(answer["Location"]).content.decode()
    assert as_manager.get(page("export-file", export)).status_code == 404
    run_due_jobs()

    shown = as_manager.get(answer["Location"]).content.decode()
    assert "Your file is ready" in shown
    response = as_manager.get(page("export-file", export))
    data = b"".join(response.streaming_content)
    assert data.decode("utf-8-sig").splitlines() == [
        "Name,Phone", "A,", "B,", "C,", "D,", "E,",
    ]  # fmt: skip
    assert response["Content-Disposition"].startswith('attachment; filename="customers-')
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Length"] == str(len(data))
    export.refresh_from_db()
    assert (export.state, export.count, export.by, export.plan) == (State.DONE, 5, manager, None)
    (file,) = files(media)
    assert len(file.name) > 30
    assert Job.objects.get().state == Job.State.DONE


@pytest.mark.parametrize("count", [3, 2])
def test_few_are_streamed_and_not_kept(as_manager: Client, media: Path, count: int):
    CustomerFactory.create_batch(count)

    response = as_manager.post(EXPORT, CHOSEN)

    assert len(b"".join(response.streaming_content).splitlines()) == count + 1
    assert not Job.objects.exists()
    assert not files(media)


def test_a_workbook_and_cards_are_those_of_the_stream(as_manager: Client, manager: User):
    people()
    for kind in ("xlsx", "vcf", "csv"):
        columns = all_columns()
        streamed = b"".join(
            exporting.export_customers(
                kept_exports.find_customers({}), columns, Format(kind), by=None, query={}
            )
        )
        export = kept_exports.begin("", columns, Format(kind), by=manager, file_name="c")
        run_due_jobs()
        export.refresh_from_db()
        kept = fetched(as_manager, export)
        if kind == "xlsx":
            assert cells(kept) == cells(streamed)
        else:
            assert kept == streamed


def cells(data: bytes) -> list[Any]:
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.values)


def test_all_that_match_in_the_bar_of_the_list_are_those_of_the_search(as_manager: Client):
    people()
    for name in ("Zoe", "Zora", "Zita", "Zed"):
        CustomerFactory(first_name=name, last_name="Z")
    sent = {"scope": "all", "query": "q=z&sort=-name", "pk": [1]}
    assert "Matching the search" in as_manager.post(EXPORT, sent).content.decode()

    as_manager.post(EXPORT, CHOSEN | sent | {"who": "matching"})
    run_due_jobs()

    export = ExportRun.objects.get()
    names = fetched(as_manager, export).decode("utf-8-sig").split()[1:]
    assert names == ["Zora,", "Zoe,", "Zita,", "Zed,"]
    assert export.query == {"q": ["z"], "sort": ["-name"]}
    assert "z" not in str(Job.objects.get().payload)


@pytest.mark.parametrize("address", ["export-run", "export-file", "export-stop"])
def test_nobody_else_not_even_the_owner_reaches_it(
    client: Client, manager: User, owner: User, address: str
):
    people()
    export = begin(manager)
    run_due_jobs()
    other = UserFactory(role=Role.MANAGER)
    for somebody in (owner, other):
        client.force_login(somebody)
        ask = client.post if address == "export-stop" else client.get
        assert ask(page(address, export)).status_code == 404
    export.refresh_from_db()
    assert export.is_ready


def test_whose_right_is_taken_away_cannot_fetch(as_manager: Client, manager: User):
    people()
    export = begin(manager)
    run_due_jobs()
    assert fetched(as_manager, export)

    User.objects.filter(pk=manager.pk).update(role=Role.FRONT_DESK)
    assert as_manager.get(page("export-file", export)).status_code == 403
    User.objects.filter(pk=manager.pk).update(role=Role.MANAGER, is_active=False)
    assert as_manager.get(page("export-file", export)).status_code == 302


@pytest.mark.parametrize("change", [{"role": Role.FRONT_DESK}, {"is_active": False}])
def test_nothing_is_written_for_whose_right_was_taken_away_meanwhile(
    manager: User, media: Path, change: dict[str, Any]
):
    people()
    export = begin(manager)
    User.objects.filter(pk=manager.pk).update(**change)

    run_due_jobs()

    export.refresh_from_db()
    assert (export.state, export.plan) == (State.STOPPED, None)
    assert not files(media)


def test_after_a_day_it_is_gone(as_manager: Client, manager: User, media: Path):
    people()
    export = begin(manager)
    run_due_jobs()
    export.refresh_from_db()
    assert export.kept_until - timezone.now() > timedelta(hours=23, minutes=59)
    ExportRun.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    assert as_manager.get(page("export-file", export)).status_code == 404
    assert "The file is gone" in as_manager.get(page("export-run", export)).content.decode()
    assert files(media)

    kept_exports.forget_old_files()

    assert not files(media)
    export.refresh_from_db()
    assert (export.state, export.count, export.file.name) == (State.EXPIRED, 5, "")


def test_what_a_killed_worker_left_in_the_folder_is_cleared_away(manager: User, media: Path):
    people()
    ready = begin(manager)
    run_due_jobs()
    left = Path(default_storage.path(default_storage.save("exports/left", ContentFile(b"x"))))
    fresh = Path(default_storage.path(default_storage.save("exports/fresh", ContentFile(b"x"))))
    yesterday = time.time() - 26 * 3600
    os.utime(left, (yesterday, yesterday))

    kept_exports.forget_old_files()

    ready.refresh_from_db()
    assert {path.name for path in files(media)} == {fresh.name, Path(ready.file.name).name}


def interrupted(monkeypatch: pytest.MonkeyPatch, then: Callable[[], None]) -> None:
    """Lets something happen once, after the first two customers were written."""
    batches = exporting.batches_of

    def interrupting(*args: Any, **kwargs: Any) -> Any:
        for number, batch in enumerate(batches(*args, **kwargs)):
            if number == 1:
                monkeypatch.setattr(kept_exports, "batches_of", batches)
                then()
            yield batch

    monkeypatch.setattr(kept_exports, "batches_of", interrupting)


def test_stop_ends_it_and_leaves_nothing(
    as_manager: Client, manager: User, media: Path, monkeypatch: pytest.MonkeyPatch
):
    people()
    export = begin(manager)
    interrupted(monkeypatch, lambda: as_manager.post(page("export-stop", export)) and None)

    run_due_jobs()

    export.refresh_from_db()
    assert (export.state, export.plan, export.count) == (State.STOPPED, None, 0)
    assert not files(media)
    assert Job.objects.get().state == Job.State.DONE
    shown = as_manager.get(page("export-run", export)).content.decode()
    assert "The export was stopped" in shown
    assert as_manager.post(page("export-stop", export)).status_code == 302


def test_who_is_erased_while_the_file_is_written_is_not_in_it(
    as_manager: Client, manager: User, owner: User, monkeypatch: pytest.MonkeyPatch
):
    first = people()[0]
    export = begin(manager)

    def erase() -> None:
        picked = Customer.objects.filter(pk=first.pk)
        archive_customers(picked, by=owner, source=ChangeSet.Source.BACK_OFFICE)
        erase_customers(picked, by=owner, source=ChangeSet.Source.BACK_OFFICE)

    interrupted(monkeypatch, erase)
    run_due_jobs()

    export.refresh_from_db()
    names = fetched(as_manager, export).decode("utf-8-sig").split()[1:]
    assert [name[0] for name in names] == ["B", "C", "D", "E"]
    assert export.count == 4


def test_erasing_removes_every_file_that_may_hold_the_person(
    as_manager: Client, manager: User, owner: User, media: Path
):
    first = people()[0]
    export = begin(manager)
    run_due_jobs()

    erase_customers(
        Customer.objects.filter(pk=first.pk), by=owner, source=ChangeSet.Source.BACK_OFFICE
    )

    export.refresh_from_db()
    assert (export.state, export.file.name) == (State.REMOVED, "")
    assert not files(media)
    assert as_manager.get(page("export-file", export)).status_code == 404
    shown = as_manager.get(page("export-run", export)).content.decode()
    assert "Somebody was erased for good after it was made" in shown


def test_erasing_stops_an_export_that_looks_for_the_person_by_name(manager: User, owner: User):
    zelda = CustomerFactory(first_name="Zelda", last_name="Quix")
    export = begin(manager, "q=zelda")

    erase_customers(
        Customer.objects.filter(pk=zelda.pk), by=owner, source=ChangeSet.Source.BACK_OFFICE
    )
    run_due_jobs()

    export.refresh_from_db()
    assert (export.state, export.plan, export.query) == (State.STOPPED, None, {"q": ""})


def test_one_at_a_time_for_each_person(as_manager: Client, manager: User, owner: User):
    people()
    first = begin(manager)
    with pytest.raises(kept_exports.StillWriting) as refused, transaction.atomic():
        begin(manager)
    assert refused.value.run == first

    answer = as_manager.post(EXPORT, CHOSEN, follow=True)
    assert "This export of yours is still being written." in answer.content.decode()
    begin(owner)
    assert ExportRun.objects.count() == 2

    run_due_jobs()
    begin(manager)
    assert ExportRun.objects.filter(by=manager).count() == 2


def test_only_the_newest_files_of_a_person_are_kept(manager: User, media: Path):
    people()
    for _turn in range(kept_exports.MOST_KEPT + 2):
        begin(manager)
        run_due_jobs()

    assert len(files(media)) == kept_exports.MOST_KEPT
    states = list(ExportRun.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.EXPIRED] * 2 + [State.DONE] * kept_exports.MOST_KEPT


def test_a_worker_that_lost_its_job_hands_nothing_over(
    manager: User, media: Path, monkeypatch: pytest.MonkeyPatch
):
    people()
    export = begin(manager)

    def somebody_else_takes_over() -> None:
        Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        claimed = claiming.claim()
        assert claimed
        run(*claimed)

    interrupted(monkeypatch, somebody_else_takes_over)
    run_due_jobs()

    export.refresh_from_db()
    assert (export.state, export.count) == (State.DONE, 5)
    assert [path.name for path in files(media)] == [Path(export.file.name).name]


def test_what_cannot_be_handed_over_is_deleted(manager: User, media: Path):
    people()
    export = begin(manager)

    def lost() -> None:
        assert len(files(media)) == 1
        raise LeaseLost

    with pytest.raises(LeaseLost):
        kept_exports.write(export, tell=lambda _count: None, finish=lost)

    export.refresh_from_db()
    assert export.state == State.WRITING
    assert not files(media)


def test_what_the_worker_gave_up_is_said_and_can_be_asked_for_again(
    as_manager: Client, manager: User, media: Path, monkeypatch: pytest.MonkeyPatch
):
    people()
    export = begin(manager)
    Job.objects.update(state=Job.State.FAILED)
    shown = as_manager.get(page("export-run", export)).content.decode()
    assert "The export failed" in shown

    begin(manager)

    export.refresh_from_db()
    assert (export.state, export.plan) == (State.FAILED, None)
