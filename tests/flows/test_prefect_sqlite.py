"""Prefect's server on SQLite: those who write wait their turn and are not refused."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy.exc import OperationalError

from flows.prefect_sqlite import UnEcrivainALaFois

ECRIVAINS = 20


async def _compter(config: AioSqliteConfiguration) -> tuple[int, list[int], list[BaseException]]:
    """Each reads the number, then writes it one higher: what it comes to, who wrote in which order, who could not."""
    moteur = await config.engine()
    async with moteur.begin() as connexion:
        await connexion.execute(sa.text("CREATE TABLE compte (n INTEGER)"))
        await connexion.execute(sa.text("INSERT INTO compte VALUES (0)"))
    ordre: list[int] = []

    async def ecrire(rang: int) -> None:
        async with await config.session(moteur) as session, config.begin_transaction(session):
            n = (await session.execute(sa.text("SELECT n FROM compte"))).scalar_one()
            await asyncio.sleep(0.01)
            await session.execute(sa.text("UPDATE compte SET n = :n"), {"n": n + 1})
            ordre.append(rang)

    try:
        fins = await asyncio.gather(*(ecrire(rang) for rang in range(ECRIVAINS)), return_exceptions=True)
        async with moteur.connect() as connexion:
            compte = (await connexion.execute(sa.text("SELECT n FROM compte"))).scalar_one()
        return compte, ordre, [fin for fin in fins if fin is not None]
    finally:
        await moteur.dispose()


def _base(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/prefect.db"


def test_chacun_ecrit_a_son_tour(tmp_path: Path) -> None:
    compte, ordre, refus = asyncio.run(_compter(UnEcrivainALaFois(connection_url=_base(tmp_path))))
    assert (compte, refus) == (ECRIVAINS, [])
    assert ordre == sorted(ordre)


def test_sans_cela_ceux_qui_ont_lu_avant_d_ecrire_sont_refuses(tmp_path: Path) -> None:
    compte, _, refus = asyncio.run(_compter(AioSqliteConfiguration(connection_url=_base(tmp_path))))
    assert compte < ECRIVAINS
    assert all(isinstance(cause, OperationalError) and "locked" in str(cause) for cause in refus)


def test_une_session_dans_une_transaction_lit_sans_attendre_le_verrou(tmp_path: Path) -> None:
    async def lire_en_ecrivant() -> list[int]:
        config = UnEcrivainALaFois(connection_url=_base(tmp_path))
        moteur = await config.engine()
        compte, vus = sa.text("SELECT count(*) FROM sqlite_master"), []
        async with (
            await config.session(moteur) as ecrit,
            await config.session(moteur) as lit,
            config.begin_transaction(ecrit),
        ):
            vus.append((await lit.execute(compte)).scalar_one())
            await ecrit.execute(sa.text("CREATE TABLE compte (n INTEGER)"))
            await lit.rollback()
            async with config.begin_transaction(lit):
                vus.append((await lit.execute(compte)).scalar_one())
        await moteur.dispose()
        return vus

    assert asyncio.run(asyncio.wait_for(lire_en_ecrivant(), 20)) == [0, 0]
