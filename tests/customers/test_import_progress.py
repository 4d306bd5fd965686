"""How far an import is, in numbers and words, and texts of strangers on its pages."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bookkinda.worker import run_due_jobs
from customers.history import open_change_set
from customers.importing import steps
from customers.importing.steps import Progress
from customers.importing.uploads import accept_paste
from customers.models import Change, ChangeSet, ImportRun
from customers.views.importing.progress import in_words
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
HOSTILE = 'x"><script>alert(1)</script>'


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def checking() -> ImportRun:
    return steps.start_check(accept_paste("Name,E-mail\nAda,ada@example.org\n", by=None))


def progress_of(run: ImportRun, **progress: Any) -> None:
    assert run.job
    run.job.state, run.job.progress = run.job.State.RUNNING, progress
    run.job.save()


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("waiting"), []),
        (Progress("saving", 10, 100, 1.0, 1), ["1 row a second", "about 1 second left"]),
        (Progress("saving", 9, 9_000, 2_500.4, 9), ["2,500 rows a second", "about 9 seconds left"]),
        (Progress("saving", 10, 100, 3, 61), ["3 rows a second", "about 1 minute left"]),
        (Progress("saving", 10, 100, 3, 5_400), ["3 rows a second", "about 1.5 hours left"]),
        (Progress("pictures", 10, 100, 3, 0), ["about 1 second left"]),
        (Progress("saving", 0, 100, 0, None), []),
    ],
)  # fmt: skip
def test_speed_and_time_left_are_said_as_people_do(progress: Progress, words: list[str]) -> None:
    assert in_words(progress) == words


@pytest.mark.parametrize(
    ("done", "said", "spoken"),
    [(24, "0", ""), (25, "0", "25 percent"), (49, "25", ""), (80, "25", "75 percent")],
)
def test_each_quarter_is_spoken_once(
    desk: Client, checking: ImportRun, done: int, said: str, spoken: str
) -> None:
    progress_of(checking, stage="checking", done=done, total=100, per_second=10)
    here = reverse("customers:import-check", args=[checking.pk])
    html = desk.get(here, {"said": said}, headers=HTMX).content.decode()

    assert f'<progress class="bk-progress" max="100" value="{done}"' in html
    assert ('id="spoken"' in html) == bool(spoken)
    assert spoken in html


def test_who_looks_on_is_told_the_end_and_led_to_it(desk: Client, checking: ImportRun) -> None:
    here = reverse("customers:import-check", args=[checking.pk])
    waiting = desk.get(here, headers=HTMX)
    run_due_jobs()
    over = desk.get(here, headers=HTMX)

    assert "Waiting for the worker" in waiting.content.decode()
    assert over.headers["HX-Redirect"] == here
    assert "Pasted table is checked." in desk.get(here).content.decode()


def test_those_who_stayed_after_an_undo_are_named_page_by_page(desk: Client) -> None:
    source = ChangeSet.Source.BACK_OFFICE
    act = open_change_set(ChangeSet.Kind.IMPORT, by=None, source=source)
    for number in range(60):
        customer = CustomerFactory(first_name=f"Nr{number:02}", version=2)
        Change.objects.create(change_set=act, customer=customer, action="added", version=1)
    back = CustomerFactory(first_name="Back", version=1)
    Change.objects.create(change_set=act, customer=back, action="added", version=1)
    ChangeSet.objects.filter(pk=act.pk).update(size=61)
    run = ImportRun.objects.create(
        state="done", source=source, file_name="a.csv", digest="x", change_set=act,
        counts={"new": 61}, finished_at=timezone.now(),
    )  # fmt: skip
    desk.post(reverse("customers:import-undo", args=[run.pk]))

    here = reverse("customers:import-run", args=[run.pk])
    first, second = (desk.get(here, {"page": page}).content.decode() for page in ("1", "9" * 18))
    assert "60 stayed as they are" in first
    names = [f"Nr{number:02}" for number in range(60)]
    assert [name for name in names if name in first] == names[:50]
    assert [name for name in names if name in second] == names[50:]
    assert "Changed since." in second
    assert "Back " not in first + second
    assert "1 customer is as before." in first


def test_texts_of_a_hostile_file_stay_texts(desk: Client) -> None:
    table = f"Name\tE-mail\t{HOSTILE}\n{HOSTILE}\tada@\t{HOSTILE}\n{HOSTILE}\ta@b.example\tx\n"
    run = accept_paste(table, by=None)
    ImportRun.objects.filter(pk=run.pk).update(file_name=HOSTILE)
    pages = [desk.get(reverse("customers:import-columns", args=[run.pk]))]
    steps.start_check(run)
    pages.append(desk.get(reverse("customers:import-check", args=[run.pk])))
    run_due_jobs()
    check = reverse("customers:import-check", args=[run.pk])
    pages += [
        desk.get(check),
        desk.get(check, {"show": "new"}),
        desk.get(reverse("customers:import")),
    ]
    steps.start_saving(ImportRun.objects.get(pk=run.pk))
    run_due_jobs()
    pages.append(desk.get(reverse("customers:import-run", args=[run.pk])))

    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        assert "alert(1)" in html
        assert "<script>alert" not in html
