"""The Prefect server on SQLite, whose writers wait for one another in turn.

Run by `python -m flows.prefect_sqlite server start …`, as `prefect server start …` would be. Why:
docs/decisions/0023-un-ecrivain-a-la-fois.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar
from weakref import WeakKeyDictionary

from prefect.cli import app
from prefect.server.database.configurations import SQLITE_BEGIN_MODE, AioSqliteConfiguration
from prefect.server.database.dependencies import MODELS_DEPENDENCIES
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction

SQLITE = "sqlite"


class UnEcrivainALaFois(AioSqliteConfiguration):
    """Prefect's own, but a transaction begins by taking the write lock, first come first served.

    Prefect begins by a read and asks for the lock at its first write: SQLite then refuses at once (503) when another
    has committed in between, and makes those who wait poll in no order.
    """

    _tours: ClassVar[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]] = WeakKeyDictionary()

    @asynccontextmanager
    async def begin_transaction(
        self, session: AsyncSession, with_for_update: bool = False
    ) -> AsyncIterator[AsyncSessionTransaction]:
        """A transaction that may write from its first statement; one inside another is begun as Prefect would."""
        if SQLITE_BEGIN_MODE.get() is not None:
            async with super().begin_transaction(session, with_for_update) as transaction:
                yield transaction
            return
        tour = self._tours.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with tour, super().begin_transaction(session, with_for_update=True) as transaction:
            await session.connection()
            # The lock is taken: another session inside this one must not ask for it again.
            SQLITE_BEGIN_MODE.set("DEFERRED")
            yield transaction


def main() -> None:
    """Prefect's command line; any other database than SQLite is left as it is."""
    base = PREFECT_API_DATABASE_CONNECTION_URL.value() or ""
    if base.startswith(SQLITE):
        MODELS_DEPENDENCIES["database_config"] = UnEcrivainALaFois(connection_url=base)
    app()


if __name__ == "__main__":
    main()
