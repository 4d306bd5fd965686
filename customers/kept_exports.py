"""Large exports: the worker writes a file, which is kept for a day for whoever asked for it.

The file's name is random and noted before the file exists, so that whatever a killed worker leaves
is found again and deleted. Until it is handed over nobody can fetch it; a worker that starts anew
starts from the beginning. Why so, and what erasing does: docs/decisions/0014-kept-exports.md.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import IO, NamedTuple

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts import roles
from accounts.models import User
from bookkinda import jobs
from customers.exporting import Batch, Format, batches_of, check_size, for_history, needed, pieces
from customers.models import ExportRun
from customers.models.export import export_path
from customers.resources import Column, all_columns
from customers.search import find_customers

JOB = "customers.export"
AT_ONCE = 20_000  # customers that are streamed: a second of work, some seconds of a slow line
KEPT_FOR = timedelta(hours=24)
MOST_KEPT = 5  # files of one person; an older one makes room
LEFT_BEHIND = KEPT_FOR + timedelta(hours=1)  # after that no file in the folder is anybody's
FOLDER = "exports"
State = ExportRun.State
Tell = Callable[[int], None]  # called with the number of customers so far; may raise


class StillWriting(Exception):
    """The person has an export that is being written; there is one at a time."""

    def __init__(self, run: ExportRun) -> None:
        super().__init__(run.pk)
        self.run = run


class Stopped(Exception):
    """Nobody wants the file any more."""


class Outdated(Exception):
    """What has been written must not be handed out: begin again."""


class Try(NamedTuple):
    """One try at writing the file of a run."""

    run: ExportRun
    fence: int
    name: str


def begin(
    query: str, columns: Sequence[Column], form: Format, *, by: User, file_name: str
) -> ExportRun:
    """Let the worker export everybody whom the list's query string finds.

    Raises TooManyRows, and StillWriting while another one of theirs is being written.
    """
    customers = find_customers(QueryDict(query))
    check_size(customers, form)
    settle_failed()
    plan = {
        "query": query,
        "columns": [column.name for column in columns],
        "delimiter": form.delimiter,
    }
    try:
        with transaction.atomic():
            run = ExportRun(
                by=by, by_name=str(by), format=form.kind, file_name=file_name, state=State.WRITING,
                query=for_history(query), plan=plan, total=customers.count(),
            )  # fmt: skip
            run.save()
            payload = {"run": run.pk}  # no search: that may be a name
            run.job = jobs.enqueue(JOB, payload, priority=jobs.Job.Priority.BULK)
            run.save(update_fields=["job"])
    except IntegrityError:
        raise StillWriting(ExportRun.objects.get(by=by, state=State.WRITING)) from None
    return run


def write(run: ExportRun, *, tell: Tell, finish: Callable[[], None]) -> None:
    """Write the file and hand it over. `finish` is called in the transaction that does so.

    Begins again when somebody was erased meanwhile, for the file may hold them; `tell(0)` then asks
    whether the job is still ours.
    """
    while True:
        try:
            turn = take(run)
            with tempfile.TemporaryFile() as draft:
                count = write_draft(draft, turn, tell)
                draft.seek(0)
                hand_over(turn, File(draft), count, finish)
        except Outdated:
            tell(0)
            continue
        except Stopped:
            pass
        return


def take(run: ExportRun) -> Try:
    """Begin from the beginning: what an earlier try left is deleted. Raises Stopped."""
    run.refresh_from_db()
    if run.state != State.WRITING or not may_export(run.by):
        stop(run)
        raise Stopped
    if run.file.name:
        default_storage.delete(run.file.name)
    name = export_path(run, "")
    taken = ExportRun.objects.filter(pk=run.pk, state=State.WRITING, fence=run.fence)
    if not taken.update(file=name, fence=run.fence + 1):
        raise Outdated
    return Try(run, run.fence + 1, name)


def may_export(person: User | None) -> bool:
    return person is not None and person.is_active and person.has_perm(roles.EXPORT)


def write_draft(draft: IO[bytes], turn: Try, tell: Tell) -> int:
    """Write the file beside the storage, and return how many customers it has."""
    plan, count = turn.run.plan or {}, 0
    columns, form = all_columns(plan["columns"]), Format(turn.run.format, plan["delimiter"])
    customers = find_customers(QueryDict(plan["query"]))

    def told() -> Iterator[Batch]:
        nonlocal count
        for batch in batches_of(customers, needed(columns, form), form, in_steps=True):
            look(turn)
            yield batch
            count += len(batch[0])
            tell(count)

    draft.writelines(pieces(columns, told(), form))
    return count


def look(turn: Try) -> None:
    """Raises Stopped or Outdated when the file is not wanted, or not as it is."""
    state, fence = ExportRun.objects.values_list("state", "fence").get(pk=turn.run.pk)
    if state != State.WRITING:
        raise Stopped
    if fence != turn.fence:
        raise Outdated


def hand_over(turn: Try, draft: File, count: int, finish: Callable[[], None]) -> None:
    """Store the file and let the person have it, both or neither."""
    try:
        default_storage.save(turn.name, draft)
        with transaction.atomic():
            ExportRun.objects.select_for_update().get(pk=turn.run.pk)
            look(turn)
            ExportRun.objects.filter(pk=turn.run.pk).update(
                state=State.DONE, plan=None, count=count, kept_until=timezone.now() + KEPT_FOR
            )
            finish()
    except BaseException:
        default_storage.delete(turn.name)
        raise
    make_room(turn.run.by_id)


def make_room(person_id: int | None) -> None:
    """Only the newest files of a person are kept."""
    for run in ready_files().filter(by=person_id).order_by("-pk")[MOST_KEPT:]:
        drop(run, State.EXPIRED)


def stop(run: ExportRun) -> bool:
    """Stop writing; what is written goes. False if it was over already."""
    stopped = ExportRun.objects.filter(pk=run.pk, state=State.WRITING)
    if not stopped.update(state=State.STOPPED, plan=None):
        return False
    run.refresh_from_db()
    drop(run, State.STOPPED)
    return True


def ready_files() -> QuerySet[ExportRun]:
    """The runs with a file that was handed over and is still there."""
    return ExportRun.objects.filter(state=State.DONE).exclude(file="")


def drop(run: ExportRun, state: State) -> None:
    """Delete the file, then say so: a crash in between leaves no file that nobody knows of."""
    if run.file.name:
        default_storage.delete(run.file.name)
    ExportRun.objects.filter(pk=run.pk).update(file="", plan=None, state=state)


def settle_failed() -> None:
    """What the worker gave up is over, and its person may export again."""
    for run in ExportRun.objects.filter(state=State.WRITING).select_related("job"):
        if run.has_failed:
            drop(run, State.FAILED)


def forget_old_files() -> None:
    """Delete the files whose day is over, and what killed workers left in the folder."""
    for run in ready_files().filter(kept_until__lte=timezone.now()):
        drop(run, State.EXPIRED)
    settle_failed()
    for name in names_in_folder():
        written = default_storage.get_modified_time(name).timestamp()
        if written < time.time() - LEFT_BEHIND.total_seconds():
            default_storage.delete(name)


def names_in_folder() -> list[str]:
    try:
        return [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    except FileNotFoundError:
        return []  # nothing was ever exported in the background


def forget_people() -> None:
    """Call it in the transaction that erases people: no export that may hold them can be fetched.

    What is being written begins again, what was written is removed. Which file holds whom nobody
    notes: that would be one more copy.
    """
    ExportRun.objects.filter(state=State.WRITING).update(fence=F("fence") + 1)
    for run in ready_files():
        drop(run, State.REMOVED)
