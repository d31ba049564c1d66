"""The log is append-only in the database itself."""

from django.db import migrations

from innodex.portal.people.triggers import AppendOnly


class Migration(migrations.Migration):
    """No event changes; a chain keeps its key."""

    dependencies = [("people", "0001_initial")]

    operations = [AppendOnly("people_event"), AppendOnly("people_chain", ("key",))]
