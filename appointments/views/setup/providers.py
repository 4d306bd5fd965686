"""Who provides the services."""

from appointments.forms.offering import ProviderForm
from appointments.views.setup.things import (
    OrderThing,
    RemoveThing,
    RestoreThing,
    ThingList,
    ThingPage,
)


class Providers(ThingList):
    what = "provider"
    related = "services"


class ProviderPage(ThingPage):
    what = "provider"
    form_class = ProviderForm


class RemoveProvider(RemoveThing):
    what = "provider"


class RestoreProvider(RestoreThing):
    what = "provider"


class OrderProvider(OrderThing):
    what = "provider"
