"""Which prefix belongs to which app."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("backoffice/customers/", include("customers.urls")),
    path("panel/", include("portal.urls")),
]
