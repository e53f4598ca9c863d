"""The same contract on SQLite and, when its programs are installed, on a temporary PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from dossier.adapters import journal_sql
from dossier.adapters.journal_sql import JournalSql
from dossier.core.creance import Adresse, Debiteur, Facture
from dossier.core.errors import ConfigurationInvalide, ConflitJournal, DossierError, JournalAltere
from dossier.core.faits import GENESE, Contenu, CreanceOuverte, PaiementRecu, lire_contenu, rupture_de_chaine

INSTANT = datetime(2026, 11, 21, 8, 5, tzinfo=UTC)
RECOPIE = (
    "INSERT INTO faits SELECT creance, {numero}, instant, auteur, texte, precedente, empreinte, debiteur"
    " FROM faits WHERE numero = 1"
)


def ouverte(numero: str = "FA-1", siren: str = "000000018") -> CreanceOuverte:
    debiteur = Debiteur(
        denomination="Galets & Fils",
        siren=siren,
        adresse=Adresse(lignes=("1 quai des Essais",), code_postal="44000", ville="Nantes"),
    )
    facture = Facture(
        numero=numero,
        emission=date(2026, 9, 1),
        echeance=date(2026, 10, 1),
        montant_ttc=Decimal("1234.56"),
        debiteur=debiteur,
    )
    return CreanceOuverte(facture=facture, scenario="standard")


def paiement(reference: str) -> PaiementRecu:
    return PaiementRecu(montant=Decimal("1.00"), jour=date(2026, 11, 21), reference=reference)


def ajouter(journal: JournalSql, creance: str, attendu: int, *contenus: Contenu) -> None:
    journal.ajouter({creance: contenus}, {creance: attendu}, auteur="test", instant=INSTANT)


# where it runs


class Postgres:
    """A cluster of its own in a folder, reached by its socket only."""

    def __init__(self, programmes: Path, dossier: Path, compte: str | None) -> None:
        self._programmes, self._dossier, self._compte = programmes, dossier, compte
        self._bases = 0
        donnees = dossier / "donnees"
        self._lancer("initdb", "-D", donnees, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        self._lancer(
            *("pg_ctl", "-D", donnees, "-l", dossier / "serveur.log", "-w", "start", "-o"),
            f"-k {dossier} -c listen_addresses='' -c fsync=off",
        )

    def arreter(self) -> None:
        self._lancer("pg_ctl", "-D", self._dossier / "donnees", "-m", "immediate", "-w", "stop")

    def base(self, encodage: str = "UTF8") -> str:
        self._bases += 1
        nom = f"base{self._bases}"
        with _sql(self.url("postgres")) as connexion:
            connexion.exec_driver_sql(f"CREATE DATABASE {nom} TEMPLATE template0 ENCODING '{encodage}'")
        return self.url(nom)

    def url(self, base: str) -> str:
        return f"postgresql://test@/{base}?host={self._dossier}"

    def _lancer(self, programme: str, *arguments: Any) -> None:
        commande = [self._programmes / programme, *arguments]
        # No pipes: the server would keep them open.
        subprocess.run(
            commande, check=True, user=self._compte, cwd=self._dossier, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip


def _programmes() -> Path | None:
    trouves = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    trouve = shutil.which("initdb") or (str(trouves[-1]) if trouves else None)
    return Path(trouve).resolve().parent if trouve else None


def _compte_de_service() -> str | None:
    """PostgreSQL refuses to run as root: the account to take then; None for ours."""
    if os.getuid() != 0:
        return None
    return next(c.pw_name for c in pwd.getpwall() if c.pw_name in {"postgres", "nobody"})


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    programmes = _programmes()
    if programmes is None:
        pytest.skip("PostgreSQL (initdb) n'est pas installé sur cette machine")
    compte = _compte_de_service()
    # Not under tmp_path, whose parents only root may enter; and a socket's path is short.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as nom:
        dossier = Path(nom)
        if compte:
            shutil.chown(dossier, compte)
        serveur = Postgres(programmes, dossier, compte)
        try:
            yield serveur
        finally:
            serveur.arreter()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/donnees/journal.db"
    serveur: Postgres = request.getfixturevalue("postgres")
    return serveur.base()


@pytest.fixture
def journal(url: str) -> Iterator[JournalSql]:
    journal = JournalSql(url)
    yield journal
    journal.close()


@contextmanager
def ouvert(url: str) -> Iterator[JournalSql]:
    journal = JournalSql(url)
    try:
        yield journal
    finally:
        journal.close()


@contextmanager
def _sql(url: str) -> Iterator[sa.Connection]:
    """A connection of an administrator who goes round the journal."""
    adresse = sa.make_url(url)
    if adresse.get_backend_name() == "postgresql":
        adresse = adresse.set(drivername="postgresql+psycopg")
    moteur = sa.create_engine(adresse, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with moteur.connect() as connexion:
        yield connexion


# the contract


def test_unknown_creance(journal: JournalSql) -> None:
    assert journal.lire("FA-1") == ()
    assert journal.dernier("FA-1") == 0
    assert journal.creances() == ()


def test_faits_are_chained_in_order(journal: JournalSql, url: str) -> None:
    ajouter(journal, "FA-1", 0, ouverte(), paiement("A"))
    ajouter(journal, "FA-1", 2, paiement("B — é €"))
    faits = journal.lire("FA-1")
    assert [f.numero for f in faits] == [1, 2, 3]
    assert [f.contenu for f in faits] == [ouverte(), paiement("A"), paiement("B — é €")]
    assert faits[0].precedente == GENESE
    assert rupture_de_chaine(faits) is None
    assert {(f.instant, f.auteur, f.creance) for f in faits} == {(INSTANT, "test", "FA-1")}
    assert journal.dernier("FA-1") == 3
    with ouvert(url) as autre:
        assert autre.lire("FA-1") == faits


def test_a_value_is_found_in_every_journal_that_holds_it_and_as_a_whole_value_only(
    journal: JournalSql,
) -> None:
    for rang, (creance, reference) in enumerate(
        [("FA-1", "1A00000000001"), ("FA-2", "1A000000000012"), ("FA-3", "1A_0%"), ("FA-4", 'dit "é" \\')]
    ):
        ajouter(journal, creance, 0, ouverte(creance, f"{rang:09d}"), paiement(reference))
    ajouter(journal, "FA-4", 2, paiement("1A00000000001"), paiement("1A00000000001"))
    assert journal.citant("1A00000000001") == ("FA-1", "FA-4")
    assert journal.citant("1A0000000000") == ()
    assert journal.citant("1A_0%") == ("FA-3",), "_ et % ne sont pas des jokers"
    assert journal.citant('dit "é" \\') == ("FA-4",)
    assert journal.citant("x") == ()


def test_extracts_of_some_kinds_in_one_read(journal: JournalSql) -> None:
    ajouter(journal, "FA-2", 0, ouverte(), paiement("A_B%"))
    ajouter(journal, "FA-1", 0, ouverte())
    tous = journal.extraits(["creance_ouverte", "paiement_recu"])
    assert [(e.creance, e.instant) for e in tous] == [("FA-1", INSTANT), ("FA-2", INSTANT), ("FA-2", INSTANT)]
    assert [lire_contenu(e.texte) for e in tous] == [ouverte(), ouverte(), paiement("A_B%")]
    assert [e.creance for e in journal.extraits(["paiement_recu"])] == ["FA-2"]
    assert journal.extraits(["paiementXrecu", "avoir_emis"]) == ()


def test_row_is_what_the_digest_covers(journal: JournalSql, url: str) -> None:
    paris = datetime.fromisoformat("2026-11-21T09:05:00.000120+01:00")
    journal.ajouter({"FA-1": [ouverte()]}, {"FA-1": 0}, auteur="  Anne \n", instant=paris)
    (fait,) = journal.lire("FA-1")
    assert fait.auteur == "Anne"
    with _sql(url) as connexion:
        (ligne,) = connexion.exec_driver_sql(
            "SELECT creance, numero, instant, auteur, texte, precedente, empreinte, debiteur FROM faits"
        )
    assert ligne == (
        *("FA-1", 1, "2026-11-21T08:05:00.000120+00:00", "Anne"),
        *(fait.texte, GENESE, fait.empreinte, "000000018"),
    )


def test_stale_writer_is_refused_and_writes_nothing(journal: JournalSql) -> None:
    ajouter(journal, "FA-1", 0, ouverte())
    avant = journal.lire("FA-1")
    for attendu in (0, 2):
        with pytest.raises(ConflitJournal, match=rf"FA-1 : .* fait n° 1, et non n° {attendu}"):
            ajouter(journal, "FA-1", attendu, paiement("A"))
    assert journal.lire("FA-1") == avant
    ajouter(journal, "FA-1", 1, paiement("A"))


def test_several_creances_or_none(journal: JournalSql) -> None:
    ajouter(journal, "FA-1", 0, ouverte())
    ajouter(journal, "FA-2", 0, ouverte("FA-2"))
    ensemble = {"FA-1": [paiement("A")], "FA-2": [paiement("A"), paiement("B")]}
    with pytest.raises(ConflitJournal, match="FA-2"):
        journal.ajouter(ensemble, {"FA-1": 1, "FA-2": 0}, auteur="test", instant=INSTANT)
    assert (journal.dernier("FA-1"), journal.dernier("FA-2")) == (1, 1)
    journal.ajouter(ensemble, {"FA-1": 1, "FA-2": 1}, auteur="test", instant=INSTANT)
    assert (len(journal.lire("FA-1")), len(journal.lire("FA-2"))) == (2, 3)


def test_a_creance_only_looked_at_must_not_have_moved(journal: JournalSql) -> None:
    ajouter(journal, "FA-1", 0, ouverte())
    with pytest.raises(ConflitJournal, match="FA-1"):
        journal.ajouter({"FA-2": [ouverte("FA-2")]}, {"FA-1": 0, "FA-2": 0}, auteur="test", instant=INSTANT)
    assert journal.dernier("FA-2") == 0
    journal.ajouter({}, {"FA-1": 1}, auteur="test", instant=INSTANT)
    assert journal.dernier("FA-1") == 1


def test_more_creances_than_one_query_takes(journal: JournalSql) -> None:
    noms = [f"FA-{rang}" for rang in range(2 * journal_sql.LOT + 1)]
    for attendu in (0, 1):
        contenus = {nom: [ouverte(nom) if attendu == 0 else paiement("A")] for nom in noms}
        journal.ajouter(contenus, dict.fromkeys(noms, attendu), auteur="import", instant=INSTANT)
    assert len(journal.creances()) == len(noms)
    assert {journal.dernier(nom) for nom in noms} == {2}


def test_register_in_order_of_opening_and_by_debtor(journal: JournalSql) -> None:
    for nom, siren, heures in (("C", "1" * 9, 0), ("B", "2" * 9, 2), ("A", "1" * 9, 1), ("D", "1" * 9, 1)):
        instant = INSTANT + timedelta(hours=heures)
        journal.ajouter({nom: [ouverte(nom, siren)]}, {nom: 0}, auteur="test", instant=instant)
    ajouter(journal, "A", 1, paiement("A"))
    assert journal.creances() == (("C", "1" * 9), ("A", "1" * 9), ("D", "1" * 9), ("B", "2" * 9))
    assert [o.creance for o in journal.creances("1" * 9)] == ["C", "A", "D"]
    assert journal.creances("3" * 9) == ()


# writers at once


def _course(url: str, rang: int) -> str:
    """One attempt as second fait, from a journal of its own."""
    with ouvert(url) as journal:
        try:
            ajouter(journal, "FA-1", 1, paiement(f"fil {rang}"))
        except ConflitJournal:
            return "conflit"
        return f"fil {rang}"


def _serie(url: str, rang: int) -> None:
    """Twenty faits, reading again after each conflict."""
    with ouvert(url) as journal:
        for numero in range(20):
            while True:
                try:
                    ajouter(journal, "FA-1", journal.dernier("FA-1"), paiement(f"{rang}.{numero}"))
                    break
                except ConflitJournal:
                    continue


@pytest.fixture(scope="module")
def processus() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as equipe:
        yield equipe


@pytest.fixture(params=["fils", "processus"])
def equipe(request: pytest.FixtureRequest) -> Iterator[Executor]:
    """Eight threads, or two processes."""
    if request.param == "processus":
        yield request.getfixturevalue("processus")
    else:
        with ThreadPoolExecutor(8) as fils:
            yield fils


def test_race_for_one_number_has_one_winner(url: str, equipe: Executor) -> None:
    with ouvert(url) as journal:
        ajouter(journal, "FA-1", 0, ouverte())
        issues = list(equipe.map(_course, [url] * 8, range(8)))
        (gagnant,) = [issue for issue in issues if issue != "conflit"]
        assert [f.contenu for f in journal.lire("FA-1")] == [ouverte(), paiement(gagnant)]


def test_threads_sharing_one_journal_race(journal: JournalSql) -> None:
    ajouter(journal, "FA-1", 0, ouverte())

    def courir(rang: int) -> bool:
        try:
            ajouter(journal, "FA-1", 1, paiement(str(rang)))
        except ConflitJournal:
            return False
        return True

    with ThreadPoolExecutor(8) as fils:
        assert sum(fils.map(courir, range(8))) == 1
    assert journal.dernier("FA-1") == 2


def test_writers_that_insist_lose_and_double_nothing(url: str, equipe: Executor) -> None:
    with ouvert(url) as journal:
        ajouter(journal, "FA-1", 0, ouverte())
        list(equipe.map(_serie, [url] * 4, range(4)))
        references = [
            f.contenu.reference for f in journal.lire("FA-1")[1:] if f.contenu.type == "paiement_recu"
        ]
    assert sorted(references) == sorted(f"{rang}.{numero}" for rang in range(4) for numero in range(20))


def test_a_new_database_is_opened_by_all_at_once(url: str, equipe: Executor) -> None:
    issues = list(equipe.map(_naissance, [url] * 8))
    assert sorted(issues) == [False] * 7 + [True]


def _naissance(url: str) -> bool:
    with ouvert(url) as journal:
        try:
            ajouter(journal, "FA-1", 0, ouverte())
        except ConflitJournal:
            return False
        return True


def test_a_new_sqlite_file_is_opened_at_the_same_instant(tmp_path: Path) -> None:
    depart = Barrier(8)

    def ouvrir(rang: int) -> None:
        depart.wait(timeout=60)
        JournalSql(f"sqlite:///{tmp_path}/{rang // 8}.db").close()

    with ThreadPoolExecutor(8) as fils:
        list(fils.map(ouvrir, range(8 * 30)))


def test_opening_waits_for_a_program_that_writes_in_the_old_mode(tmp_path: Path) -> None:
    """SQLite answers « locked » at once, without waiting, to whoever asks for WAL then."""
    url = f"sqlite:///{tmp_path}/journal.db"
    with ThreadPoolExecutor(1) as fil, _sql(url) as autre:
        autre.exec_driver_sql("CREATE TABLE ailleurs (texte TEXT)")
        autre.exec_driver_sql("BEGIN IMMEDIATE")
        ouverture = fil.submit(JournalSql, url)
        with pytest.raises(TimeoutError):
            ouverture.result(timeout=0.3)
        autre.exec_driver_sql("ROLLBACK")
        journal = ouverture.result(timeout=10)
        assert journal.creances() == ()
        journal.close()
    with _sql(url) as autre:
        assert autre.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


# what the database itself refuses, and what reading finds


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE faits SET auteur = 'autre'",
        "UPDATE faits SET debiteur = NULL",
        "DELETE FROM faits",
        "DELETE FROM faits WHERE numero = 2",
        RECOPIE.format(numero=2),
        RECOPIE.format(numero=4),
    ],
)
def test_database_refuses(journal: JournalSql, url: str, ordre: str) -> None:
    ajouter(journal, "FA-1", 0, ouverte(), paiement("A"))
    avant = journal.lire("FA-1")
    with _sql(url) as connexion, pytest.raises(sa.exc.IntegrityError, match="journal : "):
        connexion.exec_driver_sql(ordre)
    assert journal.lire("FA-1") == avant


def test_sqlite_refuses_replace(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    with ouvert(url) as journal:
        ajouter(journal, "FA-1", 0, ouverte(), paiement("A"))
        with _sql(url) as connexion, pytest.raises(sa.exc.IntegrityError, match="hors de la suite"):
            connexion.exec_driver_sql(
                "REPLACE INTO faits SELECT creance, numero, instant, 'autre', texte, precedente, empreinte,"
                " debiteur FROM faits"
            )
        assert len(journal.lire("FA-1")) == 2


def test_postgresql_refuses_truncate(postgres: Postgres) -> None:
    url = postgres.base()
    with ouvert(url) as journal:
        ajouter(journal, "FA-1", 0, ouverte())
        with _sql(url) as connexion, pytest.raises(sa.exc.IntegrityError, match="interdite"):
            connexion.exec_driver_sql("TRUNCATE faits")
        assert journal.dernier("FA-1") == 1


@pytest.mark.parametrize(
    ("ordre", "phrase"),
    [
        (
            "UPDATE faits SET texte = replace(texte, '1.00', '9.00') WHERE numero = 2",
            "n° 2 ne correspond plus",
        ),
        ("UPDATE faits SET texte = texte || ' ' WHERE numero = 2", "l'écriture du fait n° 2 a changé"),
        ("UPDATE faits SET auteur = 'autre' WHERE numero = 3", "n° 3 ne correspond plus"),
        ("UPDATE faits SET instant = replace(instant, '08:05', '08:06') WHERE numero = 1", "n° 1 ne corr"),
        ("UPDATE faits SET instant = replace(instant, '+00:00', 'Z') WHERE numero = 1", "n° 1 a changé"),
        ("UPDATE faits SET instant = 'hier' WHERE numero = 1", "le fait n° 1 est illisible"),
        ("UPDATE faits SET empreinte = precedente WHERE numero = 2", "n° 2 ne correspond plus"),
        ("UPDATE faits SET precedente = empreinte WHERE numero = 1", "n° 1 ne correspond plus"),
        ("UPDATE faits SET empreinte = '' WHERE numero = 2", "le fait n° 2 est illisible"),
        ("UPDATE faits SET numero = 9 WHERE numero = 3", "le fait n° 3 manque"),
        ("DELETE FROM faits WHERE numero = 2", "le fait n° 2 manque"),
        ("DELETE FROM faits WHERE numero = 1", "le fait n° 1 manque"),
    ],
)
def test_altered_row_is_found(journal: JournalSql, url: str, ordre: str, phrase: str) -> None:
    ajouter(journal, "FA-1", 0, ouverte(), paiement("A"), paiement("B"))
    ajouter(journal, "FA-2", 0, ouverte("FA-2"))
    with _sql(url) as connexion:
        _lever_les_gardes(connexion)
        connexion.exec_driver_sql(f"{ordre} {'AND' if 'WHERE' in ordre else 'WHERE'} creance = 'FA-1'")
    with pytest.raises(JournalAltere, match=phrase):
        journal.lire("FA-1")
    assert len(journal.lire("FA-2")) == 1


def test_fait_moved_to_another_creance_is_found(journal: JournalSql, url: str) -> None:
    ajouter(journal, "FA-1", 0, ouverte())
    with _sql(url) as connexion:
        _lever_les_gardes(connexion)
        connexion.exec_driver_sql("UPDATE faits SET creance = 'FA-2'")
    with pytest.raises(JournalAltere, match="créance FA-2 : le fait n° 1"):
        journal.lire("FA-2")


def _lever_les_gardes(connexion: sa.Connection) -> None:
    if connexion.dialect.name == "postgresql":
        connexion.exec_driver_sql("ALTER TABLE faits DISABLE TRIGGER ALL")
    else:
        for garde in ("faits_sans_update", "faits_sans_delete", "faits_a_la_suite"):
            connexion.exec_driver_sql(f"DROP TRIGGER {garde}")


# schema and size


def test_head_is_the_newest_revision(url: str) -> None:
    dossier = Path(journal_sql.__file__).with_name("migrations")
    assert ScriptDirectory(dossier).get_current_head() == journal_sql.TETE
    with ouvert(url), _sql(url) as connexion:
        assert connexion.exec_driver_sql("SELECT version_num FROM faits_version").scalar() == journal_sql.TETE


def test_database_at_head_opens_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    JournalSql(url).close()
    code = (
        "import sys; from dossier.adapters.journal_sql import JournalSql; JournalSql(sys.argv[1]).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    racine = Path(journal_sql.__file__).parents[2]
    subprocess.run([sys.executable, "-c", code, url], check=True, cwd=racine)


def test_database_of_a_newer_program_is_left_alone(url: str) -> None:
    JournalSql(url).close()
    with _sql(url) as connexion:
        connexion.exec_driver_sql("UPDATE faits_version SET version_num = '9999'")
    with pytest.raises(DossierError, match="version plus récente"):
        JournalSql(url)


def test_sqlite_is_durable(tmp_path: Path) -> None:
    reglages: dict[str, Any] = {}

    def regarder(connexion: sqlite3.Connection) -> None:
        for nom in ("journal_mode", "synchronous", "busy_timeout"):
            reglages[nom] = connexion.execute(f"PRAGMA {nom}").fetchone()[0]

    with a_chaque_emprunt(regarder):
        JournalSql(f"sqlite:///{tmp_path}/journal.db").close()
    assert reglages == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000}


def test_no_query_reads_the_whole_table(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    requetes: list[tuple[str, Any]] = []

    def noter(_c: Any, _k: Any, requete: str, valeurs: Any, _x: Any, _m: Any) -> None:
        if requete.startswith("SELECT"):
            requetes.append((requete, valeurs))

    with ouvert(url) as journal:
        ajouter(journal, "FA-1", 0, ouverte())
        sa.event.listen(sa.Engine, "before_cursor_execute", noter)
        try:
            journal.lire("FA-1")
            journal.dernier("FA-1")
            ajouter(journal, "FA-1", 1, paiement("A"))
            journal.creances("000000018")
            journal.creances()
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", noter)
    plans = []
    with sqlite3.connect(tmp_path / "journal.db") as base:
        for requete, valeurs in requetes:
            plans.append([ligne[3] for ligne in base.execute(f"EXPLAIN QUERY PLAN {requete}", valeurs)])
    base.close()
    assert len(plans) == 5
    assert [etape for plan in plans for etape in plan if "SCAN faits" in etape or "TEMP B-TREE" in etape] == [
        "SCAN faits USING COVERING INDEX faits_ouvertures"
    ]


# a database in trouble


@contextmanager
def a_chaque_emprunt(faire: Callable[[sqlite3.Connection], None]) -> Iterator[None]:
    """Runs `faire` on each SQLite connection that the journal takes, after the journal's own settings."""

    def ecouter(connexion: sqlite3.Connection, _fiche: object, _emprunt: object) -> None:
        faire(connexion)

    sa.event.listen(sa.Pool, "checkout", ecouter)
    try:
        yield
    finally:
        sa.event.remove(sa.Pool, "checkout", ecouter)


