"""What was sent, taken in or made a version of never changes: the database itself refuses."""

from django.db import migrations

from innodex.portal.people.triggers import AppendOnly


class Migration(migrations.Migration):
    """Snapshots for ever; files but for the word of a scanner; versions but for their adoption."""

    dependencies = [("rounds", "0001_initial")]

    operations = [
        AppendOnly("rounds_snapshot"),
        AppendOnly(
            "rounds_storedfile",
            (
                "id",
                "round_id",
                "organisation_id",
                "digest",
                "size",
                "name",
                "kind",
                "stored_by_id",
                "stored_at",
            ),
        ),
        AppendOnly(
            "rounds_version", ("id", "round_id", "number", "files", "digest", "note", "made_by_id", "made_at")
        ),
    ]
