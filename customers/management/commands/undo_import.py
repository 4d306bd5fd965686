"""manage.py undo_import RUN: takes an import back, as the page of the import does."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from customers import undoing
from customers.importing import steps
from customers.left_behind import left_behind, reason_of
from customers.models import ChangeSet, ImportRun

ALL_TAKEN_BACK, SOME_REFUSED, NOT_UNDONE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Undo an import, and stop it first if it runs: added customers go to the archive, changed "
        "ones are as they were. Exit status: 0 all were taken back, 1 some changed since and stay, "
        "2 nothing was undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "run",
            type=int,
            nargs="?",
            metavar="RUN",
            help="its number; none: the last ones",
        )
        parser.add_argument("--by", default="", metavar="EMAIL", help="whose act it is in history")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["run"]:
            self.list_runs()
            return
        run = ImportRun.objects.filter(pk=options["run"]).select_related("change_set").first()
        by = User.objects.filter(email=options["by"].strip().lower()).first()
        if options["by"] and by is None:
            self.give_up(_("Nobody signs in with %(email)s.") % {"email": options["by"]})
        if run is None or run.change_set is None:
            self.give_up(_("There is no such import, or nothing came of it."))
            return
        if run.state == ImportRun.State.SAVING:
            steps.stop(run)
        try:
            done = undoing.undo(run.change_set, by=by, source=ChangeSet.Source.COMMAND)
        except undoing.CannotUndo as reason:
            self.give_up(str(reason))
            return
        self.tell(done.change_set)

    def tell(self, undo: ChangeSet) -> None:
        """How many were taken back, and everybody who was not."""
        undo.refresh_from_db()
        text = ngettext(
            "%(count)s customer was taken back.", "%(count)s customers were taken back.", undo.size
        )
        self.stdout.write(text % {"count": f"{undo.size:,}"})
        stayed = False
        for change in left_behind(undo).iterator(chunk_size=2_000):
            stayed = True
            self.stdout.write(f"ID {change.customer_id}: {reason_of(change, undo)}")
        if stayed:
            sys.exit(SOME_REFUSED)

    def list_runs(self) -> None:
        for run in ImportRun.objects.exclude(change_set=None).order_by("-pk")[:10]:
            self.stdout.write(f"{run.pk}  {run.started_at:%Y-%m-%d %H:%M}  {run.file_name}")

    def give_up(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(NOT_UNDONE)
