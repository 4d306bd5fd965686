"""The notifications pages of the back office. Words come before <event>: the first fit counts."""

from django.urls import include, path

from notifications.views import channels, mailbox
from notifications.views.health import HealthPage, TryChannel
from notifications.views.log import DeliveryLog, MessagePage, TryAgain
from notifications.views.templates import EditTemplate, PreviewTemplate, RemoveWords, SendTest
from notifications.views.workflows import Order, QuietHours, Switch, Workflows

app_name = "notifications"

MESSAGES = [
    path("", Workflows.as_view(), name="workflows"),
    path("quiet-hours/", QuietHours.as_view(), name="quiet-hours"),
    path("log/", DeliveryLog.as_view(), name="log"),
    path("log/<int:pk>/", MessagePage.as_view(), name="message"),
    path("log/<int:pk>/again/", TryAgain.as_view(), name="resend"),
    path("health/", HealthPage.as_view(), name="health"),
    path("health/<slug:channel>/", TryChannel.as_view(), name="try-channel"),
    path("<slug:event>/order/", Order.as_view(), name="order"),
    path("<slug:event>/<slug:channel>/switch/", Switch.as_view(), name="switch"),
    path("<slug:event>/<slug:channel>/preview/", PreviewTemplate.as_view(), name="preview"),
    path("<slug:event>/<slug:channel>/test/", SendTest.as_view(), name="test"),
    path("<slug:event>/<slug:channel>/remove/", RemoveWords.as_view(), name="remove-words"),
    path("<slug:event>/<slug:channel>/", EditTemplate.as_view(), name="template"),
]

CHANNELS = [
    path("", channels.Channels.as_view(), name="channels"),
    path("<slug:channel>/test/", channels.TestChannel.as_view(), name="channel-test"),
]

MAILBOX = [
    path("", mailbox.Mailbox.as_view(), name="mailbox"),
    path("<slug:name>/", mailbox.KeptMessage.as_view(), name="kept-message"),
    path("<slug:name>/letter/", mailbox.KeptLetter.as_view(), name="kept-letter"),
]

urlpatterns = [
    path("notifications/", include(MESSAGES)),
    path("settings/channels/", include(CHANNELS)),
    path("mailbox/", include(MAILBOX)),
]
