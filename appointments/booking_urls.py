"""The public booking page, and the page behind the link of one appointment."""

from django.urls import path

from appointments.views import own
from appointments.views.booking import choosing, details, done

app_name = "booking"
urlpatterns = [
    path("", choosing.ChooseService.as_view(), name="services"),
    path("manage/<str:token>/", own.LinkLook.as_view(), name="manage"),
    path("manage/<str:token>/move/", own.LinkMove.as_view(), name="manage-move"),
    path("manage/<str:token>/cancel/", own.LinkCancel.as_view(), name="manage-cancel"),
    path("manage/<str:token>/appointment.ics", own.LinkEventFile.as_view(), name="ics"),
    path("<int:service>/", choosing.ChooseProvider.as_view(), name="providers"),
    path("<int:service>/<str:who>/", choosing.ChooseTime.as_view(), name="times"),
    path("<int:service>/<str:who>/<str:token>/", details.Details.as_view(), name="details"),
    path("done/<str:token>/", done.Done.as_view(), name="done"),
]
