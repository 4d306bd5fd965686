from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from bookkinda import preparing, serving
from bookkinda.stopping import StopSignal
from bookkinda.supervisor import CannotStart, Child, keep_running


class Command(BaseCommand):
    help = "Runs the web server and the worker, restarts what dies, stops both on Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        self.refuse_unprepared()
        stop = StopSignal()
        stop.listen()
        with ExitStack() as stack:
            try:
                keep_running(self.children(stack), stop)
            except ImproperlyConfigured as error:
                raise CommandError(str(error)) from None
            except CannotStart as error:
                raise CommandError(
                    f"The {error} cannot start; what it said is above this line."
                ) from None

    def refuse_unprepared(self) -> None:
        try:
            prepared = preparing.has_all_tables() and preparing.has_static_files()
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from None
        finally:
            connections.close_all()
        if not prepared:
            raise CommandError(
                "Tables or static files of this version are missing. Run first: manage.py prepare"
            )

    def children(self, stack: ExitStack) -> list[Child]:
        """Whom to keep running; with WEB_WORKERS=0 or WORKERS=0 the others run elsewhere."""
        children = serving.workers()
        if settings.WEB_WORKERS:
            listener = stack.enter_context(serving.open_port(settings.HOST, settings.PORT))
            children.insert(0, serving.web_server(listener))
            host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
            self.stdout.write(f"Bookkinda answers at http://{host}:{settings.PORT}/")
            self.stdout.write("Ctrl-C stops it.")
        if not children:
            raise CommandError("WEB_WORKERS and WORKERS are both 0: there is nothing to run.")
        return children
