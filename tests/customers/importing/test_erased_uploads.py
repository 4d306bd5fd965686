"""Where else in an upload an erased person may stand than in a row of the table."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from customers.erasing import erase_customers
from customers.importing import uploads
from customers.models import ChangeSet, Customer, ImportRun
from tests.customers.importing.runs import check, upload
from tests.customers.pictures import picture
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def with_a_picture(name: str) -> ImportRun:
    run = upload("Name,E-mail\nBob,bob@example.org\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{name}.png", picture())
    return uploads.attach_photos(run, ContentFile(packed.getvalue(), name="faces.zip"))


def with_a_header(header: str) -> ImportRun:
    return upload(f"Name,{header}\nBob,bob@example.org\n", told={"#2": "email"})


@pytest.mark.parametrize(
    "run_with", [with_a_picture, with_a_header], ids=["name of a picture", "first line"]
)
def test_an_upload_that_names_the_person_elsewhere_is_deleted_too(
    run_with: Callable[[str], ImportRun], owner: User
):
    ada = CustomerFactory(email="ada@example.org")
    others, theirs = check(run_with("cy@example.org")), check(run_with("ada@example.org"))
    files = [name for name in (theirs.file.name, theirs.photos.name) if name]

    erase_customers(
        Customer.objects.filter(pk=ada.pk), by=owner, source=ChangeSet.Source.BACK_OFFICE
    )

    assert not any(map(default_storage.exists, files))
    assert default_storage.exists(others.file.name)
    theirs.refresh_from_db()
    assert theirs.look == {}
