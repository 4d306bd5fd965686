from django.db import migrations


def create_rule(apps, schema_editor):
    from appointments import no_double_booking

    no_double_booking.create(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('appointments', '0003_moments_in_one_form'),
    ]

    operations = [
        migrations.RunPython(create_rule, migrations.RunPython.noop),
    ]
