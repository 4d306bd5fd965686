"""The product's addresses, and stock Django admin over the same table."""

from django.contrib import admin
from django.urls import include, path

from customers.models import Customer


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    """What Django gives for a few lines: the same columns, order and search fields."""

    list_display = ("first_name", "last_name", "email", "phone", "created_at")
    search_fields = ("first_name", "last_name", "email", "phone")
    ordering = ("name_key",)
    list_per_page = 25


urlpatterns = [path("admin/", admin.site.urls), path("", include("bookkinda.urls"))]
