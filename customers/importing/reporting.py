"""What is said about an import: sentences for a person, a summary for a program."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.importing.dates import DateOrder
from customers.importing.runs import Import
from customers.importing.staging import refused_rows

MOST_PROBLEMS = 1_000
MOST_PICTURES = 20  # that are named


def sentences_about_file(work: Import) -> Iterator[str]:
    """How the file was understood, so that a wrong guess can be seen."""
    yield _("%(file)s: %(about)s, %(rows)s rows.") % {
        "file": work.run.file_name,
        "about": work.table.about,
        "rows": f"{work.survey.rows:,}",
    }
    yield from work.table.notes
    for at, column in sorted(work.mapped.cells.items()):
        yield _("  %(header)s is the %(field)s.") % {
            "header": work.table.headers[at] or f"#{at + 1}",
            "field": column.heading,
        }
    if work.mapped.not_read:
        yield _("Not read: %(headers)s.") % {"headers": ", ".join(work.mapped.not_read)}
    if work.mapped.without_header:
        yield _("Not read, because they have no header: columns %(columns)s.") % {
            "columns": ", ".join(str(at + 1) for at in work.mapped.without_header)
        }
    yield from sentences_about_dates(work.survey.order, work.country)
    if work.resumed:
        yield _("This import was interrupted before; it goes on where it stopped.")


def sentences_about_dates(order: DateOrder, country: str) -> Iterator[str]:
    """Which order of day and month was taken, and why; how many birthdays have no year."""
    if sentence := sentence_about_order(order, country):
        yield sentence
    if order.without_year:
        yield ngettext(
            "%(count)s birthday has no year; no date of birth is kept for it.",
            "%(count)s birthdays have no year; no date of birth is kept for them.",
            order.without_year,
        ) % {"count": f"{order.without_year:,}"}


def sentence_about_order(order: DateOrder, country: str) -> str:
    read = _("day first") if order.day_first else _("month first")
    if order.mixed:
        return _(
            "Some dates are day first and some month first; all were read %(order)s. "
            "The others are refused."
        ) % {"order": read}
    if order.row:
        return _("Dates were read %(order)s, because row %(row)s has %(value)s.") % {
            "order": read,
            "row": order.row,
            "value": order.value,
        }
    if order.ambiguous:
        return _(
            "Dates like 03/04 were read %(order)s, as is usual in %(country)s. "
            "Say --date-order if that is wrong."
        ) % {"order": read, "country": country}
    return ""


def sentence_about_result(work: Import, *, dry_run: bool) -> str:
    """How many rows did what."""
    counts = {name: f"{number:,}" for name, number in work.counts.items()}
    if dry_run:
        return (
            _(
                "Would add %(new)s and change %(update)s; unchanged %(unchanged)s, "
                "skipped %(skipped)s, refused %(refused)s, blank %(blank)s. Nothing was written."
            )
            % counts
        )
    return (
        _(
            "Added %(new)s, changed %(update)s; unchanged %(unchanged)s, skipped %(skipped)s, "
            "refused %(refused)s, blank %(blank)s."
        )
        % counts
    )


def sentences_about_offers(work: Import) -> Iterator[str]:
    """What another option would do, and what became of pictures."""
    if work.run.other_names:
        yield ngettext(
            "%(count)s row has the address of somebody with another name. --shared-email takes it "
            "for a person of their own.",
            "%(count)s rows have the address of somebody with another name. --shared-email takes "
            "them for people of their own.",
            work.run.other_names,
        ) % {"count": f"{work.run.other_names:,}"}
    pictures = work.run.picture_counts
    if "taken" in pictures:
        yield _("Pictures: %(taken)s taken, %(unchanged)s unchanged, %(refused)s left out.") % {
            name: f"{pictures[name]:,}" for name in ("taken", "unchanged", "refused")
        }
    elif pictures:
        yield _("Pictures: %(matched)s of %(total)s belong to somebody in the file.") % pictures
    for name, reason in pictures.get("problems", [])[:MOST_PICTURES]:
        yield _("  %(name)s: %(reason)s") % {"name": name, "reason": reason}


def problems_of(work: Import, most: int = MOST_PROBLEMS) -> list[dict[str, Any]]:
    """The first refused rows, with each problem at its header."""
    found = []
    for row in refused_rows(work.run.pk) if work.counts["refused"] else ():
        for header, problem in row.problems or []:
            found.append({"row": row.line, "column": header, "problem": problem})
        if len(found) >= most:
            break
    return found[:most]


def summary(work: Import, *, dry_run: bool, seconds: float) -> dict[str, Any]:
    """The same as one JSON object."""
    return {
        "file": work.run.file_name,
        "run": None if dry_run else work.run.pk,
        "dry_run": dry_run,
        "resumed": work.resumed,
        "read_as": work.table.about,
        "rows": work.survey.rows,
        "columns": {
            work.table.headers[at] or f"#{at + 1}": column.name
            for at, column in sorted(work.mapped.cells.items())
        },
        "not_read": work.mapped.not_read,
        "notes": [
            *work.table.notes,
            *sentences_about_dates(work.survey.order, work.country),
        ],
        "counts": work.counts,
        "other_names": work.run.other_names,
        "pictures": work.run.picture_counts,
        "problems": problems_of(work),
        "seconds": round(seconds, 2),
    }
