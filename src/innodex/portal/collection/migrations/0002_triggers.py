"""What has been taken in stays as it was: documents, citations but for their end, and central figures."""

from django.db import migrations

from innodex.portal.people.triggers import AppendOnly


class Migration(migrations.Migration):
    """Documents and central figures never change; a submission keeps its locality, an item what it asks."""

    dependencies = [("collection", "0001_initial")]

    operations = [
        AppendOnly("collection_evidence"),
        AppendOnly("collection_centralfigure"),
        AppendOnly("collection_evidencelink", ("item_id", "evidence_id", "page", "linked_at")),
        AppendOnly("collection_submission", ("locality_id",)),
        AppendOnly("collection_item", ("submission_id", "series", "period", "position", "maximum")),
    ]
