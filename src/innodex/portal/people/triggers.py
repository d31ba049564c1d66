"""Rows that the database itself refuses to change: an operation for migrations."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

_SAYS = "rows of {table} are never changed or removed"


class AppendOnly(Operation):
    """Refuse DELETE (and TRUNCATE on PostgreSQL), and UPDATE of `columns`; of all where none is named."""

    reversible = True

    def __init__(self, table: str, columns: tuple[str, ...] = ()) -> None:
        self.table = table
        self.columns = tuple(columns)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How the operation is written in a migration."""
        return (type(self).__qualname__, [self.table, self.columns], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the triggers."""
        make = _sqlite if schema_editor.connection.vendor == "sqlite" else _postgresql
        for statement in make(self.table, self.columns):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Remove them."""
        vendor = schema_editor.connection.vendor
        for event in ("update", "delete") if vendor == "sqlite" else ("update", "delete", "truncate"):
            on = "" if vendor == "sqlite" else f' ON "{self.table}"'
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{self.table}_no_{event}"{on}', params=None)

    def describe(self) -> str:
        """One line for the list of operations."""
        return f"Keep {self.table} append-only"


def _changed(columns: tuple[str, ...], different: str) -> str:
    """The condition under which an update is refused; empty where every one is."""
    return " OR ".join(f'OLD."{column}" {different} NEW."{column}"' for column in columns)


def _sqlite(table: str, columns: tuple[str, ...]) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{_SAYS.format(table=table)}');"
    when = f" WHEN {_changed(columns, 'IS NOT')}" if columns else ""
    return [
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}"{when} BEGIN {refuse} END',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" BEGIN {refuse} END',
    ]


def _postgresql(table: str, columns: tuple[str, ...]) -> list[str]:
    says = _SAYS.format(table=table)
    when = f" WHEN ({_changed(columns, 'IS DISTINCT FROM')})" if columns else ""
    run = f'EXECUTE FUNCTION "{table}_refuse"()'
    refuse = (
        f'CREATE OR REPLACE FUNCTION "{table}_refuse"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{says}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    return [
        refuse,
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW{when} {run}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW {run}',
        f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {run}',
    ]
