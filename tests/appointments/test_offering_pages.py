"""Services and providers: added, changed, put in order, archived and brought back."""

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from appointments.models import Appointment, Provider, Service
from tests.factories import AppointmentFactory, ProviderFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db

SERVICES = "/backoffice/services/"
PROVIDERS = "/backoffice/providers/"


def booked(days: int = 10, **values: object) -> Appointment:
    """An hour so many days from now."""
    start = timezone.now() + timedelta(days=days)
    return AppointmentFactory(start=start, end=start + timedelta(hours=1), **values)


def typed(**changes: object) -> dict[str, object]:
    """What a browser sends for a service, with changes."""
    return {
        "name": "Haircut",
        "category": "Hair",
        "description": "",
        "tone": "pine",
        "duration": "45",
        "buffer_before": "0",
        "buffer_after": "10",
        "price": "48.50",
        "currency": "",
        "is_online": "on",
        "cancel_notice": "",
        "reschedule_notice": "0",
        **changes,
    }


def test_a_manager_adds_a_service(as_manager: Client):
    ada, ben = ProviderFactory(), ProviderFactory()

    response = as_manager.post(f"{SERVICES}add/", typed(providers=[ada.pk]))

    assert response["Location"] == SERVICES
    service = Service.objects.get()
    assert (service.name, service.duration, service.buffer_after) == ("Haircut", 45, 10)
    assert service.price == Decimal("48.50")
    assert (service.cancel_notice, service.reschedule_notice) == (None, 0)
    assert list(service.providers.all()) == [ada]
    page = as_manager.get(SERVICES).text
    assert "Haircut" in page
    assert "£48.50" in page
    assert ben.name not in page


