"""Runs the revisions on the connection, and in the transaction, that `journal_sql` opened."""

from __future__ import annotations

from alembic import context

options = context.config.attributes
context.configure(
    connection=options["connexion"],
    version_table=options["table_version"],
    transactional_ddl=True,  # SQLite too: the caller holds BEGIN IMMEDIATE
)
context.run_migrations()
