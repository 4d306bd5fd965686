"""manage.py export_customers FILE: writes customers as CSV, XLSX or vCards."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from accounts.models import User
from customers.exporting import TYPES, Format, TooManyRows, export_customers
from customers.importing.template import template
from customers.models import Tag
from customers.resources import Column, all_columns
from customers.search import read_search

DONE, NOT_DONE = 0, 2
FILTERS = {"has": "has", "birthday": "birthday", "added_from": "added_from",
           "added_to": "added_to", "visited": "visited", "not_since": "not_since",
           "not_for": "not_for", "coming": "coming", "sort": "sort"}  # fmt: skip


class NotExported(Exception):
    """The sentence that says why."""


class Command(BaseCommand):
    help = (
        "Export customers to a CSV, XLSX or vCard file, with the searches and filters of the list. "
        "Exit status: 0 done, 2 not done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help=".csv, .xlsx or .vcf; - writes standard output"
        )
        parser.add_argument("--format", choices=tuple(TYPES), default="")
        parser.add_argument("--search", default="", help="words, as in the list")
        parser.add_argument("--tag", action="append", default=[], help="who has the tag")
        parser.add_argument("--has", choices=("email", "phone", "no-email", "no-phone"))
        parser.add_argument("--birthday", choices=("month",), help="in this month")
        parser.add_argument("--added-from", metavar="YYYY-MM-DD")
        parser.add_argument("--added-to", metavar="YYYY-MM-DD")
        parser.add_argument("--visited", choices=("never",), help="who never came")
        parser.add_argument("--not-since", metavar="YYYY-MM-DD", help="whose last visit was before")
        parser.add_argument("--not-for", metavar="DAYS", help="whose last visit is so long ago")
        parser.add_argument("--coming", choices=("yes", "no"), help="with a visit to come, or none")
        parser.add_argument("--imported", action="store_true", help="who came by an import")
        parser.add_argument("--sort", metavar="COLUMN", help="name, surname, … or -name, …")
        parser.add_argument("--archived", action="store_true", help="the deleted ones instead")
        parser.add_argument(
            "--columns", default="", metavar="A,B",
            help="in this order, of: " + ", ".join(column.name for column in all_columns()),
        )  # fmt: skip
        parser.add_argument("--delimiter", default=",", help="of CSV: comma, semicolon or tab")
        parser.add_argument("--template", action="store_true", help="only headings, to fill in")
        parser.add_argument("--no-bom", action="store_true", help="CSV without a mark for Excel")
        parser.add_argument("--by", default="", metavar="EMAIL", help="whose act it is in history")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pieces = self.pieces(options)
            if options["file"] == "-":
                write_out(pieces)
            else:
                write_file(Path(options["file"]), pieces)
        except BrokenPipeError:
            sys.stderr.close()  # who reads has enough; Python would complain while it ends
            sys.exit(NOT_DONE)
        except (NotExported, TooManyRows, OSError, DatabaseError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self.stderr.write(f"{options['file']}: {reason}")
            sys.exit(NOT_DONE)

    def pieces(self, options: dict[str, Any]) -> Iterable[bytes]:
        """The file, piece by piece. Raises NotExported for options that make no sense."""
        if options["template"]:
            return self.template(format_of(options))
        query = query_of(options)
        search = read_search(query, archived=options["archived"])
        if search.problems:
            raise NotExported(" ".join(search.problems))
        return export_customers(
            search.order.sort(search.matching()),
            columns_of(options["columns"]),
            format_of(options),
            by=find_person(options["by"]),
            query=query,
            file_name=Path(options["file"]).name[:255],
        )

    def template(self, form: Format) -> Iterable[bytes]:
        if form.kind == "vcf":
            raise NotExported(_("A vCard has no headings to fill in. Ask for CSV or XLSX."))
        return template(form.kind)


def query_of(options: dict[str, Any]) -> dict[str, Any]:
    """The options as the list's address line says them."""
    query = {name: options[option] for name, option in FILTERS.items() if options[option]}
    if options["search"]:
        query["q"] = options["search"]
    if options["imported"]:
        query["imported"] = "1"
    if options["tag"]:
        known = {tag.name.lower(): tag.pk for tag in Tag.objects.all()}
        missing = [name for name in options["tag"] if name.lower() not in known]
        if missing:
            raise NotExported(_("There is no tag %(tag)s.") % {"tag": missing[0]})
        query["tag"] = [known[name.lower()] for name in options["tag"]]
    return query


def columns_of(text: str) -> list[Column]:
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = set(names) - {column.name for column in all_columns()}
    if unknown:
        raise NotExported(
            _("There is no column %(name)s. The columns are: %(columns)s.")
            % {
                "name": min(unknown),
                "columns": ", ".join(column.name for column in all_columns()),
            }
        )
    return all_columns(names)


def format_of(options: dict[str, Any]) -> Format:
    """What was asked for, or what the name of the file says."""
    ending = Path(options["file"]).suffix[1:].lower()
    kind = options["format"] or (ending if ending in TYPES else "csv")
    names = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t"}
    delimiter = names.get(options["delimiter"], options["delimiter"])
    if delimiter not in names.values():
        raise NotExported(_("--delimiter takes comma, semicolon or tab."))
    return Format(kind, delimiter, with_mark=not options["no_bom"])


def find_person(email: str) -> User | None:
    if not email:
        return None
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise NotExported(_("Nobody signs in with %(email)s.") % {"email": email})
    return person


def write_out(pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write beside the file and put it in place at the end: there is never half a file."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.writelines(pieces)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