def test_whoever_adds_the_first_service_may_provide_it(as_manager: Client, manager):
    page = as_manager.get(f"{SERVICES}add/").text
    assert "I provide it myself" in page

    as_manager.post(f"{SERVICES}add/", typed(myself="1"))

    provider = Provider.objects.get()
    assert (provider.name, provider.user) == ("Max Manager", manager)
    assert list(provider.services.all()) == [Service.objects.get()]
    assert "I provide it myself" not in as_manager.get(f"{SERVICES}add/").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "required"),
        ("name", "x" * 101, "100 fit"),
        ("name", "MASSAGE", "a service of this name already"),
        ("name", "ÉPILATION", "a service of this name already"),
        ("duration", "4", "greater than or equal to 5"),
        ("duration", "1441", "less than or equal to 1440"),
        ("duration", "", "required"),
        ("buffer_after", "-1", "greater than or equal to 0"),
        ("buffer_before", "721", "less than or equal to 720"),
        ("price", "-1", "greater than or equal to 0"),
        ("price", "1e9", "no more than 9 digits"),
        ("price", "much", "Enter a number"),
        ("currency", "ZZZ", "Select a valid choice"),
        ("tone", "pink", "Select a valid choice"),
        ("cancel_notice", "1345", "less than or equal to 1344"),
        ("providers", "999999", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(as_manager: Client, field, value, says):
    ServiceFactory(name="Massage")
    ServiceFactory(name="Épilation")

    response = as_manager.post(f"{SERVICES}add/", typed(**{field: value}))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert any(says in error for error in response.context["form"].errors[field])
    assert "Error:" in response.text
    assert Service.objects.count() == 2


def test_a_service_is_saved_under_its_own_name_and_appointments_keep_what_was_booked(
    as_manager: Client,
):
    service = ServiceFactory(name="Haircut", price=40)
    kept = booked(service=service, price=40)

    as_manager.post(f"{SERVICES}{service.pk}/", typed(duration="90", price="60"))

    service.refresh_from_db()
    kept.refresh_from_db()
    assert (service.duration, service.price) == (90, 60)
    assert (kept.end - kept.start).seconds == 3600
    assert kept.price == 40


def test_who_provides_no_longer_what_is_booked_is_said_with_how_many(as_manager: Client):
    service = ServiceFactory(name="Haircut")
    ada, ben = ProviderFactory(services=[service]), ProviderFactory(services=[service])
    booked(service=service, provider=ada)
    booked(service=service, provider=ben)

    address = f"{SERVICES}{service.pk}/"
    kept = as_manager.post(address, typed(providers=[ada.pk, ben.pk]), follow=True).text
    lost = as_manager.post(address, typed(providers=[ben.pk]), follow=True).text

    assert "appointment to come" not in kept
    assert "1 appointment to come is with somebody who does not provide the service." in lost
    assert Appointment.objects.filter(provider=ada).exists()


def test_a_service_with_appointments_is_archived_with_a_warning_and_can_be_restored(
    as_manager: Client,
):
    coming = booked()
    booked(service=coming.service, status=Appointment.Status.CANCELLED)
    booked(-10, service=coming.service)
    address = f"{SERVICES}{coming.service_id}/"

    page = as_manager.get(f"{address}remove/").text
    as_manager.post(f"{address}remove/")

    assert "1 appointment is to come." in page
    assert "you can restore it at any time" in page
    service = Service.objects.get()
    assert service.archived_at is not None
    assert Appointment.objects.coming().get() == coming
    assert "1 archived" in as_manager.get(SERVICES).text

    as_manager.post(f"{address}restore/")

    assert Service.objects.get().archived_at is None


def test_what_was_never_booked_is_deleted_for_good(as_manager: Client):
    service = ServiceFactory()
    provider = ProviderFactory(services=[service])

    assert "deleted for good" in as_manager.get(f"{SERVICES}{service.pk}/remove/").text
    as_manager.post(f"{SERVICES}{service.pk}/remove/")
    as_manager.post(f"{PROVIDERS}{provider.pk}/remove/")

    assert not Service.objects.exists()
    assert not Provider.objects.exists()


def test_a_service_whose_name_is_taken_meanwhile_is_not_restored(as_manager: Client):
    gone = ServiceFactory(name="Massage", archived_at=timezone.now())
    ServiceFactory(name="massage")

    page = as_manager.post(f"{SERVICES}{gone.pk}/restore/", follow=True).text

    assert "There is a service of this name already. Rename one of them first." in page
    gone.refresh_from_db()
    assert gone.archived_at is not None


def test_services_change_places_and_stop_at_the_ends(as_manager: Client):
    one, two, three = (ServiceFactory(name=name) for name in ("One", "Two", "Zebra"))
    ServiceFactory(name="Gone", archived_at=timezone.now())

    for pk, way in [(three.pk, "up"), (one.pk, "up"), (two.pk, "down")]:
        as_manager.post(f"{SERVICES}{pk}/order/", {way: "1"})

    live = Service.objects.filter(archived_at=None)
    assert list(live.values_list("name", flat=True)) == ["One", "Zebra", "Two"]


def test_a_manager_adds_a_provider_with_a_staff_account(as_manager: Client, front_desk):
    service = ServiceFactory()

    as_manager.post(
        f"{PROVIDERS}add/",
        {
            "name": "Fay",
            "email": "FAY@example.org",
            "phone": "020 7946 0018",
            "user": front_desk.pk,
            "tone": "violet",
            "services": [service.pk],
            "is_online": "on",
        },
    )

    provider = Provider.objects.get()
    assert (provider.email, provider.phone) == ("fay@example.org", "+442079460018")
    assert provider.user == front_desk
    assert list(provider.services.all()) == [service]
    assert not provider.has_own_hours
    assert "+44 20 7946 0018" in as_manager.get(f"{PROVIDERS}{provider.pk}/").text


def test_no_customer_and_nobodys_colleague_twice_is_a_staff_account_of_a_provider(
    as_manager: Client, front_desk, panel_user
):
    ProviderFactory(user=front_desk)
    suspended = UserFactory(role="read-only", is_active=False)

    for user in (front_desk, panel_user, suspended):
        form = {"name": "Ben", "tone": "pine", "user": user.pk}
        response = as_manager.post(f"{PROVIDERS}add/", form)
        assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert response.context["form"].errors["user"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    as_manager: Client, number, django_assert_num_queries
):
    for _each in range(number):
        booked(provider=ProviderFactory(services=[ServiceFactory()]))

    as_manager.get(SERVICES)
    # Session, user, settings; what is to come, services, their providers, hours twice.
    with django_assert_num_queries(8):
        as_manager.get(SERVICES)
