"""Exports for the tests: the command, what stands in its file, and somebody with every field."""

import csv
import io
from datetime import date
from pathlib import Path

from django.core.management import call_command

from customers.models import Customer
from tests.factories import CustomerFactory, TagFactory

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", '"=1', "'=1", "''-1", "＝1+1", "- milk"]


def export(path: Path, *options: str) -> bytes:
    """The file that the command wrote."""
    call_command("export_customers", str(path), *options)
    return path.read_bytes()


def export_text(path: Path, *options: str) -> str:
    """The CSV file that the command wrote."""
    return export(path, *options).decode("utf-8-sig")


def records(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def somebody_known_well(**fields: str) -> Customer:
    """A customer of whom every field is known, and two tags."""
    known = {
        "first_name": "Özgür", "last_name": "Yılmaz", "email": "o@example.org",
        "phone": "+905320000123", "phone_extension": "12", "gender": "male",
        "date_of_birth": date(1990, 12, 31), "note": "first\nsecond, third", "language": "tr",
        "time_zone": "Europe/Istanbul", "external_id": "007",
    }  # fmt: skip
    customer: Customer = CustomerFactory(**known | fields)
    customer.tags.set([TagFactory(name="VIP"), TagFactory(name="Smith, family")])
    return customer
