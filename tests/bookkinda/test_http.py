"""What a browser gets from the real web server in production: headers, caching, compression."""

import gzip
import http.client
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.bookkinda.conftest import ROOT, eventually
from tests.bookkinda.test_start import production
from tests.servers.postgresql import free_port

pytestmark = pytest.mark.slow


class Browser:
    """Asks like somebody behind the proxy of a production machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        proxy = {"Host": "book.example.org", "X-Forwarded-Proto": "https"}
        connection.request("GET", path, headers={**proxy, **headers})
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("production")
    port = free_port()
    environment = production(folder, PORT=str(port), WORKERS="0", WEB_WORKERS="1")
    command = [sys.executable, "manage.py"]
    subprocess.run([*command, "prepare"], cwd=ROOT, env=environment, check=True, timeout=120)  # noqa: S603 our own words
    server = subprocess.Popen([*command, "serve"], cwd=ROOT, env=environment)  # noqa: S603 our own words
    try:
        eventually(lambda: is_up(port))
        yield Browser(port)
    finally:
        server.terminate()
        server.wait(60)


def is_up(port: int) -> bool:
    try:
        return Browser(port).get("/sign-in/").status == 200
    except OSError:
        return False


@pytest.fixture
def style_sheet(browser: Browser) -> str:
    """The address of our own style sheet as the page names it."""
    page = browser.get("/sign-in/").body.decode()
    return re.search(r'href="(/static/css/[^"]+\.css)"', page)[1]


def test_a_page_carries_every_security_header(browser):
    headers = dict(browser.get("/sign-in/").getheaders())

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "unsafe" not in policy
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/backoffice/customers/", "/no-such-page/", "/sign-in"])
def test_refusals_and_redirects_are_not_stored_either(browser, path):
    answer = browser.get(path)

    assert answer.status in {301, 302, 404}
    assert "no-store" in answer.getheader("Cache-Control")
    assert answer.getheader("Permissions-Policy")
    assert answer.getheader("X-Content-Type-Options") == "nosniff"


def test_http_is_sent_to_https(browser):
    answer = browser.get("/sign-in/", **{"X-Forwarded-Proto": "http"})

    assert (answer.status, answer.getheader("Location")) == (
        301,
        "https://book.example.org/sign-in/",
    )


def test_cookies_are_for_https_and_not_for_scripts(browser):
    cookies = browser.get("/sign-in/").getheader("Set-Cookie")

    assert "csrftoken=" in cookies
    assert all(word in cookies for word in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_another_host_name_is_refused(browser):
    assert browser.get("/sign-in/", Host="evil.example.net").status == 400


def test_monitors_may_call_by_number_and_by_http(browser):
    plain = {"X-Forwarded-Proto": "http", "Host": "10.0.0.9"}
    alive = browser.get("/healthz", **plain)
    ready = browser.get("/readyz", **plain)

    assert (alive.status, alive.body) == (200, b'{"status": "ok"}')
    assert (ready.status, ready.body) == (503, b'{"status": "down", "down": ["worker"]}')


def test_static_files_have_hashes_and_are_kept_for_ever(browser, style_sheet):
    answer = browser.get(style_sheet)

    assert re.search(r"\.[0-9a-f]{12}\.css$", style_sheet)
    assert answer.status == 200
    assert answer.getheader("Cache-Control") == "max-age=315360000, public, immutable"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Cross-Origin-Resource-Policy") == "same-origin"
    assert answer.getheader("Set-Cookie") is None


def test_static_files_come_compressed_to_whoever_can_read_it(browser, style_sheet):
    plain = browser.get(style_sheet)
    brotli = browser.get(style_sheet, **{"Accept-Encoding": "gzip, br"})
    gzipped = browser.get(style_sheet, **{"Accept-Encoding": "gzip"})

    assert plain.getheader("Content-Encoding") is None
    assert brotli.getheader("Content-Encoding") == "br"
    assert gzipped.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(gzipped.body) == plain.body
    assert len(brotli.body) < len(plain.body) / 2
    assert "Accept-Encoding" in plain.getheader("Vary")


def test_every_static_file_that_a_page_names_is_there(browser):
    page = browser.get("/sign-in/").body.decode()
    names = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))

    assert len(names) > 3
    assert {name: browser.get(name).status for name in names} == dict.fromkeys(names, 200)


def test_what_is_private_on_disk_has_no_address(browser):
    for path in ("/static/../secret-key", "/static/static.fingerprint", "/media/", "/secret-key"):
        assert browser.get(path).status in {400, 404}


def test_the_folder_of_the_data_is_closed_to_others(tmp_path):
    folder = tmp_path / "new"
    command = [sys.executable, "manage.py", "prepare"]
    subprocess.run(command, cwd=ROOT, env=production(folder), check=True, timeout=120)  # noqa: S603 our own words

    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "bookkinda.sqlite3").exists()
