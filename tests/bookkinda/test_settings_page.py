"""The settings of the business: the owner's page, and what it refuses."""

import io
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from bookkinda.preferences import Preferences
from notifications.rendering import logo_url

pytestmark = pytest.mark.django_db

PAGE = "/backoffice/settings/"


def typed(**changes: object) -> dict[str, object]:
    """What a browser sends for the page, with changes."""
    return {
        "business_name": "Marigold",
        "address": "1 High Street\nLeeds",
        "phone": "0113 496 0123",
        "time_zone": "Europe/Istanbul",
        "country": "GB",
        "currency": "TRY",
        "language": "tr",
        "customer_panel_enabled": "on",
        "panel_sign_in": "code",
        "one_time_days": "3",
        **changes,
    }


def picture(width: int = 900, height: int = 300, kind: str = "PNG") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 30, 30, 128)).save(drawn, kind)
    return SimpleUploadedFile("My logo.png", drawn.getvalue())


def test_the_owner_changes_the_settings(client, owner):
    client.force_login(owner)

    response = client.post(PAGE, typed())

    assert response.status_code == HTTPStatus.FOUND
    business = Preferences.load()
    assert business.business_name == "Marigold"
    assert business.phone == "+44 113 496 0123"
    assert (business.time_zone, business.currency, business.language) == (
        "Europe/Istanbul",
        "TRY",
        "tr",
    )
    assert business.customer_panel_enabled
    assert (business.panel_sign_in, business.one_time_days) == ("code", 3)


def test_the_customer_panel_is_switched_off_by_leaving_its_box_empty(client, owner):
    client.force_login(owner)
    form = typed()
    del form["customer_panel_enabled"]

    client.post(PAGE, form)

    assert not Preferences.load().customer_panel_enabled


@pytest.mark.parametrize("who", ["manager", "front_desk", "reader", "panel_user"])
def test_nobody_but_the_owner_sees_or_changes_the_settings(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == HTTPStatus.FORBIDDEN
    assert client.post(PAGE, typed()).status_code == HTTPStatus.FORBIDDEN
    assert Preferences.load().business_name != "Marigold"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("business_name", "", "This field is required"),
        ("phone", "12", "too short"),
        ("phone", "call me", "This is not a phone number"),
        ("time_zone", "Moon/Base", "Select a valid choice"),
        ("country", "XX", "Select a valid choice"),
        ("currency", "EURO", "Select a valid choice"),
        ("language", "tlh", "Select a valid choice"),
        ("business_name", "x" * 101, "at most 100 characters"),
        ("business_name", "A\x00B", "Null characters are not allowed"),
        ("panel_sign_in", "anybody", "Select a valid choice"),
        ("one_time_days", "0", "greater than or equal to 1"),
        ("one_time_days", "91", "less than or equal to 90"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(
    client, owner, field, value, says
):
    client.force_login(owner)

    response = client.post(PAGE, typed(**{field: value}))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert any(says in error for error in response.context["form"].errors[field])
    assert "Error:" in response.text
    assert Preferences.load().business_name == "Bookkinda"


def test_the_logo_is_drawn_anew_and_shown_to_everybody(client, owner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(owner)

    client.post(PAGE, typed(logo=picture()))

    business = Preferences.load()
    client.logout()
    response = client.get(business.logo_url)
    assert response.status_code == HTTPStatus.OK
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    with Image.open(io.BytesIO(b"".join(response))) as shown:
        assert shown.size == (480, 160)
    assert "My logo" not in business.logo.name


def test_the_logo_of_letters_is_a_picture_that_every_mail_program_knows(
    client, owner, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(owner)
    client.post(PAGE, typed(logo=picture()))
    client.logout()

    response = client.get(logo_url(Preferences.load()).removeprefix(settings.PUBLIC_BASE_URL))

    assert response["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(response.content)) as shown:
        assert (shown.format, shown.size) == ("PNG", (480, 160))


def test_another_logo_has_another_address_and_the_old_file_goes(
    client, owner, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(owner)
    client.post(PAGE, typed(logo=picture()))
    before = Preferences.load().logo_url

    with django_capture_on_commit_callbacks(execute=True):
        client.post(PAGE, typed(logo=picture(100, 100)))

    assert Preferences.load().logo_url != before
    assert client.get(before).status_code == HTTPStatus.NOT_FOUND
    assert len(list((tmp_path / "logo").iterdir())) == 1


def test_the_logo_is_taken_away(
    client, owner, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(owner)
    client.post(PAGE, typed(logo=picture()))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(PAGE, typed(**{"logo-clear": "on"}))

    assert Preferences.load().logo_url == ""
    assert list((tmp_path / "logo").iterdir()) == []


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("logo.png", b"not a picture"),
        SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>"),
        SimpleUploadedFile("logo.png", picture().read()[:300]),
    ],
    ids=["text", "svg", "cut off"],
)
def test_a_logo_that_is_no_good_picture_is_refused(client, owner, upload):
    client.force_login(owner)

    response = client.post(PAGE, typed(logo=upload))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert response.context["form"].errors["logo"]
    assert Preferences.load().logo_url == ""


def test_without_a_logo_there_is_nothing_at_its_address(client):
    assert client.get(reverse("business:logo", args=["x.webp"])).status_code == HTTPStatus.NOT_FOUND


def test_a_file_of_another_name_is_never_given_out(client, owner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(owner)
    client.post(PAGE, typed(logo=picture()))
    (tmp_path / "logo" / "secret.webp").write_bytes(b"secret")

    assert client.get("/logo/secret.webp").status_code == HTTPStatus.NOT_FOUND
