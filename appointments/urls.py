"""Appointments, services, providers and hours in the back office."""

from django.urls import path

from appointments.views import suggestions

app_name = "appointments"
urlpatterns = [
    path("suggestions/", suggestions.SuggestionInbox.as_view(), name="suggestions"),
    path("suggestions/<int:pk>/accept/", suggestions.Accept.as_view(), name="accept-suggestion"),
    path("suggestions/<int:pk>/dismiss/", suggestions.Dismiss.as_view(), name="dismiss-suggestion"),
]
