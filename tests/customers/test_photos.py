"""Profile pictures: what is stored is ours, whatever was sent."""

import io
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from customers import photos
from tests.customers import pictures

pytestmark = pytest.mark.usefixtures("media")


def prepared(data: bytes, name: str = "me.jpg") -> Image.Image:
    return Image.open(photos.prepare(pictures.upload(data, name)))


def problem(data: bytes, name: str = "me.jpg") -> str:
    with pytest.raises(ValidationError) as refusal:
        photos.prepare(pictures.upload(data, name))
    return str(refusal.value.messages[0])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_a_square_webp(kind: str) -> None:
    image = prepared(pictures.picture(kind))

    assert (image.format, image.size) == ("WEBP", (512, 512))


def test_a_picture_is_stored_upright_and_without_what_the_camera_noted() -> None:
    data = photos.prepare(pictures.upload(pictures.with_exif())).read()
    image = Image.open(io.BytesIO(data))

    assert b"Secret" not in data
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile"} & set(image.info)
    top, bottom = image.getpixel((256, 20)), image.getpixel((256, 490))
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


def test_what_was_transparent_becomes_white() -> None:
    image = prepared(pictures.encode(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG"))

    assert min(image.convert("RGB").getpixel((50, 50))) > 250


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_every_usual_kind_of_png_is_taken(mode: str) -> None:
    assert prepared(pictures.encode(Image.new(mode, (50, 70)), "PNG")).size == (512, 512)


def test_a_jpeg_made_for_printing_is_taken() -> None:
    assert prepared(pictures.encode(Image.new("CMYK", (50, 70)))).size == (512, 512)


@pytest.mark.parametrize("size", [(1, 1), (3, 20_000), (4_000, 6_000)])
def test_tiny_narrow_and_large_pictures_are_taken(size: tuple[int, int]) -> None:
    assert prepared(pictures.picture("PNG", size)).size == (512, 512)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_kept(kind: str) -> None:
    image = prepared(pictures.moving(kind))

    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((250, 250))[0] > 200


def test_what_was_appended_to_a_picture_is_gone() -> None:
    data = pictures.picture() + b"PK\x03\x04<script>alert(1)</script>"

    assert b"script" not in photos.prepare(pictures.upload(data)).read()


def test_the_content_decides_and_not_the_name() -> None:
    assert prepared(pictures.picture("PNG"), "me.gif").format == "WEBP"
    assert "GIF files are not taken." in problem(pictures.moving("GIF"), "me.jpg")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (b"x" * (5 * 1024 * 1024 + 1), "This picture has 5.0 MB; up to 5 MB fit."),
        (b"hello", "This is not a picture that we can read."),
        (b"\0" * 64, "This is not a picture that we can read."),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "SVG files are not taken."),
        (b"%PDF-1.7", "PDF files are not taken."),
        (b"\0\0\0\x18ftypheic", "HEIC files are not taken."),
        (pictures.moving("TIFF"), "TIFF files are not taken."),
        (pictures.png_that_claims(30_000, 30_000), "This picture has too many pixels"),
        (pictures.png_that_claims(9_000, 9_000), "This picture has too many pixels"),
        (pictures.png_that_claims(12_000, 8_000), "This picture has too many pixels"),
        (pictures.png_that_claims(4_000, 4_000), "This picture is damaged or not complete."),
        (pictures.picture()[:2_000], "This picture is damaged or not complete."),
        (pictures.picture("WEBP")[:60], "This picture is damaged"),
        (pictures.png_with_a_text_bomb(), "This picture is damaged"),
    ],
    ids=[
        "empty", "large", "text", "nul", "svg", "pdf", "heic", "tiff", "bomb", "warned bomb",
        "wide bomb", "hollow", "truncated", "truncated webp", "text bomb",
    ],
)  # fmt: skip
def test_what_is_no_fit_picture_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    assert problem(data).startswith(sentence)


def test_any_damage_to_a_picture_ends_in_a_picture_or_a_sentence() -> None:
    whole = {kind: bytearray(pictures.picture(kind, (64, 48))) for kind in ("JPEG", "PNG", "WEBP")}
    for data in whole.values():
        for place in range(0, len(data), 7):
            damaged = bytearray(data)
            damaged[place] ^= 0xFF
            with suppress(ValidationError):
                photos.prepare(pictures.upload(bytes(damaged)))


def test_stored_names_cannot_be_guessed_and_stay_in_their_folder(media: Path) -> None:
    first, second = (photos.store(ContentFile(b"x")) for _turn in range(2))

    assert first != second
    assert len(first.rpartition("/")[2]) > 30
    assert (media / first).is_file()


def test_a_picture_set_aside_comes_back_to_its_own_user_only() -> None:
    key = photos.set_aside(ContentFile(b"picture"), 1)

    back = photos.take_back(key, 1)
    assert back is not None
    assert back.read() == b"picture"
    assert photos.take_back(key, 2) is None
    assert photos.take_back("../../etc/passwd", 1) is None
    assert photos.take_back(f"{key}x", 1) is None
    photos.drop_aside(key)
    assert photos.take_back(key, 1) is None


def test_a_picture_that_nobody_came_back_for_goes_after_a_day(media: Path) -> None:
    photos.set_aside(ContentFile(b"old"), 1)
    [forgotten] = (media / "aside").iterdir()
    os.utime(forgotten, (time.time() - 90_000,) * 2)

    photos.set_aside(ContentFile(b"new"), 1)

    assert not forgotten.exists()
    assert len(default_storage.listdir("aside")[1]) == 1
