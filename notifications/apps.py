from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from customers import bulk, dependents  # noqa: PLC0415
        from notifications import portal_access, tasks  # noqa: F401, PLC0415 registers handlers
        from notifications.dependents import Messages  # noqa: PLC0415

        bulk.register(bulk.Action.ALLOW, portal_access.allow)
        bulk.register(bulk.Action.REVOKE, portal_access.revoke)
        dependents.register(Messages())
