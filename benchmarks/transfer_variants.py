"""What is measured of import and export: ours, stock django-import-export, and the bare driver.

Stock gets the same validation (its widgets call customers/values.py, clean_model_instances is on)
and the same table. Each function does one job in a process of its own and returns what it counted.
"""

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import tablib
from django.db import connection, transaction
from django.utils import timezone
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader

from customers.exporting import Format, export_customers
from customers.folding import derived_values
from customers.importing import runs, saving
from customers.importing.reading import open_table
from customers.models import ChangeSet, Customer
from customers.models.customer import DERIVED
from customers.resources import all_columns
from customers.search_index import SQLITE_TRIGGERS, BulkIndex
from customers.values import clean_email, clean_gender, clean_phone

FIELDS = ("first_name", "last_name", "email", "phone", "gender", "date_of_birth", "note")


def import_ours(path: Path) -> dict[str, Any]:
    work = runs.import_file(
        path, name=path.name, options=runs.ImportOptions(), by=None,
        source=ChangeSet.Source.COMMAND,
    )  # fmt: skip
    return work.counts


def import_ours_without_index(path: Path) -> dict[str, Any]:
    drop_search_index()

    @contextmanager
    def only_a_transaction() -> Iterator[BulkIndex]:
        with transaction.atomic():
            index = BulkIndex()
            index.is_needed = False
            yield index

    saving.bulk_index_update = only_a_transaction
    return import_ours(path)


def update_ours(path: Path) -> dict[str, Any]:
    """The same file again, compared field by field."""
    work = runs.import_file(
        path, name=path.name, options=runs.ImportOptions(existing="update"), by=None,
        source=ChangeSet.Source.COMMAND,
    )  # fmt: skip
    return work.counts


def drop_search_index() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX IF EXISTS customer_by_search_text")
            return
        for trigger in SQLITE_TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")


class Rule(widgets.Widget):
    """A widget that reads by one of our rules."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self.read = read

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.read(value or "")


class StockResource(resources.ModelResource):
    """As the documentation shows it, with the validation that ours has."""

    email = fields.Field("email", "email", Rule(clean_email))
    phone = fields.Field("phone", "phone", Rule(lambda text: clean_phone(text, "GB").e164))
    gender = fields.Field("gender", "gender", Rule(clean_gender))

    class Meta:
        model = Customer
        fields = FIELDS
        import_id_fields = ("email",)
        clean_model_instances = True


class UnchangedResource(StockResource):
    class Meta(StockResource.Meta):
        skip_unchanged = True


class TunedResource(StockResource):
    """The documented tuning for many rows."""

    class Meta(StockResource.Meta):
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        clean_model_instances = False
        instance_loader_class = CachedInstanceLoader

    def before_save_instance(self, instance: Customer, row: Any, **kwargs: Any) -> None:
        derived = derived_values(
            instance.first_name, instance.last_name, instance.email, instance.phone,
            instance.date_of_birth,
        )  # fmt: skip
        for name, value in zip(DERIVED, derived, strict=True):
            setattr(instance, name, value)

    def validate_instance(
        self, instance: Customer, import_validation_errors: Any = None, validate_unique: Any = None
    ) -> None:
        """All that the model checks without asking the database for each row."""
        instance.clean_fields(exclude=["photo"])
        instance.clean()


def import_by(resource: type[StockResource], path: Path) -> dict[str, Any]:
    data = tablib.Dataset().load(path.read_text(encoding="utf-8"), format="csv")
    result = resource().import_data(data, dry_run=False, use_transactions=True)
    return dict(result.totals)


def import_stock(path: Path) -> dict[str, Any]:
    return import_by(StockResource, path)


def import_stock_without_index(path: Path) -> dict[str, Any]:
    drop_search_index()
    return import_by(StockResource, path)


def import_tuned(path: Path) -> dict[str, Any]:
    return import_by(TunedResource, path)


def update_stock(path: Path) -> dict[str, Any]:
    return import_by(UnchangedResource, path)


def import_floor(path: Path) -> dict[str, Any]:
    """csv.reader and the driver, no rule at all, into the same table without the search index."""
    drop_search_index()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    names = (
        *FIELDS, "phone_extension", "language", "time_zone", "external_id", "photo", "created_at",
        "changed_at", "version", *DERIVED,
    )  # fmt: skip
    with path.open(encoding="utf-8", newline="") as file, transaction.atomic():
        reader = csv.reader(file)
        next(reader)
        rows = (
            (first, last, email, phone[:16], gender, born or None, note, "", "", "", "", "", now,
             now, 1, f"{last} {first}", f"{first} {last}", f"{first} {last} {email}", None)
            for first, last, email, phone, gender, born, note in reader
        )  # fmt: skip
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(
                    f"COPY customers_customer ({', '.join(names)}) FROM STDIN"
                ) as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(names))
                cursor.executemany(
                    f"INSERT INTO customers_customer ({', '.join(names)}) VALUES ({places})",  # noqa: S608
                    list(rows),
                )
    return {"new": Customer.objects.count()}


def export_ours(kind: str, path: Path) -> dict[str, Any]:
    started, first, size = time.perf_counter(), 0.0, 0
    columns = all_columns(["id", *FIELDS])
    customers = Customer.objects.live().order_by("name_key", "pk")
    with path.open("wb") as file:
        for piece in export_customers(customers, columns, Format(kind), by=None, query={}):
            first = first or time.perf_counter() - started
            size += file.write(piece)
    return {"first_byte_ms": round(first * 1000, 1), "bytes": size}


def export_stock(kind: str, path: Path) -> dict[str, Any]:
    started = time.perf_counter()
    data = StockResource().export(Customer.objects.live().order_by("name_key", "pk"))
    content = getattr(data, kind)
    first = time.perf_counter() - started
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return {"first_byte_ms": round(first * 1000, 1), "bytes": path.stat().st_size}


def read_ours(path: Path) -> dict[str, Any]:
    return {"rows": sum(1 for _row in open_table(path).rows())}


def read_openpyxl(path: Path) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(path, read_only=True).active
    return {"rows": sum(1 for _row in sheet.iter_rows(values_only=True)) - 1}


VARIANTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "import ours": import_ours,
    "import ours without search index": import_ours_without_index,
    "import stock": import_stock,
    "import stock without search index": import_stock_without_index,
    "import stock tuned": import_tuned,
    "import floor": import_floor,
    "again ours": update_ours,
    "again stock": update_stock,
    "csv ours": lambda path: export_ours("csv", path),
    "csv stock": lambda path: export_stock("csv", path),
    "xlsx ours": lambda path: export_ours("xlsx", path),
    "xlsx stock": lambda path: export_stock("xlsx", path),
    "read xlsx ours": read_ours,
    "read xlsx openpyxl": read_openpyxl,
}
