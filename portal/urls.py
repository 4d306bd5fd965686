"""The Customer Panel."""

from django.urls import path

from portal.views import email, first_password, home, messages, profile

app_name = "portal"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("password/", first_password.FirstPassword.as_view(), name="first-password"),
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("messages/", messages.Messages.as_view(), name="messages"),
    path("email/", email.ChangeEmail.as_view(), name="email"),
    path("email/again/", email.AskAgain.as_view(), name="ask-again"),
    path("email/keep/", email.KeepEmail.as_view(), name="keep-email"),
    path("email/confirm/<str:token>/", email.ConfirmEmail.as_view(), name="confirm-email"),
]
