"""A ZIP of pictures: whose each one is, and what is refused before it costs anything."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from customers import photos
from customers.importing import pictures
from customers.importing.pictures import Person, match_pictures, open_pictures, people_of
from customers.importing.problems import FileRefused
from customers.models import Customer, ImportRun
from tests.customers.importing.conftest import run_import
from tests.customers.pictures import picture, png_that_claims

ADA = Person(1, "Ada", "Lovelace", "ada@example.org", "+447700900123", "C-7")
GOEDEL = Person(2, "Kurt", "Gödel", "kurt@example.org", "", "17")
TWINS = [Person(3, "Jo", "Smith"), Person(4, "Jo", "Smith", external_id="2")]
SINGLE = Person(17, "Cher")
PEOPLE = [ADA, GOEDEL, *TWINS, SINGLE]


def pack(path: Path, files: dict[str, bytes], level: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", level) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def answer(tmp_path: Path, *names: str) -> dict[str, int | str]:
    found = open_pictures(pack(tmp_path / "p.zip", dict.fromkeys(names, b"x"))).pictures
    return {
        one.picture.name: one.customer_id or one.reason
        for one in match_pictures(found, PEOPLE, "GB")
    }


@pytest.mark.parametrize(
    ("name", "customer"),
    [
        ("ada@example.org.jpg", 1), ("ADA@Example.org.JPEG", 1), ("C-7.png", 1),
        ("1.webp", 1), ("+447700900123.jpg", 1), ("07700 900123.jpg", 1), ("07700-900-123.jpg", 1),
        ("Ada Lovelace.jpg", 1), ("Lovelace, Ada.jpg", 1), ("ada_lovelace.jpg", 1),
        ("AdaLovelace.jpg", 1), ("Ada Lovelace (1).jpg", 1), ("team/2024/Ada-Lovelace.jpg", 1),
        ("..\\..\\Ada Lovelace.jpg", 1), ("../../etc/Ada Lovelace.jpg", 1),
        ("Kurt Gödel.jpg", 2), ("kurt godel.jpg", 2), ("KURT_GO\u0308DEL.jpg", 2), ("17.jpg", 2),
        ("cher.jpg", 17), ("Ada Lovelace", 1), ("2.jpg", 4),
    ],
)  # fmt: skip
def test_a_picture_is_found_by_what_it_is_named_after(tmp_path: Path, name: str, customer: int):
    assert list(answer(tmp_path, name).values()) == [customer]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("IMG_2041.jpg", "No customer"), ("Ada.jpg", "No customer"), ("readme.txt", "No customer"),
        ("Jo Smith.jpg", "IDs 3, 4"), ("more.zip", "ZIP inside"), ("Ada Lovelace.zip", "inside"),
        ("12.jpg", "No customer"), ("(1).jpg", "No customer"), ("bob@example.org.jpg", "No cust"),
    ],
)  # fmt: skip
def test_a_picture_that_is_nobodys_says_why(tmp_path: Path, name: str, words: str):
    (reason,) = answer(tmp_path, name).values()

    assert words in str(reason)


def test_the_first_of_two_pictures_of_somebody_is_taken(tmp_path: Path):
    found = answer(tmp_path, "Ada Lovelace.jpg", "ada@example.org.png")

    assert found == {
        "Ada Lovelace.jpg": 1,
        "ada@example.org.png": "Ada Lovelace.jpg is a picture of the same customer.",
    }


def test_what_systems_leave_behind_is_no_picture(tmp_path: Path):
    names = ["__MACOSX/._Ada Lovelace.jpg", ".DS_Store", "Thumbs.db", "a/", "a/1.jpg"]

    assert answer(tmp_path, *names) == {"1.jpg": 1}
    with pytest.raises(FileRefused, match="no pictures"):
        open_pictures(pack(tmp_path / "e.zip", {".DS_Store": b"x"}))


def test_names_of_packers_that_do_not_say_their_encoding_are_read(tmp_path: Path):
    path = pack(tmp_path / "p.zip", {"Kurt G__del.jpg": b"x"})
    path.write_bytes(path.read_bytes().replace(b"G__del", "Gödel".encode()))

    (found,) = open_pictures(path).pictures
    assert found.name == "Kurt Gödel.jpg"


def test_a_picture_is_prepared_as_in_the_form(tmp_path: Path):
    found = open_pictures(pack(tmp_path / "p.zip", {"1.jpg": picture()}))

    prepared = found.prepared(found.pictures[0])

    with Image.open(prepared) as image:
        assert (image.format, image.size) == ("WEBP", (photos.SIDE, photos.SIDE))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"no picture", "not a picture"),
        (b"GIF89a" + b"\x00" * 99, "GIF"),
        (b"PK\x03\x04" + b"\x00" * 99, "ZIP"),
        (png_that_claims(100_000, 100_000), "too many pixels"),
        (picture()[:300], "damaged"),
        (b"\xff\xd8\xff" + b"\x00" * 6_000_000, "up to 5 MB"),
    ],
)
def test_a_picture_that_cannot_be_taken_says_why(tmp_path: Path, data: bytes, words: str):
    found = open_pictures(pack(tmp_path / "p.zip", {"1.jpg": data}))

    with pytest.raises(ValidationError, match=words):
        found.prepared(found.pictures[0])


def test_a_part_that_lies_about_its_size_or_sum_is_damaged(tmp_path: Path):
    path = pack(tmp_path / "p.zip", {"1.jpg": b"\x00" * 40_000_000}, zipfile.ZIP_DEFLATED)
    size = struct.pack("<I", 40_000_000)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<I", 2_000)))
    found = open_pictures(path)

    with pytest.raises(ValidationError, match="cannot be unpacked"):
        found.prepared(found.pictures[0])


def damage_the_data(data: bytearray) -> None:
    data[60:400] = bytes(byte ^ 0xFF for byte in data[60:400])


def damage_the_name(data: bytearray) -> None:
    data[30] = 0xFF


@pytest.mark.parametrize(
    "method",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
)
@pytest.mark.parametrize("damage", [damage_the_data, damage_the_name])
def test_a_damaged_part_is_one_picture_less_however_it_is_packed(
    tmp_path: Path, method: int, damage: Callable[[bytearray], None]
):
    path = pack(tmp_path / "p.zip", {"ä.png": picture()}, method)
    data = bytearray(path.read_bytes())
    damage(data)
    path.write_bytes(data)
    found = open_pictures(path)

    with pytest.raises(ValidationError, match="damaged"):
        found.prepared(found.pictures[0])


def test_the_list_of_an_archive_is_not_read_again_for_each_picture(tmp_path: Path):
    path = pack(tmp_path / "p.zip", {"1.png": picture(), "2.png": picture()})
    found = open_pictures(path)
    one = found.prepared(found.pictures[0])

    path.unlink()  # whoever opens it again fails

    assert found.prepared(found.pictures[1]).read() == one.read()


def test_archives_that_cost_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bomb = pack(tmp_path / "b.zip", {"1.jpg": b"\x00" * 60_000_000}, zipfile.ZIP_DEFLATED)
    with pytest.raises(FileRefused, match="unpacks into far more"):
        open_pictures(bomb)

    monkeypatch.setattr(pictures, "MOST_PICTURES", 3)
    many = pack(tmp_path / "m.zip", {f"{n}.jpg": b"x" for n in range(4)})
    with pytest.raises(FileRefused, match="more than 3 files"):
        open_pictures(many)

    monkeypatch.setattr(pictures, "LARGEST_ARCHIVE", 100)
    with pytest.raises(FileRefused, match="MB"):
        open_pictures(many)


def test_a_list_of_parts_too_long_for_memory_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = pack(tmp_path / "m.zip", {f"{n}.jpg": b"x" for n in range(2_000)})
    monkeypatch.setattr(pictures, "MOST_PICTURES", 100)
    monkeypatch.setattr(zipfile, "ZipFile", None)  # would fail if it were opened

    with pytest.raises(FileRefused, match="more than 100 files"):
        open_pictures(path)


def test_a_list_of_parts_that_a_second_end_makes_long_is_refused_unread(tmp_path: Path):
    path = pack(tmp_path / "m.zip", {"1.jpg": b"x"})
    data, end = path.read_bytes()[:-22], path.read_bytes()[-22:]
    big = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, 2**40, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(data), 1)
    path.write_bytes(data + big + locator + end)

    with pytest.raises(FileRefused, match="more than 20,000 files"):
        open_pictures(path)


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06", b"no zip at all" * 99])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes):
    path = tmp_path / "p.zip"
    path.write_bytes(data)

    with pytest.raises(FileRefused, match="not a ZIP"):
        open_pictures(path)


def test_a_zip_with_a_password_is_refused(tmp_path: Path):
    path = pack(tmp_path / "p.zip", {"1.jpg": picture()})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))

    with pytest.raises(FileRefused, match="password"):
        open_pictures(path)


@pytest.mark.django_db
def test_the_people_of_an_import_are_those_of_its_rows(tmp_path: Path):
    Customer.objects.create(first_name="Somebody else")
    Customer.objects.create(first_name="Known", email="known@example.org")
    table = tmp_path / "c.csv"
    table.write_text("Name,E-mail,Customer ID\nKnown,known@example.org,\nNew,,7\nBad,nonsense,\n")
    run_import(table)

    people = list(people_of(ImportRun.objects.get()))

    assert [(one.first_name, one.email, one.external_id) for one in people] == [
        ("Known", "known@example.org", ""), ("New", "", "7"),
    ]  # fmt: skip
