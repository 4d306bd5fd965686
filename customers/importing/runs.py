"""One import from file to customers: state, resuming after a crash, and the same file again.

Checking stages every row; nothing of the customers is touched before the whole file is checked.
Merging goes from the staged rows in chunks. The same file with the same options goes on where a
crash left it; once it is done, its rows are known again by their lines.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max
from django.utils import timezone

from accounts.models import User
from bookkinda.preferences import Preferences
from customers.cells import storable
from customers.importing import kept, picturing, saving, staging
from customers.importing.checking import RowChecker, Survey, in_batches, survey
from customers.importing.columns import Mapped, match_columns
from customers.importing.database import Turns, little_memory, rare_collections
from customers.importing.fixes import with_fixes
from customers.importing.forgetting import forget_files, forget_rows
from customers.importing.options import ImportOptions
from customers.importing.pictures import open_pictures
from customers.importing.problems import FileRefused
from customers.importing.recognising import Recogniser
from customers.importing.repeats import refuse_repeats
from customers.importing.table import Table
from customers.models import Change, ChangeSet, ImportRun
from customers.resources import Conventions

BATCH = 2_000
GONE_ON_WITH = (ImportRun.State.SAVING, ImportRun.State.STOPPED, ImportRun.State.FAILED)
COUNTED = {
    "new": "new", "update": "update", "unchanged": "unchanged", "skip": "skipped",
    "refused": "refused",
}  # fmt: skip


@dataclass
class Import:
    """An import under way, and what became of it."""

    run: ImportRun
    table: Table
    mapped: Mapped
    survey: Survey
    options: ImportOptions
    country: str
    photos: Path | None = None
    resumed: bool = False
    newest: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.run.counts)

    def headers(self) -> dict[str, str]:
        """Field -> its header in this file."""
        return {
            column.name: self.table.headers[at] or column.heading
            for at, column in self.mapped.cells.items()
        }


def import_file(
    path: Path,
    *,
    name: str,
    options: ImportOptions,
    by: User | None,
    source: ChangeSet.Source,
    dry_run: bool = False,
    photos: Path | None = None,
    progress: staging.Progress = lambda stage, done, total: None,
) -> Import:
    """Take the customers of the file in; a dry run only stages what would be done.

    Raises FileRefused when the file or the ZIP of pictures cannot be used, and TakenOver when the
    same import was started once more meanwhile, or stopped on a page.
    """
    work = open_import(path, name=name, options=options, by=by, dry_run=dry_run)
    work.photos = photos
    if photos:
        open_pictures(photos)  # to refuse it before anything is done
    try:
        with little_memory():
            if not work.resumed:
                check(work, progress)
            if not dry_run:
                save(work, source, progress)
    except KeyboardInterrupt:
        stop_saving(work.run)
        raise
    return work


def stop_saving(run: ImportRun) -> None:
    """What was taken can be kept, undone or gone on with, on the pages too."""
    held = ImportRun.objects.filter(pk=run.pk, fence=run.fence, state=ImportRun.State.SAVING)
    held.update(state=ImportRun.State.STOPPED, finished_at=timezone.now())


def open_import(
    path: Path, *, name: str, options: ImportOptions, by: User | None, dry_run: bool
) -> Import:
    """Look at the file, and begin its run or go on with the one that a crash left."""
    table, mapped, seen, country = read(path, options)
    run, resumed = begin(table, name, options, country, by, dry_run=dry_run)
    return Import(run, table, mapped, seen, options, country, resumed=resumed)


def open_run(run: ImportRun, path: Path) -> Import:
    """A run that exists already, with its upload."""
    options = ImportOptions.from_json(run.options)
    table, mapped, seen, country = read(path, options)
    return Import(run, table, mapped, seen, options, country)


def reopen(run: ImportRun) -> Import:
    """A run that was checked, by what the check went by; its file is opened only for its rows."""
    table, mapped, seen, country = kept.reopened(run)
    work = Import(run, table, mapped, seen, ImportOptions.from_json(run.options), country)
    if run.table.get("newest_change") == newest_change():
        work.newest = run.table.get("newest")
    return work


def newest_change() -> int:
    """The highest number in the history of customers. Whoever changes one raises it."""
    newest: int | None = Change.objects.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def read(path: Path, options: ImportOptions) -> tuple[Table, Mapped, Survey, str]:
    """The table in the file, its columns, what a look through it shows, and the phones' country."""
    business = Preferences.load()
    table = kept.open_upload(path, options)
    mapped = match_columns(table.headers, options.told)
    country = options.country or business.country
    seen = survey(table, mapped, country)
    if options.date_order:
        told = replace(seen.order, day_first=options.date_order == "dmy", row=0, value="")
        seen = Survey(seen.rows, replace(told, ambiguous=False, mixed=False))
    return table, mapped, seen, country


