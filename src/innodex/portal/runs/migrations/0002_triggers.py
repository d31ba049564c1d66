from django.db import migrations

from innodex.portal.people.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_initial")]

    operations = [
        AppendOnly("runs_freeze"),
        AppendOnly("runs_run", ("round_id", "freeze_id", "number", "computed_by_id", "computed_at")),
    ]
