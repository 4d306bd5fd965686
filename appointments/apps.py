from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "appointments"
    verbose_name = _("Appointments")

    def ready(self) -> None:
        from appointments import events, tasks  # noqa: F401, PLC0415 declares, registers
        from appointments.dependents import Appointments  # noqa: PLC0415
        from customers import dependents  # noqa: PLC0415

        dependents.register(Appointments())
