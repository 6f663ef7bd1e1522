"""Units of work: a transaction, the workspace's clock and who acts. Never knows what the work is about.

One round trip opens a unit of work: it sets the search path and the brand fence, and brings the clock row and the
revisions of definitions and access, so that every process sees a published change at its next unit of work.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from xingji.kernel.core.errors import not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db.wire import connect_to_any

T = TypeVar("T")

# A statement planned before a column was added, removed or renamed; the unit of work is run once more.
STALE = (
    asyncpg.InvalidCachedStatementError,
    asyncpg.UndefinedColumnError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
# The server is away, full or failing. It says nothing about what was asked: who asked tries again later, and neither a
# delivery nor a rule is to blame. A cancelled statement is none of these: it took too long by itself.
SERVER_TROUBLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


class Mode(StrEnum):
    """How a write counts: live fires everything, import only what its preview ticked, history nothing."""

    LIVE = "live"
    IMPORT = "import"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class WorkspaceState:
    """The workspace's one row, as this unit of work found it."""

    key: str
    schema: str
    zone: ZoneInfo
    currency: str
    currency_decimals: int
    definitions_rev: int
    access_rev: int
    epoch: int
    clock_moved: bool
    settings: dict[str, Any]
    clock_fixed: bool = False


@dataclass(slots=True)
class UnitOfWork:
    """One transaction. `now` is the workspace's clock, taken once; `change` groups what this work changes (undo), `undoes` the one it takes back."""

    connection: asyncpg.Connection
    database: "Database"
    workspace: WorkspaceState
    actor: Actor
    now: datetime
    mode: Mode = Mode.LIVE
    change: UUID = field(default_factory=uuid7)
    undoes: UUID | None = None
    depth: int = 0
    cause: int | None = None
    queries: int = 0
    after_commit: list[Callable[[], Any]] = field(default_factory=list)
    memo: dict[str, Any] = field(default_factory=dict)

    async def fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """All rows."""
        self.queries += 1
        return await self.connection.fetch(sql, *values)

    async def fetchrow(self, sql: str, *values: Any) -> asyncpg.Record | None:
        """The first row, or None."""
        self.queries += 1
        return await self.connection.fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: Any) -> Any:
        """The first column of the first row."""
        self.queries += 1
        return await self.connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: Any) -> str:
        """Runs a statement; the command tag."""
        self.queries += 1
        return await self.connection.execute(sql, *values)

    async def executemany(self, sql: str, rows: Iterable[Iterable[Any]]) -> None:
        """Runs one statement for many rows, pipelined."""
        self.queries += 1
        await self.connection.executemany(sql, rows)

    async def copy(self, table: str, rows: Iterable[Iterable[Any]], columns: list[str]) -> None:
        """COPY of rows into a table of this workspace (or a temporary one)."""
        self.queries += 1
        await self.connection.copy_records_to_table(table, records=rows, columns=columns)

    def mark(self) -> str:
        """A comment that keeps statements over object tables apart by workspace and definitions revision.

        Put at the front of such SQL: a prepared statement is then never reused across a schema change.
        """
        return f"/* {self.workspace.schema} {self.workspace.definitions_rev} */ "


