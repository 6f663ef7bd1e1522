"""Natural batching: one flush in flight, the rest queue and share the next. Knows nothing of what is flushed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

I = TypeVar("I")  # noqa: E741
O = TypeVar("O")  # noqa: E741


class Coalescer(Generic[I, O]):
    """Joins the items of concurrent callers into one call of `store`, which answers one outcome per item, in order.

    A call that fails is halved until the item that breaks it stands alone; the others succeed.
    """

    def __init__(self, store: Callable[[Sequence[I]], Awaitable[Sequence[O]]], *, limit: int) -> None:
        self._store = store
        self._limit = limit
        self._queue: list[tuple[Sequence[I], asyncio.Future[list[O]]]] = []
        self._flushing = False
        self._task: asyncio.Task[None] | None = None

    async def put(self, items: Sequence[I]) -> list[O]:
        """The outcomes of these items, once they are stored."""
        future: asyncio.Future[list[O]] = asyncio.get_running_loop().create_future()
        self._queue.append((items, future))
        if not self._flushing:
            self._flushing = True
            self._task = asyncio.get_running_loop().create_task(self._run(), name="xingji-flush")
        return await asyncio.shield(future)

    async def _run(self) -> None:
        # Between the last look at the queue and clearing the flag there is no await: no caller can be forgotten.
        while self._queue:
            await self._flush(self._take())
        self._flushing = False

    def _take(self) -> list[tuple[Sequence[I], asyncio.Future[list[O]]]]:
        taken, size = [], 0
        while self._queue and (not taken or size + len(self._queue[0][0]) <= self._limit):
            taken.append(self._queue.pop(0))
            size += len(taken[-1][0])
        return taken

    async def _flush(self, taken: list[tuple[Sequence[I], asyncio.Future[list[O]]]]) -> None:
        items = [item for part, _ in taken for item in part]
        try:
            outcomes = list(await self._store(items))
        except Exception as error:
            await self._divide(taken, error)
            return
        start = 0
        for part, future in taken:
            if not future.done():
                future.set_result(outcomes[start : start + len(part)])
            start += len(part)

    async def _divide(self, taken: list[tuple[Sequence[I], asyncio.Future[list[O]]]], error: Exception) -> None:
        if len(taken) > 1:
            half = len(taken) // 2
            await self._flush(taken[:half])
            await self._flush(taken[half:])
        elif not taken[0][1].done():
            taken[0][1].set_exception(error)
