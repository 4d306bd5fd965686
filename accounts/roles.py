"""The four roles of staff, and the permissions that each one is a group of.

Kept in code and not in tables: no page, import or migration can hand out a permission by mistake,
and every check costs no query (docs/decisions/0003-roles-in-code.md).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    FRONT_DESK = "front-desk", _("Front desk")
    READ_ONLY = "read-only", _("Read only")


VIEW = "customers.view_customer"
ADD = "customers.add_customer"
CHANGE = "customers.change_customer"
ARCHIVE = "customers.archive_customer"
ERASE = "customers.erase_customer"
IMPORT = "customers.import_customer"
EXPORT = "customers.export_customer"
SEND = "notifications.send_message"
SETTINGS = "bookkinda.change_settings"
VIEW_APPOINTMENTS = "appointments.view_appointment"
BOOK = "appointments.change_appointment"
SETUP = "appointments.change_service"  # services, providers, hours
# Merging changes one customer and archives another, so it takes both rights, and so does its undo.
MERGE = (CHANGE, ARCHIVE)

READ_ONLY = frozenset({VIEW, VIEW_APPOINTMENTS})
FRONT_DESK = READ_ONLY | {ADD, CHANGE, ARCHIVE, SEND, BOOK}
MANAGER = FRONT_DESK | {IMPORT, EXPORT, SETUP}
OWNER = MANAGER | {ERASE, SETTINGS}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.OWNER: OWNER,
    Role.MANAGER: MANAGER,
    Role.FRONT_DESK: FRONT_DESK,
    Role.READ_ONLY: READ_ONLY,
}
