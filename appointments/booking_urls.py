"""The public booking page, and the page behind the link of one appointment."""

from django.urls import URLPattern

app_name = "booking"
urlpatterns: list[URLPattern] = []
