"""Which prefix belongs to which app, and the frame's own pages."""

from django.urls import include, path

from bookkinda.health import alive, ready
from bookkinda.views import dashboard, first_steps, settings
from notifications import webhooks

BUSINESS = [
    path("backoffice/", dashboard.Dashboard.as_view(), name="dashboard"),
    path("backoffice/settings/", settings.Settings.as_view(), name="settings"),
    path("backoffice/settings/booking/", settings.BookingSettings.as_view(), name="booking"),
    path("backoffice/first-steps/", first_steps.FirstSteps.as_view(), name="first-steps"),
    path("backoffice/remove-sample/", first_steps.RemoveSample.as_view(), name="remove-sample"),
    path("logo/<str:name>", settings.Logo.as_view(), name="logo"),
    path("logo/mail/<str:name>", settings.MailLogo.as_view(), name="mail-logo"),
]

WEBHOOKS = [
    path("twilio/status/", webhooks.twilio_status, name="twilio-status"),
    path("twilio/inbound/", webhooks.twilio_inbound, name="twilio-inbound"),
    path("mail/", webhooks.mail_report, name="mail"),
]

urlpatterns = [
    path("healthz", alive, name="alive"),
    path("readyz", ready, name="ready"),
    path("", include("accounts.urls")),
    path("", include((BUSINESS, "business"))),
    path("backoffice/customers/", include("customers.urls")),
    path("backoffice/", include("notifications.urls")),
    path("backoffice/", include("appointments.urls")),
    path("book/", include("appointments.booking_urls")),
    path("panel/", include("portal.urls")),
    path("webhooks/", include((WEBHOOKS, "webhooks"))),
]