def begin(
    table: Table, name: str, options: ImportOptions, country: str, by: User | None, *, dry_run: bool
) -> tuple[ImportRun, bool]:
    """The run to work on, fenced off from whoever worked on it before."""
    chosen = {**asdict(options), "country": country}
    digest = digest_of(table.digest, chosen)
    with transaction.atomic():
        run = None if dry_run else unfinished(digest)
        if run is None:
            return ImportRun.objects.create(
                file_name=storable(name)[:255],
                digest="" if dry_run else digest,
                file_digest=table.digest,
                options=chosen,
                by=by,
                by_name=str(by) if by else "",
            ), False
        ImportRun.objects.filter(pk=run.pk).update(fence=F("fence") + 1)
        run.refresh_from_db()
    return run, run.state in GONE_ON_WITH and run.checked_at is not None


def digest_of(file_digest: str, options: dict[str, Any]) -> str:
    """What two imports of the same file with the same options share."""
    return hashlib.sha256(
        f"{file_digest} {json.dumps(options, sort_keys=True)}".encode()
    ).hexdigest()


def unfinished(digest: str) -> ImportRun | None:
    """The command's run that a crash left; one of the pages belongs to its job."""
    runs = ImportRun.objects.select_for_update().filter(digest=digest)
    runs = runs.filter(source=ChangeSet.Source.COMMAND)
    return runs.exclude(state=ImportRun.State.DONE).order_by("-pk").first()


@rare_collections()
def check(work: Import, progress: staging.Progress, *, resume: bool = False) -> None:
    """Check and stage every row of the file, in short transactions; `resume` goes on after the
    last row that is staged."""
    run = work.run
    last = last_staged(run) if resume else 0
    if not resume:
        forget_rows(run)
        keep_basis(work)
    turns, done = Turns(), run.rows.count() if last else 0
    recogniser = make_recogniser(work, earlier_run(run))
    checker = make_checker(work)
    rows_of_file = with_fixes(run, work.table.rows())
    if last:
        rows_of_file = (row for row in rows_of_file if row[0] > last)
    for rows in in_batches(rows_of_file, BATCH):
        batch = checker.check_all(rows)
        recogniser.decide(batch)
        run.other_names += recogniser.other_names
        with transaction.atomic():
            saving.hold(run)
            staging.stage(run.pk, batch)
        done += len(batch)
        progress("checking", done, work.survey.rows)
        turns.end()
    progress("checking", work.survey.rows, work.survey.rows)
    repeats = refuse_repeats(run, work.headers(), work.options)
    keep_cells(work, {repeat.first for repeat in repeats})
    if not work.options.shared_email:
        run.other_names += sum(repeat.has_other_name for repeat in repeats)
    run.counts = count(run, work.survey.rows)
    if work.photos:
        picturing.match(run, work.photos)
    run.state, run.checked_at = ImportRun.State.CHECKED, timezone.now()
    save_held(run, "counts", "state", "checked_at", "other_names", "picture_counts")


