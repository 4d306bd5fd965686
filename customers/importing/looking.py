"""A look into an upload before it is checked: columns with samples, and what leaves a doubt.

One look is kept in the run, so that the pages of the questions read nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from bookkinda.preferences import Preferences
from customers.importing import remembering
from customers.importing.checking import survey
from customers.importing.columns import Mapped, decide, match_columns, meanings
from customers.importing.dates import MONTH_FIRST_COUNTRIES
from customers.importing.doubts import (
    Candidate,
    DateSample,
    date_samples,
    encoding_doubt,
    phone_doubt,
)
from customers.importing.encodings import assumed
from customers.importing.kept import open_upload
from customers.importing.local_files import local_file
from customers.importing.options import ImportOptions
from customers.importing.problems import FileRefused
from customers.importing.table import Table
from customers.models import ImportRun
from customers.resources import all_columns

SAMPLES = 3
LONGEST_SAMPLE = 60
SAMPLED_ROWS = 1_000  # rows that are looked through for first values


@dataclass(frozen=True)
class LookedColumn:
    """One column: its header, the first values in it, and which field it will be.

    `field` is "" for a column that will not be imported; `because` is "told", "remembered",
    "meaning" or "".
    """

    position: int
    header: str
    samples: list[str]
    field: str
    because: str


@dataclass(frozen=True)
class Look:
    """What is known before the check. `problem` says in a sentence why it can't begin yet.

    Of the doubts, an empty one is none, and nothing is to be asked.
    """

    columns: list[LookedColumn]
    rows: int
    about: str
    notes: list[str]
    encodings: list[Candidate] = field(default_factory=list)
    encoding: str = ""
    dates: list[DateSample] = field(default_factory=list)
    day_first: bool = True  # how such dates are read if nobody says otherwise
    phones: list[str] = field(default_factory=list)  # numbers that say no country
    country: str = ""
    sheets: list[str] = field(default_factory=list)  # of a workbook with several
    sheet: str = ""
    problem: str = ""


def look(run: ImportRun) -> Look:
    """What the upload shows under the options that the run has. Raises FileRefused."""
    options = ImportOptions.from_json(run.options)
    if run.look.get("key") != key_of(options, run.look.get("headers", [])):
        with local_file(run.file) as path:
            look_into(run, path)
        run.save(update_fields=["look", "file_digest", "options"])
    seen, options = run.look, ImportOptions.from_json(run.options)
    country = options.country or Preferences.load().country
    names, because = matched(seen["headers"], options.told)
    return Look(
        columns=[
            LookedColumn(at, header, seen["samples"][at], names[at], because[at])
            for at, header in enumerate(seen["headers"])
        ],
        rows=seen["rows"],
        about=seen["about"],
        notes=seen["notes"],
        encodings=[Candidate(**one) for one in seen["encodings"]],
        encoding=seen["encoding"],
        dates=date_samples(seen["dates"]),
        day_first=country not in MONTH_FIRST_COUNTRIES,
        phones=seen["phones"],
        country=country,
        sheets=seen["sheets"],
        sheet=seen["sheet"],
        problem=problem_with(seen["headers"], names),
    )


def look_into(run: ImportRun, path: Path) -> None:
    """Go through the file and keep what it shows in `run.look`. Raises FileRefused."""
    options = ImportOptions.from_json(run.options)
    business = Preferences.load()
    table = open_upload(path, options)
    if not options.told:
        options = replace(options, told=remembering.recall(table.headers))
        run.options = options.as_json()
    mapped = as_mapped(table.headers, options)
    seen = survey(table, mapped, options.country or business.country)
    doubt = [asdict(one) for one in encoding_doubt(table, mapped)]
    encoding = getattr(table, "encoding", "")
    workbook = getattr(table, "workbook", None)
    run.file_digest = table.digest
    run.look = {
        "key": key_of(options, table.headers),
        "headers": table.headers,
        "samples": samples_of(table),
        "rows": seen.rows,
        "about": table.about,
        "notes": [one for one in table.notes if not doubt or one != assumed(encoding)],
        "encoding": encoding,
        "encodings": doubt or (run.look.get("encodings", []) if options.encoding else []),
        "dates": list(seen.order.samples) if seen.order.is_in_doubt else [],
        "phones": phone_doubt(table, mapped),
        "sheets": getattr(workbook, "sheets", []),
        "sheet": getattr(workbook, "sheet", ""),
    }


def key_of(options: ImportOptions, headers: Sequence[str]) -> list[Any]:
    """What the look depends on: another answer to one of these is another look."""
    places = as_mapped(headers, options)
    which = [places.position(name) for name in ("date_of_birth", "phone")]
    return [options.encoding, options.delimiter, options.sheet, *which]


def as_mapped(headers: Sequence[str], options: ImportOptions) -> Mapped:
    """The columns as they are meant so far, also where that is not enough to begin."""
    names, _because = matched(headers, options.told)
    columns = {column.name: column for column in all_columns()}
    return Mapped({at: columns[name] for at, name in enumerate(names) if name})


def matched(headers: Sequence[str], told: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The field of each column, each field once, and why."""
    remembered = remembering.recall(headers)
    try:
        decided = decide(headers, told)
        recalled = decide(headers, remembered)
    except FileRefused:
        decided = recalled = {}
    names: list[str] = []
    because: list[str] = []
    for at, meaning in enumerate(meanings(headers)):
        name = meaning or ""
        if name in decided.values() or name in names:
            name = ""
        reason = "meaning" if name else ""
        if at in decided:
            name = decided[at]
            reason = "remembered" if recalled.get(at) == name else "told"
        names.append(name)
        because.append(reason)
    return names, because


def problem_with(headers: Sequence[str], names: Sequence[str]) -> str:
    """Why these fields are not enough to begin, in a sentence, or ""."""
    try:
        match_columns(headers, by_position(dict(enumerate(names))))
    except FileRefused as error:
        return str(error)
    return ""


def by_position(fields: Mapping[int, str]) -> dict[str, str]:
    """Fields by position as ImportOptions.told has them."""
    return {f"#{at + 1}": name for at, name in fields.items()}


def samples_of(table: Table) -> list[list[str]]:
    """The first values of each column, different ones."""
    samples: list[dict[str, None]] = [{} for _header in table.headers]
    for _line, cells in islice(table.rows(), SAMPLED_ROWS):
        for kept, cell in zip(samples, cells, strict=False):
            if len(kept) < SAMPLES and (text := cell.strip()):
                kept[text[:LONGEST_SAMPLE]] = None
    return [list(kept) for kept in samples]
