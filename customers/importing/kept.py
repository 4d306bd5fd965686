"""What a check went by, kept in the run: enough to go on, fix cells and report without the file."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bookkinda.preferences import Preferences
from customers.importing.checking import Survey
from customers.importing.columns import Mapped
from customers.importing.dates import DateOrder
from customers.importing.local_files import local_file
from customers.importing.options import ImportOptions
from customers.importing.reading import open_table
from customers.importing.table import Row, Table
from customers.models import ImportRun
from customers.resources import all_columns


@dataclass
class KeptTable(Table):
    """The table of a run whose upload is opened only when somebody asks for its rows."""

    run: ImportRun | None = None

    def rows(self) -> Iterator[Row]:
        """Raises FileRefused when the upload is gone."""
        if self.run is None:
            return
        options = ImportOptions.from_json(self.run.options)
        with local_file(self.run.file) as path:
            yield from open_upload(path, options).rows()


def open_upload(path: Any, options: ImportOptions) -> Table:
    """The table in the file as the options read it. Raises FileRefused."""
    return open_table(
        path,
        language=Preferences.load().language,
        encoding=options.encoding,
        delimiter=options.delimiter,
        sheet=options.sheet,
    )


def as_kept(table: Table, mapped: Mapped, survey: Survey, country: str) -> dict[str, Any]:
    """Everything about the file but its rows, as JSON can hold it."""
    return {
        "headers": table.headers,
        "digest": table.digest,
        "about": table.about,
        "notes": table.notes,
        "delimiter": table.delimiter,
        "is_guarded": table.is_guarded,
        "columns": {str(at): column.name for at, column in mapped.cells.items()},
        "not_read": mapped.not_read,
        "without_header": mapped.without_header,
        "rows": survey.rows,
        "order": asdict(survey.order),
        "country": country,
    }


def reopened(run: ImportRun) -> tuple[Table, Mapped, Survey, str]:
    """What `as_kept` kept."""
    kept = run.table
    table = KeptTable(
        headers=kept["headers"],
        digest=kept["digest"],
        about=kept["about"],
        notes=kept["notes"],
        delimiter=kept["delimiter"],
        is_guarded=kept["is_guarded"],
        run=run,
    )
    columns = {column.name: column for column in all_columns()}
    cells = {int(at): columns[name] for at, name in kept["columns"].items()}
    mapped = Mapped(cells, kept["not_read"], kept["without_header"])
    return table, mapped, Survey(kept["rows"], DateOrder(**kept["order"])), kept["country"]
