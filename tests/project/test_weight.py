"""What a page weighs on the first visit, without pictures: under 100 kB.

Counted are the bytes of the page, its style sheets and its scripts with those that they import, as
they travel: the files as Brotli made them when they were collected, the page as it was sent. Files
come from the cache from the second page on. The business is the sample, with a full diary.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment, Service
from bookkinda.sample.business import make_sample

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
MOST = 100_000
LINKED = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js))"')
IMPORTED = re.compile(r'(?:from|import)\s*"\./([^"]+)"')
BACK_OFFICE = [
    "business:dashboard", "business:booking", "appointments:calendar", "appointments:add",
    "appointments:suggestions", "appointments:services", "appointments:providers",
    "appointments:hours", "appointments:blocks", "customers:list",
]  # fmt: skip


@pytest.fixture
def files(settings, tmp_path: Path) -> Path:
    """The style sheets and scripts as they are served, collected and compressed."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "bookkinda.static_files.Storage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def with_imports(files: Path, name: str, found: dict[str, int]) -> None:
    """Notes the size of a file and of the modules that it imports."""
    if name in found:
        return
    plain = files / name
    small = plain.with_name(f"{plain.name}.br")
    found[name] = (small if small.exists() else plain).stat().st_size
    if name.endswith(".js"):
        for other in IMPORTED.findall(plain.read_text(encoding="utf-8")):
            with_imports(files, f"{Path(name).parent}/{other}", found)


def weight(files: Path, sent: bytes) -> int:
    found: dict[str, int] = {}
    for name in LINKED.findall(gzip.decompress(sent).decode()):
        with_imports(files, name, found)
    assert len(found) > 5
    return sum(found.values()) + len(sent)


def addresses(owner: Client) -> Iterator[tuple[Client, str]]:
    """The pages of appointments, each for who sees it."""
    coming = Appointment.objects.coming()
    mine = coming.filter(customer__user__is_active=True).last()
    service = Service.objects.filter(is_online=True).first()
    assert mine
    assert service
    visitor, customer = Client(), Client()
    customer.force_login(mine.customer.user)
    for name in BACK_OFFICE:
        yield owner, reverse(name)
    for view in ("day", "month"):
        yield owner, f"{reverse('appointments:calendar')}?view={view}"
    yield owner, reverse("customers:profile", args=[mine.customer_id])
    for name in ("detail", "move", "cancel"):
        yield owner, reverse(f"appointments:{name}", args=[mine.pk])
    yield visitor, reverse("booking:services")
    yield visitor, reverse("booking:providers", args=[service.pk])
    yield visitor, reverse("booking:times", args=[service.pk, "anyone"])
    for name in ("done", "manage", "manage-move", "manage-cancel"):
        yield visitor, reverse(f"booking:{name}", args=[mine.token])
    for name in ("home", "profile", "calendar", "close"):
        yield customer, reverse(f"portal:{name}")
    yield customer, reverse("portal:move", args=[mine.pk])


def test_a_page_weighs_less_than_100_kb(files):
    owner = Client()
    owner.force_login(make_sample().owner)

    found = {}
    for browser, address in addresses(owner):
        answer = browser.get(address, follow=True, headers={"accept-encoding": "gzip"})
        assert answer.status_code in {200, 409}, address
        found[address] = weight(files, answer.content)

    assert len(found) > 25
    assert {address: size for address, size in found.items() if size >= MOST} == {}
