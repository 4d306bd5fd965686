"""From the sample to real use."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from accounts import roles
from accounts.access import StaffRequired, signed_in
from accounts.models import User
from accounts.notices import mail_is_sent
from appointments.models import Service
from appointments.openings import services_online
from appointments.week import has_hours, open_usual_hours
from bookkinda.preferences import Preferences
from bookkinda.sample.business import OWNER_EMAIL, remove_sample, sample_customers
from customers.models import Customer
from notifications.channel_setup import is_kept
from notifications.models import ChannelCode


class FirstSteps(StaffRequired, TemplateView):
    """What an owner does before the first customer comes; each step says whether it is done."""

    permission_required = roles.SETTINGS
    template_name = "bookkinda/first_steps.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        staff_count = User.objects.exclude(role="").filter(is_active=True).count()
        return super().get_context_data(
            business_is_named=Preferences.load().business_name != Preferences().business_name,
            own_address=signed_in(self.request).email != OWNER_EMAIL,
            staff_count=staff_count,
            has_colleagues=staff_count > 1,
            mail_is_sent=mail_is_sent(),
            mail_folder=settings.EMAIL_FILE_PATH,
            mail_is_in_mailbox=is_kept(ChannelCode.EMAIL),
            mail_sender=settings.DEFAULT_FROM_EMAIL,
            has_customers=Customer.objects.live().exists(),
            has_hours=has_hours(),
            has_services=services_online().exists(),
            unprovided=Service.objects.filter(archived_at=None).exists(),
            booking_address=f"{settings.PUBLIC_BASE_URL}{reverse('booking:services')}",
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Opens the usual hours; or the owner is through with the steps, which go."""
        if "hours" in request.POST:
            if open_usual_hours():
                messages.success(request, _("You are open Monday to Friday, 9:00 to 17:00."))
            return redirect("business:first-steps")
        business = Preferences.load()
        business.first_steps_done_at = timezone.now()
        business.save()
        return redirect("home")


class RemoveSample(StaffRequired, TemplateView):
    """Asks first: what goes is gone for good."""

    permission_required = roles.SETTINGS
    template_name = "bookkinda/remove_sample.html"

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        customers = sample_customers()
        changed = customers.filter(version__gt=1).count()
        return super().get_context_data(count=customers.count(), changed=changed, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        removed = remove_sample()
        text = ngettext(
            "%(count)s customer of the sample is removed.",
            "%(count)s customers of the sample are removed.",
            removed.customers,
        )
        messages.success(request, text % {"count": intcomma(removed.customers)})
        return redirect("business:first-steps")
