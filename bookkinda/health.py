"""/health/: whether this installation does its work, for whoever watches it. Tells no more."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone

from bookkinda.jobs import Job, WorkerSign
from bookkinda.middleware import Handler

SILENCE = timedelta(seconds=60)  # a worker shows itself every few seconds, except during a job

log = logging.getLogger(__name__)


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 and "ok", or 503 and the names of the parts that are down."""
    down = list(parts_that_are_down())
    answer = {"status": "down", "down": down} if down else {"status": "ok"}
    return JsonResponse(answer, status=503 if down else 200, headers={"Cache-Control": "no-store"})


def parts_that_are_down() -> Iterator[str]:
    try:
        worker_is_there = a_worker_is_there()
    except Error as error:
        log.warning("The database does not answer (%s).", type(error).__name__)
        yield "database"
        return
    if not worker_is_there:
        yield "worker"
    try:
        cache.get("health")
    except Exception as error:  # each kind of cache has errors of its own
        log.warning("The cache does not answer (%s).", type(error).__name__)
        yield "cache"


def a_worker_is_there() -> bool:
    """Whether one was seen lately, or is busy with a job whose lease it holds."""
    now = timezone.now()
    return (
        WorkerSign.objects.filter(seen_at__gte=now - SILENCE).exists()
        or Job.objects.filter(state=Job.State.RUNNING, leased_until__gte=now).exists()
    )


class HealthMiddleware:
    """Answers before host name, https and session are looked at.

    Whoever watches calls the machine by its number and by http, and needs an answer most when the
    database gives none.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.path = reverse("health")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == self.path:
            return health(request)
        return self.get_response(request)
