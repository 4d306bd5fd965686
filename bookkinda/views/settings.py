"""The settings of the business, and its logo for everybody."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.forms import ModelForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import UpdateView, View

from accounts import roles
from accounts.access import StaffRequired
from appointments.models import Service
from bookkinda.booking_form import BookingSettingsForm
from bookkinda.forms import SettingsForm
from bookkinda.logo import as_png
from bookkinda.preferences import Preferences


class Settings(StaffRequired, UpdateView):
    permission_required = roles.SETTINGS
    form_class: type[ModelForm] = SettingsForm
    template_name = "bookkinda/settings.html"

    def get_object(self, queryset: Any = None) -> Preferences:
        return Preferences.load()

    def form_invalid(self, form: ModelForm) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def form_valid(self, form: ModelForm) -> HttpResponse:
        with transaction.atomic():
            form.save()
        messages.success(self.request, _("The settings are saved."))
        return redirect("business:settings")


class BookingSettings(Settings):
    """When and how customers book by themselves."""

    form_class = BookingSettingsForm
    template_name = "bookkinda/booking_settings.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = f"{settings.PUBLIC_BASE_URL}{reverse('booking:services')}"
        frame = f'<iframe src="{address}" title="{_("Book")}" width="100%" height="900"></iframe>'
        services = Service.objects.filter(archived_at=None)
        return super().get_context_data(
            booking_address=address,
            frame=frame,
            service_count=services.count(),
            own_rules=services.exclude(cancel_notice=None, reschedule_notice=None).count(),
            **kwargs,
        )

    def form_valid(self, form: ModelForm) -> HttpResponse:
        super().form_valid(form)
        return redirect("business:booking")


@method_decorator(login_not_required, name="dispatch")
class Logo(View):
    """The logo stands on the sign-in page, so it is public; its name changes when it does."""

    def get(self, request: HttpRequest, name: str) -> HttpResponseBase:
        response = self.answer(stored_logo(name))
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    def answer(self, logo: FieldFile) -> HttpResponseBase:
        return FileResponse(logo.open(), content_type="image/webp")


class MailLogo(Logo):
    """The same as PNG, for the letters to customers."""

    def answer(self, logo: FieldFile) -> HttpResponseBase:
        return HttpResponse(as_png(logo), content_type="image/png")


def stored_logo(name: str) -> FieldFile:
    """The logo, if this is the name of the one in use."""
    logo = Preferences.load().logo
    if not logo or logo.name != f"logo/{name}" or not logo.storage.exists(logo.name):
        raise Http404
    return logo
