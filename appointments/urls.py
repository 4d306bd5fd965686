"""Appointments, services, providers and hours in the back office."""

from django.urls import path

from appointments.views import suggestions
from appointments.views.adding import Add
from appointments.views.appointment import Detail, WriteNotes
from appointments.views.calendar import Calendar
from appointments.views.changing import Cancel, SetStatus, UndoVisit
from appointments.views.list import AppointmentList
from appointments.views.moving import Move
from appointments.views.setup import blocks, exceptions, hours, providers, services

app_name = "appointments"
urlpatterns = [
    path("calendar/", Calendar.as_view(), name="calendar"),
    path("appointments/", AppointmentList.as_view(), name="list"),
    path("appointments/add/", Add.as_view(), name="add"),
    path("appointments/undo/<int:pk>/", UndoVisit.as_view(), name="undo"),
    path("appointments/<int:pk>/", Detail.as_view(), name="detail"),
    path("appointments/<int:pk>/move/", Move.as_view(), name="move"),
    path("appointments/<int:pk>/cancel/", Cancel.as_view(), name="cancel"),
    path("appointments/<int:pk>/status/", SetStatus.as_view(), name="status"),
    path("appointments/<int:pk>/notes/", WriteNotes.as_view(), name="notes"),
    path("suggestions/", suggestions.SuggestionInbox.as_view(), name="suggestions"),
    path("suggestions/<int:pk>/accept/", suggestions.Accept.as_view(), name="accept-suggestion"),
    path("suggestions/<int:pk>/dismiss/", suggestions.Dismiss.as_view(), name="dismiss-suggestion"),
    path("services/", services.Services.as_view(), name="services"),
    path("services/add/", services.ServicePage.as_view(), name="add-service"),
    path("services/<int:pk>/", services.ServicePage.as_view(), name="service"),
    path("services/<int:pk>/remove/", services.RemoveService.as_view(), name="remove-service"),
    path("services/<int:pk>/restore/", services.RestoreService.as_view(), name="restore-service"),
    path("services/<int:pk>/order/", services.OrderService.as_view(), name="order-service"),
    path("providers/", providers.Providers.as_view(), name="providers"),
    path("providers/add/", providers.ProviderPage.as_view(), name="add-provider"),
    path("providers/<int:pk>/", providers.ProviderPage.as_view(), name="provider"),
    path("providers/<int:pk>/remove/", providers.RemoveProvider.as_view(), name="remove-provider"),
    path(
        "providers/<int:pk>/restore/", providers.RestoreProvider.as_view(), name="restore-provider"
    ),
    path("providers/<int:pk>/order/", providers.OrderProvider.as_view(), name="order-provider"),
    path("hours/", hours.Hours.as_view(), name="hours"),
    path("hours/of/<int:pk>/", hours.Hours.as_view(), name="provider-hours"),
    path("hours/days/add/", exceptions.ExceptionPage.as_view(), name="add-days"),
    path("hours/days/<int:pk>/", exceptions.ExceptionPage.as_view(), name="days"),
    path("hours/days/<int:pk>/remove/", exceptions.RemoveException.as_view(), name="remove-days"),
    path("blocks/", blocks.Blocks.as_view(), name="blocks"),
    path("blocks/<int:pk>/", blocks.EditBlock.as_view(), name="block"),
    path("blocks/<int:pk>/remove/", blocks.RemoveBlock.as_view(), name="remove-block"),
]
