"""Says "the log of this workspace moved" to every process, after commit and coalesced. Never inside a transaction.

NOTIFY in a writing transaction takes the cluster's commit lock and halves the write rate, so writers only mark their
workspace here; one task per database says it, at most every 30 ms. The 500 ms poll of the listeners is the net.
"""

import asyncio
import contextlib
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg

from xingji.kernel.db.database import Database, UnitOfWork

CHANNEL = "xingji_live"
EVERY_SECONDS = 0.03

_notifiers: "WeakKeyDictionary[Database, Notifier]" = WeakKeyDictionary()


class Notifier:
    """One process's coalesced notifications of one database."""

    def __init__(self, database: Database) -> None:
        self._pool = database.pool
        self._moved: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self.waiters: list[Any] = []

    def moved(self, workspace: str) -> None:
        """Marks a workspace; the notification leaves within 30 ms."""
        self._moved.add(workspace)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._send(), name="xingji-notifier")

    async def _send(self) -> None:
        while self._moved:
            workspaces, self._moved = sorted(self._moved), set()
            # A lost notification is made good by the listeners' poll, so a broken connection is no error here.
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await self._pool.execute("select pg_notify($1, w) from unnest($2::text[]) w", CHANNEL, workspaces)
            await asyncio.sleep(EVERY_SECONDS)


def notifier_of(database: Database) -> Notifier:
    """The notifier of this process for a database."""
    found = _notifiers.get(database)
    if found is None:
        found = _notifiers[database] = Notifier(database)
    return found


def say_moved(database: Database, workspace: str) -> None:
    """Has the notifier say that the log of a workspace moved, after something was committed."""
    notifier_of(database).moved(workspace)


def log_moved(uow: UnitOfWork) -> None:
    """Has the notifier say, once this unit of work is committed, that its workspace's log moved."""
    if not uow.memo.get("events.moved"):
        uow.memo["events.moved"] = True
        uow.after_commit.append(lambda: notifier_of(uow.database).moved(uow.workspace.key))
