"""What managers type about services and providers."""

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.models import Provider, Service
from appointments.offering import next_position
from bookkinda import choices
from bookkinda.preferences import Preferences
from customers.forms.fields import PLAIN, TypedField, line
from customers.values import clean_email, clean_phone, clean_text, show_phone

MINUTES = {"inputmode": "numeric", "min": 0, "step": 5}
HOURS = {"inputmode": "numeric", "min": 0, "max": 1344}


class ThingForm(forms.ModelForm):
    """A service or a provider: a name that no other one has, a colour, a place in the list."""

    name = TypedField(line(100), label=_("Name"), widget=forms.TextInput(PLAIN))
    taken = _("There is one of this name already.")

    def clean_name(self) -> str:
        """Any case the same, also where the database only knows that of plain letters."""
        name: str = self.cleaned_data["name"]
        kind = self._meta.model
        others = kind.objects.filter(archived_at=None).exclude(pk=self.instance.pk)
        is_live = self.instance.archived_at is None
        names = {other.casefold() for other in others.values_list("name", flat=True)}
        if is_live and name.casefold() in names:
            raise ValidationError(self.taken)
        return name

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 Django's own
        if self.instance.pk is None:
            self.instance.position = next_position(self._meta.model)
        return super().save(commit)


class ServiceForm(ThingForm):
    """A service, and who provides it."""

    taken = _("There is a service of this name already.")
    category = TypedField(
        line(60),
        label=_("Category"),
        required=False,
        widget=forms.TextInput({**PLAIN, "list": "categories"}),
        help_text=_("Services of one category stand together on the booking page."),
    )
    description = TypedField(
        partial(clean_text, longest=500),
        label=_("Description"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Customers read it before they choose."),
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    providers = forms.ModelMultipleChoiceField(
        Provider.objects.none(),
        label=_("Who provides it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Service
        fields = (
            "name",
            "category",
            "description",
            "tone",
            "duration",
            "buffer_before",
            "buffer_after",
            "price",
            "currency",
            "is_online",
            "needs_approval",
            "cancel_notice",
            "reschedule_notice",
        )
        labels = {
            "duration": _("Minutes"),
            "buffer_before": _("Minutes kept free before"),
            "buffer_after": _("Minutes kept free after"),
            "price": _("Price"),
            "is_online": _("Customers can book it on the booking page"),
            "needs_approval": _("Staff confirm each booking"),
            "cancel_notice": _("Hours of notice for cancelling"),
            "reschedule_notice": _("Hours of notice for rescheduling"),
        }
        help_texts = {
            "duration": _("As long as the customer is there."),
            "buffer_after": _("To tidy up, say. Customers do not see it."),
            "price": _("Leave it blank to show none; 0 is shown as free."),
            "is_online": _("Off: only staff book it."),
            "needs_approval": _("Until then it is pending, and its time is kept."),
        }
        widgets = {
            "tone": forms.RadioSelect,
            "duration": forms.NumberInput({**MINUTES, "min": 5, "max": 1440}),
            "buffer_before": forms.NumberInput({**MINUTES, "max": 720}),
            "buffer_after": forms.NumberInput({**MINUTES, "max": 720}),
            "price": forms.NumberInput({"inputmode": "decimal", "min": 0, "step": "0.01"}),
            "is_online": forms.CheckboxInput({"role": "switch"}),
            "needs_approval": forms.CheckboxInput({"role": "switch"}),
            "cancel_notice": forms.NumberInput(HOURS),
            "reschedule_notice": forms.NumberInput(HOURS),
        }

    def __init__(self, *args: Any, business: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = _("%(currency)s (the business's)") % {"currency": business.currency}
        self.fields["currency"].choices = [("", usual), *choices.currencies()]  # type: ignore[attr-defined]
        theirs: Any = self.fields["providers"]
        is_new = self.instance.pk is None
        mine = Q() if is_new else Q(services=self.instance)
        theirs.queryset = Provider.objects.filter(Q(archived_at=None) | mine).distinct()
        # A new service is everybody's until somebody says otherwise: nobody is forgotten.
        theirs.initial = theirs.queryset if is_new else self.instance.providers.all()
        for name, hours in {
            "cancel_notice": business.cancel_notice,
            "reschedule_notice": business.reschedule_notice,
        }.items():
            self.fields[name].help_text = _(
                "Blank: as everywhere, %(hours)s. 0: until it begins."
            ) % {"hours": hours}

    def save(self, commit: bool = True) -> Service:  # noqa: FBT001, FBT002 Django's own
        with transaction.atomic():
            service: Service = super().save(commit)
            service.providers.set(self.cleaned_data["providers"])
        return service


class ProviderForm(ThingForm):
    """Somebody whom customers book, and what they provide."""

    taken = _("There is a provider of this name already.")
    email = TypedField(
        clean_email,
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(PLAIN),
        help_text=_("Where messages about their own appointments go."),
    )
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40, widget=forms.TextInput({"type": "tel"})
    )

    class Meta:
        model = Provider
        fields = ("name", "email", "phone", "user", "tone", "services", "is_online")
        labels = {
            "user": _("Staff account"),
            "services": _("Services"),
            "is_online": _("Customers can choose them on the booking page"),
        }
        help_texts = {
            "user": _("Whose calendar this is. Nobody needs an account to be booked."),
            "is_online": _("Off: only staff book them."),
        }
        widgets = {
            "tone": forms.RadioSelect,
            "services": forms.CheckboxSelectMultiple,
            "is_online": forms.CheckboxInput({"role": "switch"}),
        }

    def __init__(self, *args: Any, business: Preferences, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.business = business
        is_new = self.instance.pk is None
        services: Any = self.fields["services"]
        mine = Q() if is_new else Q(providers=self.instance)
        services.queryset = Service.objects.filter(Q(archived_at=None) | mine).distinct()
        if is_new:
            services.initial = services.queryset
        elif self.instance.phone:
            self.initial["phone"] = show_phone(self.instance.phone)
        user: Any = self.fields["user"]
        free = Q(is_active=True, provider=None)
        if not is_new:
            free |= Q(provider=self.instance)
        user.queryset = User.objects.exclude(role="").filter(free).order_by("name", "email")
        user.empty_label = _("None")

    def clean_phone(self) -> str:
        number = clean_phone(self.cleaned_data["phone"], self.business.country)
        if number.extension:
            raise ValidationError(_("Messages go to no extension. Leave it out."))
        return number.e164
