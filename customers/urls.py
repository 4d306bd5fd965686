"""The customers pages of the back office."""

from django.urls import URLPattern

app_name = "customers"
urlpatterns: list[URLPattern] = []
