"""Natural batching: concurrent requests share a commit. Whoever comes while a flush is in flight waits for the next.

Owns queue and futures; knows nothing of what is flushed. A batch that fails is halved until the bad item stands alone, so that
one poisonous row takes nobody with it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.db.database import SERVER_TROUBLE

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MOST = 500
WAITING_LIMIT = 20_000
AWAY = SERVER_TROUBLE  # halving the batch would only ask it again and again


class Coalescer(Generic[Item, Outcome]):
    """Collects items and hands them to `flush` in batches; each caller gets its own outcome.

    A batch weighs at most `most` by `weigh` (1 each without it), but always holds one item. `name` stands before the
    codes of its refusals: busy, database_away, interrupted. `at_once`: how many flushes may be in flight; more than one
    suits items so large that sharing a commit gains them nothing.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]],
        *,
        name: str = "intake",
        most: int = MOST,
        waiting_limit: int = WAITING_LIMIT,
        weigh: Callable[[Item], int] | None = None,
        at_once: int = 1,
    ) -> None:
        self._flush = flush
        self._name = name
        self._weigh = weigh or (lambda _: 1)
        self._most = most
        self._limit = waiting_limit
        self._waiting: deque[tuple[Item, asyncio.Future[Outcome]]] = deque()
        self._at_once = at_once
        self._flushing = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Outcome:
        """The outcome of one item, after its batch is committed. Raises: `<name>.busy`, or what the flush raised."""
        return await self.put(item)

    def put(self, item: Item) -> "asyncio.Future[Outcome]":
        """The future of an item's outcome. Raises: `<name>.busy`."""
        if len(self._waiting) >= self._limit:
            raise self._unavailable("busy", 1)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._waiting.append((item, future))
        if self._flushing < self._at_once:
            self._flushing += 1
            task = loop.create_task(self._run(), name=f"xingji-{self._name}-flush")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return future

    async def _run(self) -> None:
        batch: list[tuple[Item, asyncio.Future[Outcome]]] = []
        try:
            while self._waiting:
                batch = self._take()
                await self._settle(batch)
        finally:
            # No await stands between the last look at the queue and this line: nobody who came can be forgotten.
            self._flushing -= 1
            for _, future in batch:
                if not future.done():
                    future.set_exception(self._unavailable("interrupted", 1))

    def _take(self) -> list[tuple[Item, asyncio.Future[Outcome]]]:
        taken = [self._waiting.popleft()]
        weight = self._weigh(taken[0][0])
        while self._waiting and (weight := weight + self._weigh(self._waiting[0][0])) <= self._most:
            taken.append(self._waiting.popleft())
        return taken

    def _unavailable(self, what: str, retry_after: float) -> XingjiError:
        return XingjiError(f"{self._name}.{what}", ErrorKind.UNAVAILABLE, retry_after=retry_after)

    async def _settle(self, batch: Sequence[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._flush([item for item, _ in batch])
        except AWAY as error:
            _fail(batch, self._unavailable("database_away", 2), error)
        except Exception as error:
            if len(batch) == 1:
                _fail(batch, error, None)
                return
            middle = len(batch) // 2
            await self._settle(batch[:middle])
            await self._settle(batch[middle:])
        else:
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)

    async def drain(self) -> None:
        """Returns when nothing is waiting (shutdown)."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))


def _fail(batch: Sequence[tuple[Item, asyncio.Future[Outcome]]], error: Exception, cause: Exception | None) -> None:
    error.__cause__ = cause or error.__cause__
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
