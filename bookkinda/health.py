"""/healthz: this process answers. /readyz: everything is being sent. For monitors; tell no more."""

import logging
from collections.abc import Callable, Iterator

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from bookkinda.middleware import Handler
from notifications.health import parts_that_fail

NO_STORE = {"Cache-Control": "no-store"}

log = logging.getLogger(__name__)


@login_not_required
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all; asks nobody else."""
    return JsonResponse({"status": "ok"}, headers=NO_STORE)


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 and "ok", or 503 and the names of the parts that do not do their work."""
    down = list(parts_that_are_down())
    answer = {"status": "down", "down": down} if down else {"status": "ok"}
    return JsonResponse(answer, status=503 if down else 200, headers=NO_STORE)


def parts_that_are_down() -> Iterator[str]:
    try:
        yield from list(parts_that_fail())
    except Error as error:
        log.warning("The database does not answer (%s).", type(error).__name__)
        yield "database"
        return
    try:
        cache.get("health")
    except Exception as error:  # each kind of cache has errors of its own
        log.warning("The cache does not answer (%s).", type(error).__name__)
        yield "cache"


class HealthMiddleware:
    """Answers before host name, https and session are looked at.

    Whoever watches calls the machine by its number and by http, and needs an answer most when the
    database gives none.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.answers: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            reverse("alive"): alive,
            reverse("ready"): ready,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answers.get(request.path, self.get_response)(request)
