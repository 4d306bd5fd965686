"""The Customer Panel."""

from django.urls import path

from appointments.views import own
from customers.views.photo import OwnPhoto
from portal.views import (
    calendar,
    closing,
    data,
    email,
    first_password,
    home,
    messages,
    profile,
)

app_name = "portal"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("appointments/<int:pk>/move/", own.PanelMove.as_view(), name="move"),
    path("appointments/<int:pk>/cancel/", own.PanelCancel.as_view(), name="cancel"),
    path("appointments/<int:pk>/appointment.ics", own.PanelEventFile.as_view(), name="ics"),
    path("calendar/", calendar.Calendar.as_view(), name="calendar"),
    path("calendar/<str:token>.ics", calendar.Feed.as_view(), name="feed"),
    path("password/", first_password.FirstPassword.as_view(), name="first-password"),
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("photo/", OwnPhoto.as_view(), name="photo"),
    path("messages/", messages.Messages.as_view(), name="messages"),
    path("data.zip", data.Download.as_view(), name="data"),
    path("delete/", closing.Close.as_view(), name="close"),
    path("delete/keep/", closing.Keep.as_view(), name="keep"),
    path("email/", email.ChangeEmail.as_view(), name="email"),
    path("email/again/", email.AskAgain.as_view(), name="ask-again"),
    path("email/keep/", email.KeepEmail.as_view(), name="keep-email"),
    path("email/confirm/<str:token>/", email.ConfirmEmail.as_view(), name="confirm-email"),
]
