"""The journal in SQL, SQLite by default, PostgreSQL by URL: append-only, chained, verified when read."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from dossier.core.errors import ConfigurationInvalide, ConflitJournal, DossierError, JournalAltere
from dossier.core.faits import Contenu, CreanceOuverte, Fait, enchainer, rupture_de_chaine
from dossier.core.ports import Extrait, Ouverture

TETE = "0001"
"""The newest revision of `migrations/versions`: a database that bears it is opened without Alembic."""

# Prefect keeps its own `alembic_version`; both may live in one PostgreSQL database.
TABLE_VERSION = "faits_version"
ATTENTE = 30
"""Seconds that a writer waits for the others."""
LOT = 500
ESSAIS_WAL = 100

_CHAMPS = ("creance", "numero", "instant", "auteur", "texte", "precedente", "empreinte")
_FAITS = sa.table("faits", *(sa.column(nom) for nom in (*_CHAMPS, "debiteur")))
_VERSION = sa.table(TABLE_VERSION, sa.column("version_num"))
_LIGNE = sa.select(*(_FAITS.c[nom] for nom in _CHAMPS))

# One writer at a time in both: the numbers read under the lock stay true until the commit.
_DEBUTS: dict[tuple[str, bool], tuple[str, ...]] = {
    ("sqlite", False): ("BEGIN",),
    ("sqlite", True): ("BEGIN IMMEDIATE",),
    ("postgresql", False): (),
    ("postgresql", True): (f"SET LOCAL lock_timeout = '{ATTENTE}s'", "SELECT pg_advisory_xact_lock(1407)"),
}
_PLEIN = "le disque est plein ; libérez de la place et recommencez"
_OCCUPE = "un autre programme l'occupe depuis trop longtemps ; fermez-le et recommencez"
_CAUSES = {
    "SQLITE_READONLY": "elle n'accepte pas l'écriture ; vérifiez les droits sur le fichier",
    "25006": "elle n'accepte pas l'écriture ; vérifiez que c'est bien le serveur principal",
    "42501": "le compte n'a pas les droits nécessaires ; vérifiez-les",
    "SQLITE_FULL": _PLEIN,
    "53100": _PLEIN,
    "SQLITE_BUSY": _OCCUPE,
    "55P03": _OCCUPE,
    "SQLITE_CANTOPEN": "le fichier ne s'ouvre pas ; vérifiez son dossier et les droits",
    "SQLITE_NOTADB": "ce fichier n'est pas une base SQLite ; vérifiez l'adresse",
    "SQLITE_CORRUPT": "le fichier est abîmé ; rétablissez une sauvegarde",
    "SQLITE_IOERR": "le disque refuse de lire ou d'écrire ; vérifiez-le et recommencez",
}
_INJOIGNABLE = "elle ne répond pas comme prévu ; vérifiez l'adresse, le compte et que le serveur est démarré"
# Alembic keeps its context in module globals: one migration at a time in a process.
_MIGRATION = threading.Lock()


class JournalSql:
    """Implements `ports.Journal`. The schema is made or upgraded at opening."""

    def __init__(self, url: str) -> None:
        """Raises ConfigurationInvalide for an address that is not usable, DossierError when it is down."""
        adresse = _adresse(url)
        self._lieu = adresse.render_as_string(hide_password=True)
        self._engine = _moteur(adresse)
        self._ecrivain = self._engine.execution_options(ecriture=True)
        try:
            with self._en_francais():
                self._mettre_a_niveau()
        except DossierError:
            self.close()
            raise

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()

    def lire(self, creance: str) -> tuple[Fait, ...]:
        """See `ports.Journal`."""
        requete = _LIGNE.where(_FAITS.c.creance == creance).order_by(_FAITS.c.numero)
        with self._en_francais(), self._engine.connect() as connexion:
            lignes = connexion.execute(requete).mappings().all()
        faits = tuple(_fait(ligne) for ligne in lignes)
        if rupture := rupture_de_chaine(faits):
            raise _alteration(rupture)
        return faits

    def dernier(self, creance: str) -> int:
        """See `ports.Journal`."""
        requete = sa.select(sa.func.max(_FAITS.c.numero)).where(_FAITS.c.creance == creance)
        with self._en_francais(), self._engine.connect() as connexion:
            return connexion.scalar(requete) or 0

    def ajouter(
        self,
        contenus: Mapping[str, Sequence[Contenu]],
        attendus: Mapping[str, int],
        *,
        auteur: str,
        instant: datetime,
    ) -> None:
        """See `ports.Journal`. The digest covers `auteur` without its outer spaces, as `Fait` keeps it."""
        with self._en_francais(), self._ecrivain.begin() as connexion:
            derniers = _derniers(connexion, [*attendus])
            _refuser_si_depasse(attendus, derniers)
            lignes = [
                ligne
                for creance, suite in contenus.items()
                for ligne in _maillons(derniers[creance], creance, instant, auteur.strip(), suite)
            ]
            if lignes:
                connexion.execute(_FAITS.insert(), lignes)

    def creances(self, debiteur: str | None = None) -> tuple[Ouverture, ...]:
        """See `ports.Journal`. Opened at the same instant: in order of identifier."""
        requete = sa.select(_FAITS.c.creance, _FAITS.c.debiteur).where(_FAITS.c.debiteur.is_not(None))
        if debiteur is not None:
            requete = requete.where(_FAITS.c.debiteur == debiteur)
        with self._en_francais(), self._engine.connect() as connexion:
            lignes = connexion.execute(requete.order_by(_FAITS.c.instant, _FAITS.c.creance)).all()
        return tuple(Ouverture(*ligne) for ligne in lignes)

    def citant(self, valeur: str) -> tuple[str, ...]:
        """See `ports.Journal`. In order of identifier; the letters' case may not count."""
        cite = json.dumps(valeur, ensure_ascii=False)
        requete = sa.select(_FAITS.c.creance).where(_FAITS.c.texte.contains(cite, autoescape=True))
        with self._en_francais(), self._engine.connect() as connexion:
            return tuple(connexion.scalars(requete.distinct().order_by(_FAITS.c.creance)))

    def extraits(self, types: Collection[str]) -> tuple[Extrait, ...]:
        """See `ports.Journal`."""
        debuts = [_FAITS.c.texte.startswith(f'{{"type":"{genre}"', autoescape=True) for genre in types]
        requete = sa.select(_FAITS.c.creance, _FAITS.c.instant, _FAITS.c.texte).where(sa.or_(*debuts))
        with self._en_francais(), self._engine.connect() as connexion:
            lignes = connexion.execute(requete.order_by(_FAITS.c.creance, _FAITS.c.numero)).all()
        return tuple(Extrait(creance, datetime.fromisoformat(le), texte) for creance, le, texte in lignes)

    def _mettre_a_niveau(self) -> None:
        with self._engine.connect() as connexion:
            if _revision(connexion) == TETE:
                return
        with _MIGRATION, self._ecrivain.begin() as connexion:
            _migrer(connexion, self._lieu)

    @contextmanager
    def _en_francais(self) -> Iterator[None]:
        """Turns the trouble of a database into one sentence for the operator."""
        try:
            yield
        except IntegrityError as error:
            raise ConflitJournal(
                "Un autre programme a écrit en même temps dans cette créance ; relisez-la et recommencez."
            ) from error
        except SQLAlchemyError as error:
            raise DossierError(f"Base du journal ({self._lieu}) : {_cause(error)}.") from error


