from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from customers import bulk  # noqa: PLC0415
        from notifications import (  # noqa: PLC0415
            portal_access,
            tasks,  # noqa: F401 registers the handlers
        )

        bulk.register(bulk.Action.ALLOW, portal_access.allow)
        bulk.register(bulk.Action.REVOKE, portal_access.revoke)
