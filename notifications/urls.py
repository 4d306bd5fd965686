"""The notifications pages of the back office. Words come before <event>: the first fit counts."""

from django.urls import path

from notifications.views.workflows import Order, QuietHours, Switch, Workflows

app_name = "notifications"
urlpatterns = [
    path("", Workflows.as_view(), name="workflows"),
    path("quiet-hours/", QuietHours.as_view(), name="quiet-hours"),
    path("<slug:event>/order/", Order.as_view(), name="order"),
    path("<slug:event>/<slug:channel>/switch/", Switch.as_view(), name="switch"),
]
