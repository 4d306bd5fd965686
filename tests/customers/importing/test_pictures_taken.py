"""A ZIP of pictures beside the table: what the import makes of it, and its undo."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from customers.archiving import archive_customers
from customers.bulk import begin_undoing
from customers.importing import picturing, steps, uploads
from customers.importing.local_files import local_file
from customers.importing.problems import FileRefused, NotNow
from customers.merging import merge
from customers.models import ChangeSet, Customer, ImportRun
from tests.customers.importing.runs import check, counts, save, upload
from tests.customers.pictures import picture
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
SOURCE = ChangeSet.Source.BACK_OFFICE


def packed(files: dict[str, bytes]) -> ContentFile:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return ContentFile(data.getvalue(), name="faces.zip")


def with_pictures(table: str, faces: dict[str, bytes], **options: str) -> ImportRun:
    run = upload(table, **options)
    uploads.attach_photos(run, packed(faces))
    return check(run)


def test_pictures_are_matched_in_the_check_and_put_on_new_customers():
    run = with_pictures(
        "Name,E-mail\nAda,ada@example.org\nBob,bob@example.org\n",
        {"ada@example.org.png": picture(), "nobody.png": picture(), "bob.png": b"junk"},
    )
    assert run.picture_counts["total"] == 3
    assert run.picture_counts["matched"] == 2
    assert [name for name, _reason in run.picture_counts["problems"]] == ["nobody.png"]
    assert not Customer.objects.exists()
    zip_name = run.photos.name

    save(run)

    ada, bob = Customer.objects.order_by("first_name")
    assert default_storage.exists(ada.photo.name)
    assert not bob.photo
    assert ada.version == 1
    assert run.picture_counts["taken"] == 1
    assert dict(run.picture_counts["problems"]).keys() == {"nobody.png", "bob.png"}
    assert counts(run) == {"new": 2}
    assert not default_storage.exists(zip_name)


def test_one_undo_takes_back_values_and_pictures(owner: User):
    known = CustomerFactory(first_name="Ada", email="ada@example.org", note="before")
    other = CustomerFactory(first_name="Eve", email="eve@example.org")
    run = with_pictures(
        "Name,E-mail,Note\nAda,ada@example.org,after\nEve,eve@example.org,\nBob,bob@example.org,\n",
        {f"{name}@example.org.png": picture() for name in ("ada", "eve", "bob")},
        existing="update",
    )
    save(run)
    assert run.picture_counts["taken"] == 3
    assert run.change_set.size == 3
    known.refresh_from_db()
    assert known.photo
    assert known.note == "after"

    begin_undoing(run.change_set, by=owner, source=SOURCE)

    for one in (known, other):
        one.refresh_from_db()
        assert not one.photo
    assert known.note == "before"
    assert set(Customer.objects.live()) == {known, other}


def test_known_customers_keep_their_picture_when_they_are_skipped_or_filled_in():
    ada = CustomerFactory(first_name="Ada", email="ada@example.org")
    table, faces = "Name,E-mail\nAda,ada@example.org\n", {"ada@example.org.png": picture()}

    save(with_pictures(table, faces))
    ada.refresh_from_db()
    assert not ada.photo

    save(with_pictures(table, faces, existing="fill"))
    ada.refresh_from_db()
    first = ada.photo.name
    assert first
    save(with_pictures(table, {"ada@example.org.png": picture(color="blue")}, existing="fill"))
    ada.refresh_from_db()
    assert ada.photo.name == first


def test_the_same_pictures_again_change_nothing():
    table, faces = "Name,E-mail\nAda,ada@example.org\n", {"ada@example.org.png": picture()}
    save(with_pictures(table, faces))

    again = save(with_pictures(table, faces, existing="update"))

    assert again.picture_counts["unchanged"] == 1
    assert again.change_set is None


def test_somebody_who_was_changed_meanwhile_keeps_what_they_have():
    run = with_pictures("Name\nAda\n", {"ada.png": picture()})
    save(run)
    Customer.objects.update(version=7, photo="")
    ImportRun.objects.update(state="stopped", picture_counts={})
    run.refresh_from_db()
    run.photos.save("", packed({"ada.png": picture()}))

    save(run)

    assert "changed this customer" in str(run.picture_counts["problems"])
    assert not Customer.objects.get().photo


def test_what_is_no_zip_is_refused_and_a_new_zip_takes_the_place_of_the_old_one():
    run = upload("Name\nAda\n")
    with pytest.raises(FileRefused):
        uploads.attach_photos(run, ContentFile(b"nonsense", name="x.zip"))
    assert not run.photos
    uploads.attach_photos(run, packed({"a.png": picture()}))
    first = run.photos.name

    uploads.attach_photos(run, packed({"b.png": picture()}))

    assert not default_storage.exists(first)
    assert default_storage.exists(run.photos.name)
    steps.start_check(run)
    with pytest.raises(NotNow):
        uploads.attach_photos(run, packed({"c.png": picture()}))
    assert len(default_storage.listdir("imports")[1]) >= 2


def test_who_goes_while_the_pictures_are_taken_costs_one_picture_only():
    ada, adda = CustomerFactory(email="ada@example.org"), CustomerFactory(email="adda@example.org")
    gone = CustomerFactory(email="gone@example.org")
    people = (ada, adda, gone)
    run = with_pictures(
        "Name,E-mail\n" + "".join(f"{one.first_name},{one.email}\n" for one in people),
        {f"{one.email}.png": picture() for one in people},
        existing="update",
    )

    def go(stage: str, done: int, total: int) -> None:
        if done == 1:
            merge(ada, adda, by=None, source=SOURCE)
            archive_customers(Customer.objects.filter(pk=gone.pk), by=None, source=SOURCE)

    with local_file(run.photos) as path:
        picturing.take(run, SOURCE, path, go)

    assert run.picture_counts["taken"] == 1
    assert run.picture_counts["problems"] == [
        ["adda@example.org.png", f"This customer was merged into the one with ID {ada.pk}."],
        ["gone@example.org.png", "This customer was deleted after the check."],
    ]