@pytest.mark.parametrize(
    ("panne", "phrase"),
    [
        ("query_only = ON", "elle n'accepte pas l'écriture"),
        ("max_page_count = 1", "le disque est plein"),
    ],
)
def test_sqlite_that_cannot_write(tmp_path: Path, panne: str, phrase: str) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    with ouvert(url) as journal:
        ajouter(journal, "FA-1", 0, ouverte())
    longue = paiement("Galets & Fils" * 10_000)
    with a_chaque_emprunt(lambda c: c.execute(f"PRAGMA {panne}").close()), ouvert(url) as journal:
        with pytest.raises(DossierError, match=rf"Base du journal \(sqlite:.*\) : {phrase}") as refus:
            ajouter(journal, "FA-1", 1, paiement("B"), longue)
        assert "Galets" not in f"{refus.value} {refus.value.__cause__}"
        assert len(journal.lire("FA-1")) == 1


def test_sqlite_held_by_another_program(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    JournalSql(url).close()
    with a_chaque_emprunt(lambda c: c.execute("PRAGMA busy_timeout = 20").close()), ouvert(url) as journal:
        with _sql(url) as autre:
            autre.exec_driver_sql("BEGIN IMMEDIATE")
            with pytest.raises(DossierError, match="un autre programme l'occupe"):
                ajouter(journal, "FA-1", 0, ouverte())
            assert journal.dernier("FA-1") == 0
        ajouter(journal, "FA-1", 0, ouverte())


def test_damaged_sqlite_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    with ouvert(url) as journal:
        ajouter(journal, "FA-1", 0, ouverte(), *(paiement(str(rang)) for rang in range(200)))
    fichier = tmp_path / "journal.db"
    octets = bytearray(fichier.read_bytes())
    octets[8192:] = b"\xa5" * (len(octets) - 8192)
    fichier.write_bytes(octets)
    with ouvert(url) as journal, pytest.raises(DossierError, match="le fichier est abîmé"):
        journal.lire("FA-1")


def test_postgresql_is_down(tmp_path: Path) -> None:
    with pytest.raises(DossierError, match=r"compte:\*\*\*@.*elle ne répond pas comme prévu"):
        JournalSql(f"postgresql://compte:secret@/base?host={tmp_path}")


def test_postgresql_that_dropped_our_connections_is_found_again(postgres: Postgres) -> None:
    url = postgres.base()
    with ouvert(url) as journal:
        ajouter(journal, "FA-1", 0, ouverte())
        with _sql(url) as connexion:
            connexion.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        ajouter(journal, "FA-1", 1, paiement("A"))
        assert journal.dernier("FA-1") == 2


def test_postgresql_row_of_a_writer_that_takes_no_lock(postgres: Postgres) -> None:
    url = postgres.base()
    with ouvert(url) as journal, ThreadPoolExecutor(1) as fil:
        ajouter(journal, "FA-1", 0, ouverte())
        with _sql(url) as autre:
            autre.exec_driver_sql("BEGIN")
            autre.exec_driver_sql(RECOPIE.format(numero=2))
            ajout = fil.submit(ajouter, journal, "FA-1", 1, paiement("A"))
            with pytest.raises(TimeoutError):
                ajout.result(timeout=0.3)
            autre.exec_driver_sql("COMMIT")
            with pytest.raises(ConflitJournal, match="Un autre programme a écrit en même temps"):
                ajout.result(timeout=10)
        assert journal.dernier("FA-1") == 2


def test_postgresql_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationInvalide, match="psycopg"):
        JournalSql("postgresql://test@/base")


