from django.core.management import call_command
from django.db import migrations


def create_table(apps, schema_editor):
    """The table of the database cache, where limits on attempts are counted.

    Named, so that it is there also when the cache is Redis today and the database tomorrow.
    """
    alias = schema_editor.connection.alias
    call_command("createcachetable", "bookkinda_cache", database=alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(create_table, migrations.RunPython.noop)]