def keep_cells(work: Import, more: set[int]) -> None:
    """Keep the cells of rows that were refused after they were staged, and of those that people may
    want to put right: `more`, and what they have put right before."""
    run = work.run
    lines = {*staging.refused_without_cells(run.pk), *run.fixes.values_list("line", flat=True)}
    if lines | more:
        try:
            staging.keep_cells(run.pk, lines | more, with_fixes(run, work.table.rows()))
        except FileRefused:  # the upload is gone: what is wrong with the rows can still be read
            return


def last_staged(run: ImportRun) -> int:
    return run.rows.order_by("-line").values_list("line", flat=True).first() or 0


def keep_basis(work: Import) -> None:
    """Write down what the check goes by, and how far the history of customers is."""
    work.newest = saving.newest_customer()
    basis = kept.as_kept(work.table, work.mapped, work.survey, work.country)
    work.run.table = {**basis, "newest": work.newest, "newest_change": newest_change()}
    work.run.file_digest = work.table.digest
    save_held(work.run, "table", "file_digest")


def save_held(run: ImportRun, *names: str) -> None:
    """Write these fields. Raises TakenOver when another process holds the run."""
    with transaction.atomic():
        saving.hold(run)
        run.save(update_fields=names)


def make_checker(work: Import) -> RowChecker:
    conventions = Conventions(
        country=work.country,
        day_first=work.survey.order.day_first,
        today=Preferences.load().today(),
    )
    return RowChecker(
        work.table.headers,
        work.mapped,
        conventions,
        clear_blanks=work.options.clear_blanks,
        is_guarded=work.table.is_guarded,
    )


def make_recogniser(work: Import, earlier: ImportRun | None) -> Recogniser:
    headers = work.headers()
    return Recogniser(
        match=work.options.match,
        existing=work.options.existing,
        shared_email=work.options.shared_email,
        earlier_run=earlier.pk if earlier else None,
        has_email_column="email" in headers,
        tags=work.options.tags,
        headers=headers,
    )


def earlier_run(run: ImportRun) -> ImportRun | None:
    """The last run of the same file whose rows are still kept."""
    runs = ImportRun.objects.filter(file_digest=run.file_digest, rows__isnull=False)
    return runs.exclude(pk=run.pk).exclude(digest="").order_by("-pk").first()


def count(run: ImportRun, rows: int) -> dict[str, int]:
    """How many rows do what."""
    found = dict(run.rows.values_list("action").annotate(Count("line")).order_by())
    counts = {name: found.get(action, 0) for action, name in COUNTED.items()}
    return {**counts, "blank": rows - sum(counts.values())}


@rare_collections()
def save(work: Import, source: ChangeSet.Source, progress: staging.Progress) -> None:
    """Merge the staged rows, and let go of what earlier runs of the file had staged."""
    run, options = work.run, work.options
    if run.state != ImportRun.State.SAVING:
        run.state = ImportRun.State.SAVING
        save_held(run, "state")
    clears_births = options.clear_blanks and work.mapped.position("date_of_birth") is not None
    merge = saving.Merge(
        run,
        source,
        options.existing,
        options.tags,
        make_recogniser(work, earlier_run(run)),
        work.newest,
        clears_births,
    )
    merge.all_rows(progress)
    if merge.is_stale or merge.refused or work.newest is None:
        keep_cells(work, set())
        run.counts = count(run, work.survey.rows)
        save_held(run, "counts")
    if work.photos:
        picturing.take(run, source, work.photos, progress)
    run.state, run.finished_at = ImportRun.State.DONE, timezone.now()
    save_held(run, "state", "finished_at", "counts")
    forget_files(run)
    for earlier in ImportRun.objects.filter(file_digest=run.file_digest, pk__lt=run.pk):
        if earlier.state == ImportRun.State.DONE:
            forget_rows(earlier)
