"""Alembic environment of the journal's schema; run by `journal_sql` at opening."""
