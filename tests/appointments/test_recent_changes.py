"""Acts on appointments among the recent changes of everybody."""

import pytest
from django.urls import reverse

from appointments import booking
from customers.models import ChangeSet
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
STAFF = {"by": None, "source": ChangeSet.Source.BACK_OFFICE, "notify": False}


def test_an_act_names_the_customer_and_leads_to_the_appointment(
    as_manager, django_assert_num_queries
):
    first, second, third = AppointmentFactory.create_batch(3)
    booking.cancel(first, **STAFF)
    page = reverse("customers:changes")
    as_manager.get(page)
    with django_assert_num_queries(6):
        as_manager.get(page)
    for each in (second, third):
        booking.cancel(each, **STAFF)

    with django_assert_num_queries(6):
        shown = as_manager.get(page).content.decode()

    for each in (first, second, third):
        assert reverse("appointments:detail", args=[each.pk]) in shown
        assert str(each.customer) in shown
    act = reverse("customers:change", args=[ChangeSet.objects.latest("pk").pk])
    assert as_manager.get(act).url == reverse("appointments:detail", args=[third.pk])


def test_an_erased_customer_leaves_the_act_without_a_name(as_manager):
    gone = AppointmentFactory(customer=None)
    booking.cancel(gone, **STAFF)

    shown = as_manager.get(reverse("customers:changes")).content.decode()

    assert reverse("appointments:detail", args=[gone.pk]) in shown
