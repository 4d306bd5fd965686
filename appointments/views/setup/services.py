"""The services that customers book."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts.access import signed_in
from appointments.forms.offering import ServiceForm
from appointments.models import Provider, Service
from appointments.offering import provide_oneself
from appointments.views.setup.things import (
    OrderThing,
    RemoveThing,
    RestoreThing,
    ThingList,
    ThingPage,
)
from appointments.week import has_hours


class Services(ThingList):
    what = "service"

    def more(self) -> dict[str, Any]:
        return {"has_hours": has_hours()}


class ServicePage(ThingPage):
    what = "service"
    form_class = ServiceForm

    def more(self) -> dict[str, Any]:
        names = Service.objects.exclude(category="").order_by("category")
        return {
            "categories": names.values_list("category", flat=True).distinct(),
            "has_providers": Provider.objects.filter(archived_at=None).exists(),
        }

    def saved(self, thing: Any) -> None:
        """Where nobody provides anything yet, whoever adds the first service may."""
        nobody = not Provider.objects.filter(archived_at=None).exists()
        if nobody and "myself" in self.request.POST:
            provider = provide_oneself(thing, signed_in(self.request))
            text = _("%(name)s is saved, and %(provider)s provides it.")
            messages.success(self.request, text % {"name": thing, "provider": provider})
        else:
            super().saved(thing)


class RemoveService(RemoveThing):
    what = "service"


class RestoreService(RestoreThing):
    what = "service"


class OrderService(OrderThing):
    what = "service"
