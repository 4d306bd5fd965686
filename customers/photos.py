"""Profile pictures: checked before they are unpacked, then drawn anew, so nothing hidden survives.

What is stored is a square WEBP of 512 pixels that we encoded ourselves: without EXIF (which often
holds the place where a picture was taken), without anything appended, under a random name.
"""

import io
import secrets
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import PurePath

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from customers.models import Customer
from customers.models.customer import photo_path

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_PICTURE = 24_000_000  # pixels: what a telephone's camera makes; unpacked, 100 MB
SIDE = 512
FORMATS = ("JPEG", "PNG", "WEBP")
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
OTHER_KINDS = {
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"%PDF": "PDF",
    b"<svg": "SVG",
    b"<?xml": "SVG",
    b"PK\x03\x04": "ZIP",
}

ASIDE = "aside"
ASIDE_FOR = 24 * 60 * 60  # seconds that a picture waits for its form to be sent again


def prepare(upload: File) -> ContentFile:
    """The uploaded picture as we store it: a square. Raises ValidationError."""
    return draw_anew(upload, redraw)


def draw_anew(upload: File, draw: Callable[[Image.Image], Image.Image]) -> ContentFile:
    """The uploaded picture as `draw` makes it, WEBP. Raises ValidationError with a sentence of its
    own for each way in which a file can be unfit."""
    if not upload.size:
        raise ValidationError(_("This file is empty."))
    if upload.size > LARGEST_FILE:
        raise ValidationError(
            _("This picture has %(size)s MB; up to %(largest)s MB fit."),
            params={"size": f"{upload.size / 1024**2:.1f}", "largest": LARGEST_FILE // 1024**2},
        )
    data = upload.read()
    with open_picture(data) as picture:
        check_dimensions(picture)
        try:
            drawn = draw(picture)
        except BOMBS:
            raise too_many_pixels() from None
        except DAMAGE:
            raise ValidationError(
                _("This picture is damaged or not complete. Save it again, then choose it again.")
            ) from None
    encoded = io.BytesIO()
    drawn.save(encoded, "WEBP", quality=82)
    return ContentFile(encoded.getvalue())


def open_picture(data: bytes) -> Image.Image:
    """The picture, its header read only; what it is, its content says and never its name."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise ValidationError(not_a_picture(data)) from None
    except BOMBS:
        raise too_many_pixels() from None
    except DAMAGE:
        raise ValidationError(_("This picture is damaged: its first part can't be read.")) from None


def not_a_picture(data: bytes) -> str:
    """The sentence for a file of a kind that we don't take."""
    start = data.lstrip()[:16]
    kind = next((kind for magic, kind in OTHER_KINDS.items() if start.startswith(magic)), "")
    if data[4:8] == b"ftyp":
        kind = "HEIC"
    if kind:
        return _("%(kind)s files are not taken. Choose a JPEG, PNG or WEBP picture.") % {
            "kind": kind
        }
    return _("This is not a picture that we can read. Choose a JPEG, PNG or WEBP picture.")


def too_many_pixels() -> ValidationError:
    return ValidationError(
        _("This picture has too many pixels; up to %(most)s million fit. Make it smaller."),
        params={"most": LARGEST_PICTURE // 1_000_000},
    )


def check_dimensions(picture: Image.Image) -> None:
    """Before anything is unpacked: a file of some kilobytes may claim to be a gigabyte."""
    if picture.width * picture.height > LARGEST_PICTURE:
        raise too_many_pixels()


def redraw(picture: Image.Image) -> Image.Image:
    """The first frame, upright, on white where it was transparent, cut to a square."""
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))
    upright = ImageOps.exif_transpose(picture)
    fitted = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE))
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(fitted, mask=fitted.getchannel("A"))
    return square


def store(picture: File) -> str:
    """Write a prepared picture and return its storage name, which nobody can guess."""
    return default_storage.save(photo_path(Customer(), ""), picture)


def version_of(name: str) -> str:
    """What tells one stored picture from the next in an address, too short to name the file."""
    return name.rpartition("/")[2][:10]


def discard(names: set[str]) -> None:
    """Delete pictures from the storage; those that are gone already are no error."""
    for name in names:
        default_storage.delete(name)


def set_aside(picture: File, user_id: int) -> str:
    """Keep a prepared picture while its form is put right; returns a key that only this user's
    form can hand back. What nobody came back for goes after a day."""
    clear_aside()
    name = default_storage.save(f"{ASIDE}/{secrets.token_urlsafe(24)}.webp", picture)
    return signing.dumps([name, user_id], salt=ASIDE)


def take_back(key: str, user_id: int) -> ContentFile | None:
    """The picture that was set aside under the key; None when it is gone or somebody else's."""
    try:
        name, owner_id = signing.loads(key, salt=ASIDE, max_age=ASIDE_FOR)
    except signing.BadSignature:
        return None
    if owner_id != user_id or not default_storage.exists(name):
        return None
    with default_storage.open(name) as kept:
        return ContentFile(kept.read())


def drop_aside(key: str) -> None:
    """Delete a picture that was set aside, now that its form went through."""
    try:
        name, _owner_id = signing.loads(key, salt=ASIDE)
    except signing.BadSignature:
        return
    default_storage.delete(name)


def clear_aside() -> None:
    """Delete the pictures that waited longer than a day."""
    if not default_storage.exists(ASIDE):
        return
    for file_name in default_storage.listdir(ASIDE)[1]:
        name = str(PurePath(ASIDE) / file_name)
        written = default_storage.get_modified_time(name).timestamp()
        if written < time.time() - ASIDE_FOR:
            default_storage.delete(name)
