"""The people who book, and everything that is kept about them."""

from customers.models.closing import Closing
from customers.models.customer import HAVE_ACCESS, Access, Customer, Gender
from customers.models.email_change import EmailChange
from customers.models.export import ExportChoice, ExportRun
from customers.models.history import Change, ChangeSet
from customers.models.merge import Merge, TwoPeople
from customers.models.note import Note
from customers.models.tag import CustomerTag, Tag
from customers.models.transfer import ImportFix, ImportRow, ImportRun, RememberedColumns

__all__ = [
    "HAVE_ACCESS",
    "Access",
    "Change",
    "ChangeSet",
    "Closing",
    "Customer",
    "CustomerTag",
    "EmailChange",
    "ExportChoice",
    "ExportRun",
    "Gender",
    "ImportFix",
    "ImportRow",
    "ImportRun",
    "Merge",
    "Note",
    "RememberedColumns",
    "Tag",
    "TwoPeople",
]
