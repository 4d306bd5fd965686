"""The logo of the business: checked and drawn anew like every picture that people upload."""

import io
import secrets

from django.core.files import File
from django.core.files.base import ContentFile
from PIL import Image, ImageOps

from customers.photos import draw_anew

BOX = (480, 160)  # pixels: more than twice of what pages show


def prepare_logo(upload: File) -> ContentFile:
    """The picture as WEBP within BOX under a name nobody can guess. Raises ValidationError."""
    logo = draw_anew(upload, fit_in_box)
    logo.name = f"{secrets.token_urlsafe(16)}.webp"
    return logo


def fit_in_box(picture: Image.Image) -> Image.Image:
    """Upright, no larger than BOX, see-through where it was."""
    picture.draft("RGB", (2 * BOX[0], 2 * BOX[1]))
    return ImageOps.contain(ImageOps.exif_transpose(picture).convert("RGBA"), BOX)


def as_png(logo: File) -> bytes:
    """The stored logo for mail programs, not all of which know WEBP."""
    written = io.BytesIO()
    with logo.open() as file, Image.open(file) as picture:
        picture.save(written, "PNG")
    return written.getvalue()
