"""One's own picture, and a copy of one's own data."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from appointments.models import Appointment
from customers.models import Change, ChangeSet, Customer, ExportRun, Note
from tests.customers.pictures import picture
from tests.factories import CustomerFactory, TagFactory, UserFactory
from tests.portal.test_profile import PROFILE, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
PHOTO, DATA = "/panel/photo/", "/panel/data.zip"


def upload(data=None):
    return SimpleUploadedFile("me.jpg", data or picture(), "image/jpeg")


def copy_of(client) -> dict[str, bytes]:
    answer = client.post(DATA)
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as folder:
        return {name: folder.read(name) for name in folder.namelist()}


def test_a_customer_puts_in_a_picture_and_takes_it_out_again(client, cora, panel_user):
    assert client.get(PHOTO).status_code == 404
    client.post(PROFILE, typed(cora, photo=upload()))

    cora.refresh_from_db()
    assert f"{PHOTO}?v=" in client.get(PROFILE).text
    assert b"WEBP" in b"".join(client.get(PHOTO).streaming_content)
    change = Change.objects.get()
    assert (change.change_set.source, change.change_set.by) == (ChangeSet.Source.PANEL, panel_user)
    client.post(PROFILE, typed(cora, remove_photo="on"))
    assert client.get(PHOTO).status_code == 404


def test_a_file_that_is_no_picture_is_refused_and_a_good_one_waits_for_the_rest(client, cora):
    answer = client.post(PROFILE, typed(cora, photo=upload(b"<svg onload=alert(1)>")))
    assert answer.status_code == 422
    assert "SVG files are not taken" in answer.text

    page = client.post(PROFILE, typed(cora, first_name="", photo=upload())).text
    assert "The picture you chose is kept" in page
    key = page.split('name="photo_aside" value="')[1].split('"')[0]
    client.post(PROFILE, typed(cora, photo_aside=key))
    cora.refresh_from_db()
    assert cora.photo


def test_a_picture_that_somebody_else_left_aside_is_not_taken(client, cora):
    page = client.post(PROFILE, typed(cora, first_name="", photo=upload())).text
    key = page.split('name="photo_aside" value="')[1].split('"')[0]
    stranger = UserFactory(email="eve@example.org")
    eve = CustomerFactory(email="eve@example.org", user=stranger)
    client.force_login(stranger)

    assert client.post(PROFILE, typed(eve, photo_aside=key)).status_code == 422
    assert client.get(PHOTO).status_code == 404


def test_a_copy_has_everything_but_what_staff_wrote_for_each_other(client, cora, booked, manager):
    Customer.objects.update(note="Talks too much")
    cora.tags.add(TagFactory(name="Difficult"))
    Note.objects.create(customer=cora, author=manager, text="Never pays")
    Appointment.objects.update(note="Ring twice", staff_note="Late last time")

    folder = copy_of(client)

    data = json.loads(folder["data.json"])
    assert data["customer"]["first_name"] == "Cora"
    assert "Ring twice" in folder["data.json"].decode()
    for secret in ("Talks too much", "Difficult", "Never pays", "Late last time", "Max Manager"):
        for content in folder.values():
            assert secret.encode() not in content
    assert "Please ask for them" in folder["data.html"].decode()
    run = ExportRun.objects.get()
    assert (run.customer, run.by, run.by_name) == (cora, cora.user, "The customer")


def test_nobody_takes_copies_without_end(client, cora):
    for _time in range(5):
        copy_of(client)

    assert client.post(DATA)["Location"] == PROFILE
    assert ExportRun.objects.count() == 5


def test_a_copy_is_never_made_by_a_look(client, cora):
    assert client.get(DATA).status_code == 405
    assert Client().post(DATA).status_code == 302
