"""What a comment belongs to, and what an answer answers, never changes."""

from django.db import migrations

from innodex.portal.people.triggers import AppendOnly


class Migration(migrations.Migration):
    """Nothing of a consultation is removed, and nothing moves to another organisation, version or comment."""

    dependencies = [("consultation", "0001_initial")]

    operations = [
        AppendOnly("consultation_contribution", ("round_id", "organisation_id", "version_id")),
        AppendOnly("consultation_comment", ("contribution_id", "version_id", "written_by_id", "written_at")),
        AppendOnly("consultation_answer", ("comment_id",)),
    ]
