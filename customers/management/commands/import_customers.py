"""manage.py import_customers FILE: takes customers in from CSV, XLSX or vCards."""

import codecs
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import phonenumbers
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from customers.importing import reporting, runs
from customers.importing.forgetting import forget
from customers.importing.options import ImportOptions
from customers.importing.problems import FileRefused, TakenOver
from customers.importing.reading import LARGEST_FILE
from customers.importing.recognising import KEYS
from customers.importing.refused import write_report
from customers.importing.taken import customers_of
from customers.models import ChangeSet, Customer, ImportRun
from customers.resources import LONGEST_TAG
from notifications import portal_access
from notifications.portal_access import Allowed

ALL_TAKEN, SOME_REFUSED, UNUSABLE = 0, 1, 2
MOST_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import customers from a CSV, XLSX or vCard file. Exit status: 0 all rows were taken, "
        "1 some were refused, 2 the file cannot be used and nothing was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="CSV, XLSX or vCard; - reads standard input"
        )
        parser.add_argument(
            "--map", action="append", default=[], metavar="HEADER=FIELD",
            help='which field a column is; "#3=email" for the third; "HEADER=" leaves it out',
        )  # fmt: skip
        parser.add_argument("--country", default="", help="of phone numbers without a country code")
        parser.add_argument(
            "--existing", choices=("skip", "update", "fill"), default="skip",
            help="customers who are known: leave, change, or fill in what is blank",
        )  # fmt: skip
        parser.add_argument(
            "--match", default="id,external_id,email", help="known by (also: phone)"
        )
        parser.add_argument("--encoding", default="", help="of the text, if it is guessed wrong")
        parser.add_argument("--delimiter", default="", help="between cells, if it is guessed wrong")
        parser.add_argument("--sheet", default="", help="of the workbook; the first if not said")
        parser.add_argument("--date-order", choices=("dmy", "mdy"), default="")
        parser.add_argument("--tag", action="append", default=[], help="put on every customer")
        parser.add_argument("--clear-blanks", action="store_true", help="blank cells clear fields")
        parser.add_argument("--shared-email", action="store_true", help="families share addresses")
        parser.add_argument(
            "--photos", type=Path, metavar="ZIP", help="pictures, named after whom they show"
        )
        parser.add_argument(
            "--allow-login", action="store_true",
            help="afterwards, send a login to everybody in the file who never had one",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument(
            "--report", type=Path, metavar="FILE", help="refused rows, .csv or .xlsx"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--by", default="", metavar="EMAIL", help="whose act it is in history")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        try:
            chosen = read_options(options)
            by = find_person(options["by"])
            with as_file(options["file"]) as (path, name):
                work = runs.import_file(
                    path, name=name, options=chosen, by=by, source=ChangeSet.Source.COMMAND,
                    dry_run=options["dry_run"], photos=options["photos"],
                    progress=self.progress(),
                )  # fmt: skip
            allowed = allow_to_login(work.run, by) if options["allow_login"] else None
        except (FileRefused, TakenOver, OSError, DatabaseError, KeyboardInterrupt) as error:
            self.stderr.write(f"{options['file']}: {sentence(error)}")
            sys.exit(UNUSABLE)
        self.tell(work, options, time.monotonic() - started, allowed)
        if options["report"] and work.counts["refused"]:
            write_report(options["report"], work)
        if options["dry_run"]:
            forget(work.run)
        if work.counts["refused"]:
            sys.exit(SOME_REFUSED)

    def tell(
        self, work: runs.Import, options: dict[str, Any], seconds: float, allowed: Allowed | None
    ) -> None:
        """Say what was done: for a person, or for a program."""
        dry_run = options["dry_run"]
        if options["json"]:
            summary = reporting.summary(work, dry_run=dry_run, seconds=seconds)
            if allowed:
                summary["allowed_to_login"] = as_json(allowed)
            self.stdout.write(json.dumps(summary, ensure_ascii=False, indent=2))
            return
        for line in reporting.sentences_about_file(work):
            self.stdout.write(line)
        for line in reporting.sentences_about_offers(work):
            self.stdout.write(line)
        shown = reporting.problems_of(work, MOST_SHOWN)
        for one in shown:
            column = f"{one['column']}: " if one["column"] else ""
            self.stdout.write(_("Row %(row)s: ") % one + column + one["problem"])
        if work.counts["refused"] > MOST_SHOWN and not options["report"]:
            self.stdout.write(_("More rows were refused; --report FILE writes all of them."))
        self.stdout.write(reporting.sentence_about_result(work, dry_run=dry_run))
        for line in sentences_about_logins(allowed) if allowed else ():
            self.stdout.write(line)

    def progress(self) -> Any:
        """A bar on a terminal, nothing elsewhere."""
        if not sys.stderr.isatty():
            return lambda stage, done, total: None
        names = {
            "checking": _("Checking"), "saving": _("Importing"), "pictures": _("Pictures"),
        }  # fmt: skip

        def show(stage: str, done: int, total: int) -> None:
            width = 30
            filled = width * done // max(total, 1)
            end = "\n" if done >= total else ""
            bar = "█" * filled + "·" * (width - filled)
            sys.stderr.write(f"\r{names[stage]:<10} {bar} {done:,}/{total:,}{end}")
            sys.stderr.flush()

        return show


def read_options(options: dict[str, Any]) -> ImportOptions:
    """The options of the command as an import's. Raises FileRefused for what makes no sense."""
    match = tuple(key.strip() for key in options["match"].split(",") if key.strip())
    if not match or set(match) - set(KEYS):
        raise FileRefused(_("--match takes some of: %(keys)s.") % {"keys": ", ".join(KEYS)})
    country = options["country"].upper()
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        raise FileRefused(_("--country takes two letters, like GB."))
    if options["clear_blanks"] and options["existing"] != "update":
        raise FileRefused(_("--clear-blanks goes with --existing update."))
    delimiter = {"tab": "\t", "\\t": "\t"}.get(options["delimiter"], options["delimiter"])
    if len(delimiter) > 1:
        raise FileRefused(_("--delimiter takes one sign, or tab."))
    if options["report"] and options["report"].suffix.lower() not in {".csv", ".xlsx"}:
        raise FileRefused(_("--report writes .csv or .xlsx."))
    if options["allow_login"] and options["dry_run"]:
        raise FileRefused(_("--allow-login sends passwords, and --dry-run does nothing."))
    longest = LONGEST_TAG
    if any(not tag.strip() or len(tag) > longest for tag in options["tag"]):
        raise FileRefused(_("--tag takes 1 to %(longest)s letters.") % {"longest": longest})
    return ImportOptions(
        existing=options["existing"],
        match=match,
        told=dict(pair(text) for text in options["map"]),
        country=country,
        encoding=known_encoding(options["encoding"]),
        delimiter=delimiter,
        sheet=options["sheet"],
        date_order=options["date_order"],
        tags=tuple(tag.strip() for tag in options["tag"]),
        clear_blanks=options["clear_blanks"],
        shared_email=options["shared_email"],
    )


def allow_to_login(run: ImportRun, by: User | None) -> Allowed:
    """A login for everybody of the import who never had one; the worker sends the passwords."""
    return portal_access.allow(
        customers_of(run), by=by, source=ChangeSet.Source.COMMAND, again=False
    )


def as_json(allowed: Allowed) -> dict[str, Any]:
    return {
        "change": allowed.change_set.pk,
        "allowed": allowed.change_set.size,
        "left_out": allowed.left_out.count,
        "reasons": {str(pk): reason for pk, reason in allowed.left_out.reasons.items()},
    }


def sentences_about_logins(allowed: Allowed) -> Iterator[str]:
    """How many are allowed to log in, and whom it left out and why."""
    size, left_out = allowed.change_set.size, allowed.left_out
    yield ngettext(
        "Allowed to log in: %(n)s customer. The worker sends the password.",
        "Allowed to log in: %(n)s customers. The worker sends the passwords.",
        size,
    ) % {"n": f"{size:,}"}
    if not left_out:
        return
    yield _("Left out: %(n)s.") % {"n": f"{left_out.count:,}"}
    first = list(left_out.reasons)[:MOST_SHOWN]
    names = Customer.objects.in_bulk(first)
    for pk in first:
        yield f"{names.get(pk, pk)}: {left_out.reasons[pk]}"


def pair(text: str) -> tuple[str, str]:
    header, sign, name = text.rpartition("=")
    if not sign or not header:
        raise FileRefused(_('--map takes "Header=field".'))
    return header.strip(), name.strip()


def known_encoding(name: str) -> str:
    if not name:
        return ""
    try:
        "".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError):
        raise FileRefused(_("There is no encoding %(name)s.") % {"name": name}) from None
    return name


def find_person(email: str) -> User | None:
    if not email:
        return None
    person = User.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise FileRefused(_("Nobody signs in with %(email)s.") % {"email": email})
    return person


@contextmanager
def as_file(name: str) -> Iterator[tuple[Path, str]]:
    """The file and what to call it; standard input is kept in a file while it is needed."""
    if name != "-":
        path = Path(name)
        if not path.is_file():
            raise FileRefused(_("There is no such file."))
        yield path, os.fsencode(path.name).decode(errors="replace")
        return
    with tempfile.NamedTemporaryFile(prefix="bookkinda-import-") as copy:
        shutil.copyfileobj(Limited(), copy)
        copy.flush()
        yield Path(copy.name), _("standard input")


class Limited:
    """Standard input, up to a little more than what may be imported."""

    def __init__(self) -> None:
        self.left = LARGEST_FILE + 1

    def read(self, size: int = -1) -> bytes:
        piece = sys.stdin.buffer.read(min(size, self.left) if size > 0 else self.left)
        self.left -= len(piece)
        return piece


def sentence(error: BaseException) -> str:
    """The error as a sentence, without where in our code it happened."""
    if isinstance(error, FileRefused):
        return f"{error} {error.hint}".strip()
    if isinstance(error, TakenOver):
        return _(
            "The same import was started once more and goes on there, or it was stopped on a page."
        )
    if isinstance(error, DatabaseError):
        return _(
            "The database cannot do it now (%(error)s). Start the same import again later."
        ) % {"error": str(error).strip().partition("\n")[0]}
    if isinstance(error, KeyboardInterrupt):
        return _("Stopped. What was saved stays; the same command goes on from there.")
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
