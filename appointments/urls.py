"""Appointments, services, providers and hours in the back office."""

from django.urls import URLPattern

app_name = "appointments"
urlpatterns: list[URLPattern] = []
