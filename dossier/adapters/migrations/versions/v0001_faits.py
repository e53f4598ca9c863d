"""The append-only table of faits, and the triggers that keep it append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dossier.core.errors import ConfigurationInvalide

revision = "0001"
down_revision: str | None = None

# ISO instants and identifiers sort by code point whatever the locale of the server.
TEXTE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# RAISE(ABORT) on insert also stops INSERT OR REPLACE, which deletes without firing a delete trigger.
SQLITE = (
    """CREATE TRIGGER faits_sans_update BEFORE UPDATE ON faits
       BEGIN SELECT RAISE(ABORT, 'journal : modification interdite'); END""",
    """CREATE TRIGGER faits_sans_delete BEFORE DELETE ON faits
       BEGIN SELECT RAISE(ABORT, 'journal : suppression interdite'); END""",
    """CREATE TRIGGER faits_a_la_suite BEFORE INSERT ON faits
       WHEN NEW.numero <> (SELECT coalesce(max(numero), 0) + 1 FROM faits WHERE creance = NEW.creance)
       BEGIN SELECT RAISE(ABORT, 'journal : fait hors de la suite'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION faits_interdit() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION 'journal : modification ou suppression interdite' USING ERRCODE = '23000';
       END $$""",
    """CREATE TRIGGER faits_sans_update BEFORE UPDATE OR DELETE OR TRUNCATE ON faits
       FOR EACH STATEMENT EXECUTE FUNCTION faits_interdit()""",
    """CREATE FUNCTION faits_a_la_suite() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.numero <> (SELECT coalesce(max(numero), 0) + 1 FROM faits WHERE creance = NEW.creance) THEN
           RAISE EXCEPTION 'journal : fait hors de la suite' USING ERRCODE = '23505';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER faits_a_la_suite BEFORE INSERT ON faits
       FOR EACH ROW EXECUTE FUNCTION faits_a_la_suite()""",
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite and op.get_bind().scalar(sa.text("SHOW server_encoding")) != "UTF8":
        raise ConfigurationInvalide(
            "La base PostgreSQL du journal n'est pas en UTF-8 ; créez-la avec l'option ENCODING 'UTF8'."
        )
    op.create_table(
        "faits",
        sa.Column("creance", TEXTE, primary_key=True),
        sa.Column("numero", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("instant", TEXTE, nullable=False),
        sa.Column("auteur", TEXTE, nullable=False),
        sa.Column("texte", TEXTE, nullable=False),
        sa.Column("precedente", TEXTE, nullable=False),
        sa.Column("empreinte", TEXTE, nullable=False),
        sa.Column("debiteur", TEXTE),
    )
    ouvertures = sa.text("debiteur IS NOT NULL")
    for nom, colonnes in (
        ("faits_ouvertures", ["instant", "creance", "debiteur"]),
        ("faits_debiteur", ["debiteur", "instant", "creance"]),
    ):
        op.create_index(nom, "faits", colonnes, sqlite_where=ouvertures, postgresql_where=ouvertures)
    for ordre in SQLITE if sqlite else POSTGRESQL:
        op.execute(sa.text(ordre))
