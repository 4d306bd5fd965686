"""What a start refuses, in real processes with the values of a production machine."""

import os
import re
import subprocess
import sys

import pytest

from tests.bookkinda.conftest import ROOT

pytestmark = pytest.mark.slow
KEY = "p8mVw3-eXr5kTq9LzB2nYc7Hd4Gj6Fs1Au0Oi_ZbNxMvCQyWtRe"


def production(folder, **changes: str | None) -> dict[str, str]:
    values = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "SECRET_KEY": KEY,
        "PUBLIC_BASE_URL": "https://book.example.org",
        "EMAIL_URL": "smtp+tls://shop:secret@mail.example.org:587",
        "TRUSTED_PROXIES": "1",
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 our own words
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_production_values_pass_every_check_and_no_setting_is_deprecated(tmp_path):
    check = ("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    passed = run(production(tmp_path), *check)

    assert (passed.returncode, passed.stderr) == (0, "")
    assert "no issues (0 silenced)" in passed.stdout


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"DEBUG": "true"}, "DEBUG shows settings and data"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY can be guessed"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY can be guessed"),
        ({"SECRET_KEY": f"django-insecure-{KEY}"}, "SECRET_KEY can be guessed"),
        ({"SECRET_KEY_FALLBACKS": "old"}, "SECRET_KEY can be guessed"),
        ({"EMAIL_URL": "consolemail://"}, "Name a mail server"),
        ({"EMAIL_URL": "filemail://"}, "Name a mail server"),
        ({"EMAIL_URL": "dummymail://"}, "Name a mail server"),
        (
            {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
            "Name a mail server",
        ),
        (
            {"EMAIL_BACKEND": "notifications.channels.mailbox.EmailBackend"},
            "Name a mail server",
        ),
        ({"ANYMAIL_DEBUG_API_REQUESTS": "true"}, "prints every mail"),
        ({"TWILIO_SMS_FROM": "+15005550006"}, "set up by halves"),
        ({"TWILIO_API_URL": "http://twilio.example"}, "must start with https://"),
        ({"PUBLIC_BASE_URL": "http://book.example.org"}, "must start with https://"),
        ({"CACHE_URL": "locmemcache://"}, "cache that processes do not share"),
        ({"CACHE_URL": "dummycache://"}, "cache that processes do not share"),
    ],
)
def test_production_refuses_what_is_only_for_trying(tmp_path, changes, sentence):
    refused = run(production(tmp_path, **changes), "manage.py", "worker")

    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_web_server_of_ones_own_is_refused_too(tmp_path):
    environment = production(tmp_path, DEBUG="true")

    refused = run(environment, "-c", "import bookkinda.wsgi")

    assert refused.returncode != 0
    assert "DEBUG shows settings and data" in refused.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
        ({"PUBLIC_BASE_URL": None}, "PUBLIC_BASE_URL is not set"),
        ({"EMAIL_URL": None}, "EMAIL_URL is not set"),
        ({"DEBUG": "perhaps"}, "DEBUG must be true or false"),
        ({"PORT": "http"}, "PORT must be a whole number"),
        ({"TRUSTED_PROXIES": "99"}, "TRUSTED_PROXIES must be between"),
        ({"DATABASE_URL": "oracle://secret"}, "DATABASE_URL must be an address"),
        ({"BOOKKINDA_ENVIRONMENT": "staging"}, "BOOKKINDA_ENVIRONMENT must be one of"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of"),
        ({"SECRET_KEY": None, "SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE names the file"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "check"])
def test_a_wrong_value_stops_the_start_with_a_sentence(tmp_path, changes, sentence, command):
    refused = run(production(tmp_path, **changes), "manage.py", command)

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Bookkinda can't start: {sentence}")
    assert "secret" not in refused.stderr


def test_without_a_proxy_the_deploy_check_explains_what_is_missing(tmp_path):
    environment = production(tmp_path, TRUSTED_PROXIES="0")

    explained = run(environment, "manage.py", "check", "--deploy")

    assert "TRUSTED_PROXIES is 0" in explained.stderr


def test_a_provider_named_by_its_backend_needs_its_key_and_no_mail_address(tmp_path):
    named = {"EMAIL_URL": None, "EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend"}
    (tmp_path / "key").write_text("secret")
    with_key = {**named, "ANYMAIL_MAILGUN_API_KEY_FILE": str(tmp_path / "key")}

    refused = run(production(tmp_path, **named), "manage.py", "check")
    passed = run(production(tmp_path, **with_key), "manage.py", "check")

    assert "EMAIL_BACKEND=anymail.backends.mailgun.EmailBackend cannot be used" in refused.stderr
    assert passed.returncode == 0, passed.stderr


def test_a_misspelt_mail_backend_is_named(tmp_path):
    environment = production(tmp_path, EMAIL_BACKEND="anymail.backends.mailgunn.EmailBackend")

    refused = run(environment, "manage.py", "check")

    assert "EMAIL_BACKEND=anymail.backends.mailgunn.EmailBackend cannot be used" in refused.stderr


def test_every_variable_that_is_read_is_explained():
    read = set()
    for path in ROOT.glob("*/**/*.py"):
        if "tests" not in path.parts and ".venv" not in path.parts:
            read |= set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', path.read_text()))
    explained = (ROOT / "docs/running/settings.md").read_text()

    assert len(read) > 20
    assert {name for name in read if f"`{name}" not in explained} == set()


def test_a_local_machine_makes_one_key_even_when_two_processes_start_at_once(tmp_path):
    command = [sys.executable, "-c", "from bookkinda import settings; print(settings.SECRET_KEY)"]
    environment = {
        "PATH": os.environ["PATH"],
        "BOOKKINDA_ENVIRONMENT": "local",
        "DATA_DIR": str(tmp_path / "new"),
    }
    starts = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 our own words
        for _ in range(4)
    ]

    keys = {start.communicate(timeout=60)[0].strip() for start in starts}

    assert keys == {(tmp_path / "new" / "secret-key").read_text()}
    assert len(keys.pop()) > 50
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]