def test_postgresql_in_read_only(postgres: Postgres) -> None:
    url = postgres.base()
    JournalSql(url).close()
    with _sql(url) as connexion:
        base = sa.make_url(url).database
        connexion.exec_driver_sql(f"ALTER DATABASE {base} SET default_transaction_read_only = on")
    with ouvert(url) as journal, pytest.raises(DossierError, match="elle n'accepte pas l'écriture"):
        ajouter(journal, "FA-1", 0, ouverte())


def test_postgresql_account_without_rights(postgres: Postgres) -> None:
    url = postgres.base()
    JournalSql(url).close()
    with _sql(url) as connexion:
        connexion.exec_driver_sql("CREATE ROLE lecteur LOGIN")
        connexion.exec_driver_sql("GRANT SELECT ON faits, faits_version TO lecteur")
    with ouvert(url.replace("test@", "lecteur@")) as journal:
        assert journal.creances() == ()
        with pytest.raises(DossierError, match="le compte n'a pas les droits"):
            ajouter(journal, "FA-1", 0, ouverte())


def test_postgresql_that_is_not_in_utf8(postgres: Postgres) -> None:
    with pytest.raises(ConfigurationInvalide, match="UTF-8"):
        JournalSql(postgres.base("LATIN1"))


@pytest.mark.parametrize(
    ("url", "phrase"),
    [
        ("n'importe quoi", "illisible"),
        ("sqlite://", "il faut un fichier SQLite ou une base PostgreSQL"),
        ("sqlite:///:memory:", "il faut un fichier SQLite ou une base PostgreSQL"),
        ("mysql://compte:secret@serveur/base", r"mysql://compte:\*\*\*@serveur/base\) ne convient pas"),
        ("inconnu://serveur/base", "ne convient pas"),
    ],
)
def test_unusable_address(url: str, phrase: str) -> None:
    with pytest.raises(ConfigurationInvalide, match=phrase):
        JournalSql(url)


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"Ceci n'est pas une base." * 100)
    with pytest.raises(DossierError, match="pas une base SQLite"):
        JournalSql(f"sqlite:///{tmp_path}/journal.db")


def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(DossierError, match="le fichier ne s'ouvre pas"):
        JournalSql(f"sqlite:///{tmp_path}")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(DossierError, match="ne peut pas être créé"):
        JournalSql(f"sqlite:///{tmp_path}/fichier/donnees/journal.db")
