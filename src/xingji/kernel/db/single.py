"""Units of work of one statement: no trip to begin, none to commit, none to learn the state. Owns one kept connection.

What such a statement needs of the workspace is learnt once by an ordinary unit of work. The statement itself asks whether
all of that still holds (`STILL`), and must do nothing when it does not; then it is learnt anew.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import asyncpg

from xingji.kernel.core.protocols import Actor
from xingji.kernel.db.database import Database, UnitOfWork, WorkspaceState

T = TypeVar("T")

#: Whether the workspace is as it was learnt; its values are `Known.marks`, the statement's first five.
STILL = (
    "exists (select from workspace_state where definitions_rev = $1 and access_rev = $2 and epoch = $3"
    " and clock_offset = $4 and clock_fixed is not distinct from $5)"
)
#: The database's real time, to be returned by the statement under this name.
REAL_NOW = "clock_timestamp() as real_now"


@dataclass(slots=True)
class Known(Generic[T]):
    """What was learnt of a workspace: its state, what `learn` made of it, and the database's clock beside ours."""

    state: WorkspaceState
    made: T
    marks: tuple[Any, ...]
    real_now: datetime
    seen: float

    @property
    def now(self) -> datetime:
        """The workspace's clock: of the database's time last told, carried on by the steady clock of this process."""
        offset, fixed = self.marks[3], self.marks[4]
        return fixed or self.real_now + timedelta(seconds=time.monotonic() - self.seen) + offset

    def told(self, real_now: datetime) -> None:
        """Takes in the database's time as a statement just answered it."""
        self.real_now, self.seen = real_now, time.monotonic()


class Single(Generic[T]):
    """The single statements of one process for one purpose, one at a time."""

    def __init__(self, database: Database, actor: Actor, learn: Callable[[UnitOfWork], Awaitable[T]]) -> None:
        self._database = database
        self._actor = actor
        self._learn = learn
        self._known: dict[str, Known[T]] = {}
        self._connection: asyncpg.Connection | None = None
        self._at: str | None = None
        self._lock = asyncio.Lock()

    async def known(self, workspace: str) -> Known[T]:
        """What is known of a workspace, learnt when nothing is."""
        found = self._known.get(workspace)
        if found is None:
            async with self._database.work(workspace, self._actor, read_only=True) as uow:
                made = await self._learn(uow)
                row = await uow.fetchrow(f"select clock_offset, clock_fixed, {REAL_NOW} from workspace_state")
                assert row is not None
                state = uow.workspace
                marks = (state.definitions_rev, state.access_rev, state.epoch, row["clock_offset"], row["clock_fixed"])
                found = self._known[workspace] = Known(state, made, marks, row["real_now"], time.monotonic())
        return found

    def forget(self, workspace: str) -> None:
        """Has the workspace learnt anew: a statement found that it is not as known."""
        self._known.pop(workspace, None)

    async def fetch(self, known: Known[T], sql: str, *values: Any) -> list[asyncpg.Record]:
        """The rows of a statement that is its own transaction; `values` follow the five of `STILL`."""
        async with self._lock:
            connection = await self._ready(known.state)
            try:
                return await connection.fetch(sql, *known.marks, *values)
            except BaseException:
                # What a broken or interrupted session holds is not worth knowing.
                connection.terminate()
                self._connection = None
                raise

    async def _ready(self, state: WorkspaceState) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection, self._at = await self._database.connect_alone(), None
        if self._at != state.key:
            brands = "*" if self._actor.brands is None else ",".join(self._actor.brands)
            await self._connection.execute(
                "select set_config('search_path', $1, false), set_config('xingji.brands', $2, false)",
                state.schema,
                brands,
            )
            self._at = state.key
        return self._connection
