from django.db import migrations

KEYS = {"name_key": 420, "given_key": 420, "email": 254, "phone": 16}


def sort_by_code_point(apps, schema_editor):
    """Both databases sort alike: by the bytes of UTF-8, as SQLite does."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for column, length in KEYS.items():
        schema_editor.execute(
            f'ALTER TABLE customers_customer ALTER COLUMN {column} TYPE varchar({length}) COLLATE "C"'
        )


def create_index(apps, schema_editor):
    from customers import search_index

    search_index.create(schema_editor.connection)
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("INSERT INTO customers_search(customers_search) VALUES ('rebuild')")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX customer_by_search_text")
        return
    for name in ("insert", "delete", "update"):
        schema_editor.execute(f"DROP TRIGGER customers_search_{name}")
    schema_editor.execute("DROP TABLE customers_search")
    schema_editor.execute("DROP TABLE customers_search_paused")


class Migration(migrations.Migration):

    dependencies = [("customers", "0001_initial")]

    operations = [
        migrations.RunPython(sort_by_code_point, migrations.RunPython.noop),
        migrations.RunPython(create_index, drop_index),
    ]