async def prepare_connection(connection: asyncpg.Connection) -> None:
    """Codecs every connection has: JSON as Python values."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, encoder=_dump_json, decoder=_load_json, schema="pg_catalog", format="text"
        )


_encoder = msgspec.json.Encoder(enc_hook=str)
_decoder = msgspec.json.Decoder()


def _dump_json(value: Any) -> str:
    return _encoder.encode(value).decode()


def _load_json(text: str) -> Any:
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)  # PostgreSQL keeps numbers of any size; the slow reader takes them all


OPEN = """select set_config('search_path', $1, true), set_config('xingji.brands', $2, true),
  clock_timestamp() as real_now, clock_offset, clock_fixed, zone, currency, currency_decimals,
  definitions_rev, access_rev, epoch, settings from "{schema}".workspace_state"""


SESSION = {"application_name": "xingji", "timezone": "UTC", "jit": "off"}


class Database:
    """Connections of one process: the app role's pool and, where it may run DDL, the owner's address."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        owner_url: str | None = None,
        settled: set[int] | None = None,
        app_url: str | None = None,
    ) -> None:
        self.pool = pool
        self._app_url = app_url
        self._alone: set[asyncpg.Connection] = set()
        # Backends whose unit of work ended: it leaves no state of the session behind, so the trip that resets it is saved.
        self._settled = settled if settled is not None else set()
        self.owner_url = owner_url
        self.cache: dict[Any, Any] = {}  # process-wide caches of the floors above, keyed by (name, workspace, revision)
        self._schemas: dict[str, str] = {}

    @classmethod
    async def connect(
        cls, app_url: str, owner_url: str | None = None, *, min_size: int = 1, max_size: int = 10
    ) -> "Database":
        """A database whose units of work run as the app role at `app_url`."""
        settled: set[int] = set()

        async def begin(connection: asyncpg.Connection) -> None:
            settled.discard(connection.get_server_pid())
            await prepare_connection(connection)

        async def reset(connection: asyncpg.Connection) -> None:
            pid = connection.get_server_pid()
            if pid in settled:
                settled.discard(pid)
            elif query := connection.get_reset_query():
                await connection.execute(query)

        pool = await asyncpg.create_pool(
            app_url,
            min_size=min_size,
            max_size=max_size,
            init=begin,
            reset=reset,
            statement_cache_size=400,
            server_settings=SESSION,
            connect=connect_to_any,
        )
        return cls(pool, owner_url, settled, app_url)

    async def connect_alone(self) -> asyncpg.Connection:
        """A connection of the app role outside the pool, for a path that keeps it; ends with the database."""
        if self._app_url is None:
            raise RuntimeError("this database has no address to connect to")
        connection = await connect_to_any(self._app_url, statement_cache_size=400, server_settings=SESSION)
        await prepare_connection(connection)
        self._alone = {held for held in self._alone if not held.is_closed()} | {connection}
        return connection

    async def close(self) -> None:
        """Ends all connections."""
        for connection in self._alone:
            connection.terminate()
        await self.pool.close()

    async def schema_of(self, workspace: str) -> str:
        """The schema of a workspace. Raises: `workspace.unknown`."""
        if workspace not in self._schemas:
            schema = await self.pool.fetchval(
                "select schema from xingji.workspace where key = $1 and closed_at is null", workspace
            )
            if schema is None:
                raise not_found("workspace.unknown", key=workspace)
            self._schemas[workspace] = schema
        return self._schemas[workspace]

    async def workspaces(self) -> list[str]:
        """Keys of all open workspaces."""
        rows = await self.pool.fetch("select key from xingji.workspace where closed_at is null order by key")
        return [row["key"] for row in rows]

    @asynccontextmanager
    async def work(
        self,
        workspace: str,
        actor: Actor = SYSTEM,
        *,
        mode: Mode = Mode.LIVE,
        at: datetime | None = None,
        read_only: bool = False,
    ) -> AsyncIterator[UnitOfWork]:
        """A unit of work, committed at the end, rolled back on any exception.

        `at` sets `now` (a timer's due instant, a replay); otherwise the workspace's clock gives it.
        """
        schema = await self.schema_of(workspace)
        async with self.pool.acquire() as connection:
            async with connection.transaction(readonly=read_only):
                uow = await self._open(connection, workspace, schema, actor, mode, at)
                yield uow
            self._settled.add(connection.get_server_pid())
            for callback in uow.after_commit:
                outcome = callback()
                if isinstance(outcome, Awaitable):
                    await outcome

    async def _open(
        self, connection: asyncpg.Connection, workspace: str, schema: str, actor: Actor, mode: Mode, at: datetime | None
    ) -> UnitOfWork:
        brands = "*" if actor.brands is None else ",".join(actor.brands)
        row = await connection.fetchrow(OPEN.format(schema=schema), schema, brands)
        now = at or row["clock_fixed"] or row["real_now"] + row["clock_offset"]
        state = WorkspaceState(
            key=workspace,
            schema=schema,
            zone=ZoneInfo(row["zone"]),
            currency=row["currency"],
            currency_decimals=row["currency_decimals"],
            definitions_rev=row["definitions_rev"],
            access_rev=row["access_rev"],
            epoch=row["epoch"],
            clock_moved=row["clock_fixed"] is not None or bool(row["clock_offset"]),
            settings=row["settings"],
            clock_fixed=row["clock_fixed"] is not None,
        )
        return UnitOfWork(connection, self, state, actor, now, mode)

    async def run(
        self,
        workspace: str,
        actor: Actor,
        command: Callable[[UnitOfWork], Awaitable[T]],
        **options: Any,
    ) -> T:
        """The result of a command in its own unit of work; run once more when the schema moved under it or it deadlocked."""
        try:
            async with self.work(workspace, actor, **options) as uow:
                return await command(uow)
        except STALE:
            async with self.work(workspace, actor, **options) as uow:
                return await command(uow)

    @asynccontextmanager
    async def control(self) -> AsyncIterator[asyncpg.Connection]:
        """A transaction on the control schema (logins, sessions, tokens)."""
        async with self.pool.acquire() as connection:
            async with connection.transaction():
                await connection.execute("set local search_path = xingji")
                yield connection

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection as the owner, for DDL. Raises RuntimeError where this process may not."""
        if self.owner_url is None:
            raise RuntimeError("this process has no owner connection")
        connection = await connect_to_any(self.owner_url)
        try:
            await prepare_connection(connection)
            yield connection
        finally:
            await connection.close()
