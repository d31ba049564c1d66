"""Does the database answer, and is it that of this version of the program?"""

from __future__ import annotations

from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


def problem() -> str:
    """Why the database cannot be reached, in its own words; empty when it can."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return " ".join(str(error).split())
    return ""


def rest() -> None:
    """Give back connections that are old or broken, before a pause."""
    close_old_connections()


def pending() -> list[str]:
    """The migrations that the database still lacks, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def known() -> list[str]:
    """Every migration of this version of the program."""
    loader = MigrationExecutor(connection).loader
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def applied() -> list[str]:
    """Every migration that the database has seen."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def migrate() -> list[str]:
    """Bring the database up to this version; the migrations that were applied."""
    lacking = pending()
    call_command("migrate", interactive=False, verbosity=0)
    return lacking