def _adresse(url: str) -> sa.URL:
    """The URL with the driver that this adapter uses; the folder of a SQLite file is made."""
    try:
        adresse = sa.make_url(url)
        genre = adresse.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise ConfigurationInvalide(
            "L'adresse du journal est illisible ; écrivez par exemple sqlite:///donnees/journal.db"
            " ou postgresql://compte@serveur/base."
        ) from error
    if genre == "postgresql":
        return adresse.set(drivername="postgresql+psycopg")
    if genre != "sqlite" or adresse.database in (None, "", ":memory:"):
        raise ConfigurationInvalide(
            f"L'adresse du journal ({adresse.render_as_string(hide_password=True)}) ne convient pas :"
            " il faut un fichier SQLite ou une base PostgreSQL."
        )
    try:
        Path(str(adresse.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DossierError(
            f"Le dossier du journal ({adresse.database}) ne peut pas être créé ; vérifiez chemin et droits."
        ) from error
    return adresse.set(drivername="sqlite")


def _moteur(url: sa.URL) -> sa.Engine:
    genre = url.get_backend_name()
    try:
        # hide_parameters: an error must not carry the debtor's data into the logs.
        moteur = sa.create_engine(url, hide_parameters=True, **_OPTIONS[genre])
    except ModuleNotFoundError as error:
        raise ConfigurationInvalide(
            "Le journal sur PostgreSQL demande le paquet Python « psycopg[binary] » ; installez-le."
        ) from error

    @sa.event.listens_for(moteur, "begin")
    def _(connexion: sa.Connection) -> None:
        for ordre in _DEBUTS[genre, connexion.get_execution_options().get("ecriture", False)]:
            connexion.exec_driver_sql(ordre)

    if genre == "sqlite":
        sa.event.listen(moteur, "connect", _regler_sqlite)
    return moteur


_OPTIONS: dict[str, dict[str, Any]] = {
    # isolation_level None: sqlite3 begins no transaction of its own, the event above does.
    "sqlite": {"connect_args": {"timeout": ATTENTE, "isolation_level": None}},
    "postgresql": {
        "connect_args": {"connect_timeout": 10},
        "isolation_level": "READ COMMITTED",
        "pool_pre_ping": True,
    },
}


def _regler_sqlite(connexion: sqlite3.Connection, _: object) -> None:
    connexion.execute("PRAGMA synchronous = FULL").close()
    for reste in reversed(range(ESSAIS_WAL)):
        try:
            connexion.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if not reste or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            # Several opening one new file: SQLite does not wait to change the mode, but does to write.
            connexion.execute("BEGIN IMMEDIATE").close()
            connexion.execute("ROLLBACK").close()
        else:
            return


def _revision(connexion: sa.Connection) -> str | None:
    if not sa.inspect(connexion).has_table(TABLE_VERSION):
        return None
    return connexion.scalar(sa.select(_VERSION.c.version_num))


def _migrer(connexion: sa.Connection, lieu: str) -> None:
    """Bring the schema to `TETE` in the caller's transaction; nothing when another process just did."""
    # Imported here: half a second that a database already at head does not pay.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "dossier.adapters:migrations")
    config.attributes.update(connexion=connexion, table_version=TABLE_VERSION)
    try:
        command.upgrade(config, TETE)
    except CommandError as error:
        raise DossierError(
            f"La base du journal ({lieu}) a été faite par une version plus récente de Dossier ;"
            " mettez ce programme à jour."
        ) from error


def _cause(error: SQLAlchemyError) -> str:
    origine = getattr(error, "orig", None)
    code = getattr(origine, "sqlite_errorname", None) or getattr(origine, "sqlstate", None) or ""
    return next((phrase for debut, phrase in _CAUSES.items() if code.startswith(debut)), _INJOIGNABLE)


def _alteration(rupture: str) -> JournalAltere:
    return JournalAltere(
        f"Journal altéré, {rupture} ; n'utilisez plus cette créance et rétablissez la base d'une sauvegarde."
    )


def _ligne(fait: Fait) -> dict[str, Any]:
    return {**fait.model_dump(), "instant": fait.instant.astimezone(UTC).isoformat()}


def _fait(ligne: sa.RowMapping) -> Fait:
    """The fait of that row; what it holds must be, to the letter, what was written."""
    try:
        fait = Fait.model_validate(dict(ligne))
    except ValidationError as error:
        raise _alteration(
            f"créance {ligne['creance']} : le fait n° {ligne['numero']} est illisible"
        ) from error
    if _ligne(fait) != ligne:
        raise _alteration(f"créance {fait.creance} : l'écriture du fait n° {fait.numero} a changé")
    return fait


def _derniers(connexion: sa.Connection, creances: Sequence[str]) -> dict[str, Fait | None]:
    """The last fait of each creance; None when it is unknown."""
    trouves: dict[str, Fait | None] = dict.fromkeys(creances)
    for debut in range(0, len(creances), LOT):
        fins = (
            sa.select(_FAITS.c.creance, sa.func.max(_FAITS.c.numero).label("numero"))
            .where(_FAITS.c.creance.in_(creances[debut : debut + LOT]))
            .group_by(_FAITS.c.creance)
            .subquery()
        )
        lien = (_FAITS.c.creance == fins.c.creance) & (_FAITS.c.numero == fins.c.numero)
        lignes = connexion.execute(_LIGNE.join(fins, lien)).mappings()
        trouves |= {ligne["creance"]: _fait(ligne) for ligne in lignes}
    return trouves


def _refuser_si_depasse(attendus: Mapping[str, int], derniers: Mapping[str, Fait | None]) -> None:
    for creance, attendu in attendus.items():
        dernier = derniers[creance]
        numero = dernier.numero if dernier else 0
        if numero != attendu:
            raise ConflitJournal(
                f"Créance {creance} : le journal en est au fait n° {numero}, et non n° {attendu} ;"
                " relisez-la et recommencez."
            )


def _maillons(
    precedent: Fait | None, creance: str, instant: datetime, auteur: str, contenus: Collection[Contenu]
) -> Iterator[dict[str, Any]]:
    """The rows to insert, each chained to the one before."""
    for contenu in contenus:
        precedent = enchainer(precedent, creance, instant, auteur, contenu)
        yield {**_ligne(precedent), "debiteur": _debiteur(contenu) if precedent.numero == 1 else None}


def _debiteur(contenu: Contenu) -> str | None:
    return contenu.facture.debiteur.cle if isinstance(contenu, CreanceOuverte) else None
