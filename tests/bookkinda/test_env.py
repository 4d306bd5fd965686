"""Strict readers: a wrong value is refused in a sentence that names the variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from bookkinda import databases, env


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv("THING", raising=False)
    monkeypatch.delenv("THING_FILE", raising=False)


def refused(match: str):
    return pytest.raises(ImproperlyConfigured, match=match)


def test_a_value_is_read_from_the_variable(monkeypatch):
    monkeypatch.setenv("THING", "some words")
    assert env.text("THING") == "some words"


def test_a_value_is_read_from_the_file_that_the_variable_names(monkeypatch, tmp_path):
    (tmp_path / "thing").write_text("from a file\n")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    assert env.text("THING") == "from a file"


def test_both_a_value_and_a_file_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("THING", "x")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    with refused("Set THING or THING_FILE, not both"):
        env.text("THING")


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("THING_FILE", str(tmp_path / "missing"))
    with refused("THING_FILE names the file .*missing, which cannot be read: No such file"):
        env.text("THING")


def test_a_file_that_is_no_text_is_refused_without_its_content(monkeypatch, tmp_path):
    (tmp_path / "thing").write_bytes(b"\xff\xfe secret")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    with refused("THING_FILE names the file .*thing, which is not UTF-8 text"):
        env.text("THING")


@pytest.mark.parametrize("empty", ["", None])
def test_a_missing_value_takes_the_default_or_is_refused(monkeypatch, empty):
    if empty is not None:
        monkeypatch.setenv("THING", empty)
    assert env.text("THING", "default") == "default"
    with refused("THING is not set"):
        env.text("THING")


@pytest.mark.parametrize("word", ["1", "true", "YES", "On"])
def test_words_for_true(monkeypatch, word):
    monkeypatch.setenv("THING", word)
    assert env.flag("THING", default=False) is True


@pytest.mark.parametrize("word", ["0", "false", "NO", "Off"])
def test_words_for_false(monkeypatch, word):
    monkeypatch.setenv("THING", word)
    assert env.flag("THING", default=True) is False


@pytest.mark.parametrize("word", ["maybe", "2", "ture", " "])
def test_other_words_are_not_a_yes_or_no(monkeypatch, word):
    monkeypatch.setenv("THING", word)
    with refused(f"THING must be true or false, not '{word}'"):
        env.flag("THING", default=True)


@pytest.mark.parametrize("word", ["ten", "1.5", "1e3", "0x10"])
def test_a_number_is_whole(monkeypatch, word):
    monkeypatch.setenv("THING", word)
    with refused(f"THING must be a whole number, not '{word}'"):
        env.number("THING", 1)


@pytest.mark.parametrize("word", ["0", "11", "-3"])
def test_a_number_keeps_its_limits(monkeypatch, word):
    monkeypatch.setenv("THING", word)
    with refused("THING must be between 1 and 10"):
        env.number("THING", 5, least=1, most=10)


def test_both_limits_of_a_number_are_included(monkeypatch):
    for word in ("1", "10"):
        monkeypatch.setenv("THING", word)
        assert env.number("THING", 5, least=1, most=10) == int(word)


def test_a_choice_names_what_can_be_chosen(monkeypatch):
    monkeypatch.setenv("THING", "blue")
    with refused("THING must be one of green, red, not 'blue'"):
        env.choice("THING", {"red", "green"}, "red")


def test_words_are_parted_by_commas(monkeypatch):
    monkeypatch.setenv("THING", " a.example.org, b.example.org,, ")
    assert env.words("THING") == ["a.example.org", "b.example.org"]


@pytest.mark.parametrize(
    "address", ["https://book.example.org", "http://127.0.0.1:8123", "http://[::1]:8000"]
)
def test_a_base_address_is_taken_without_its_last_slash(monkeypatch, address):
    monkeypatch.setenv("THING", f"{address}/")
    assert env.base_url("THING") == address


@pytest.mark.parametrize(
    "address",
    [
        "book.example.org",
        "ftp://book.example.org",
        "https://",
        "https://book.example.org/path",
        "https://book.example.org?query",
        "https://user@book.example.org",
        "https://book.example.org:port",
        "https://book.example.org:99999",
    ],
)
def test_anything_else_is_no_base_address(monkeypatch, address):
    monkeypatch.setenv("THING", address)
    with refused("THING must look like https://book.example.org"):
        env.base_url("THING")


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("db", "mysql://user:secret@host/name"),
        ("db", "postgres:secret"),
        ("db", "secret"),
        ("cache", "memcache://secret"),
        ("email", "sendgrid://secret"),
        ("email", "smtp+tls:secret"),
    ],
)
def test_an_address_of_an_unknown_kind_is_refused_and_not_repeated(monkeypatch, kind, address):
    monkeypatch.setenv("THING", address)
    with refused("THING must be an address that starts with") as error:
        env.url("THING", kind)
    assert "secret" not in str(error.value)


def test_an_address_with_a_broken_port_is_refused_and_not_repeated(monkeypatch):
    monkeypatch.setenv("THING", "postgres://user:half/secret@host:port/name")
    with refused("THING is not a whole address") as error:
        env.url("THING", "db")
    assert "secret" not in str(error.value)


def test_a_mail_password_is_url_encoded(monkeypatch):
    monkeypatch.setenv("THING", "smtp+tls://shop%40example.org:p%2Fw%40@mail.example.org:587")
    config = env.url("THING", "email")
    assert config["EMAIL_HOST_USER"] == "shop@example.org"
    assert config["EMAIL_HOST_PASSWORD"] == "p/w@"
    assert config["EMAIL_USE_TLS"] is True


def test_sqlite_in_memory_is_refused_because_processes_could_not_share_it(monkeypatch):
    monkeypatch.setenv("THING", "sqlite://")
    with refused("DATABASE_URL must name the file"):
        databases.complete(env.url("THING", "db"))


def test_options_in_the_address_of_a_database_are_kept(monkeypatch):
    monkeypatch.setenv("THING", "postgres://u:p@db.example.org/name?sslmode=require")
    options = databases.complete(env.url("THING", "db"))["OPTIONS"]
    assert options == {"connect_timeout": 10, "sslmode": "require"}
