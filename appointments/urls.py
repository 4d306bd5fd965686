"""Appointments, services, providers and hours in the back office."""

from django.urls import path

from appointments.views import suggestions
from appointments.views.adding import Add
from appointments.views.appointment import Detail, WriteNotes
from appointments.views.calendar import Calendar
from appointments.views.changing import Cancel, SetStatus, UndoVisit
from appointments.views.moving import Move

app_name = "appointments"
urlpatterns = [
    path("calendar/", Calendar.as_view(), name="calendar"),
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
]
