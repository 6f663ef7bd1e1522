"""Empties the outbox: one task per channel, so that a slow channel holds back nobody but itself.

Owns the order claim → send → mark. Nothing is sent inside a transaction; what a send comes to is marked at once.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db.database import Database
from xingji.kernel.definitions import load_published
from xingji.kernel.work.channels import CHANNEL_KINDS, Channel, Outcome
from xingji.kernel.work.outbox import LEASE_SECONDS, MAX_ATTEMPTS, Claimed, claim, due_channels, mark
from xingji.kernel.work.runtime import Runtime, process_runtime
from xingji.kernel.work.vault import open_settings

log = logging.getLogger(__name__)
TICK_SECONDS = 0.25
LAST_SECONDS = 5.0
# Below the lease, so that no other worker takes a message that is still being sent.
SEND_SECONDS = LEASE_SECONDS * 0.75
GONE = Outcome("dead", "channel.unknown", "no such channel is published")


async def run_outbox_once(database: Database, workspace: str, runtime: Runtime | None = None) -> int:
    """Sends what is due now on all channels, each on its own; how many messages were tried."""
    runtime = runtime or process_runtime()
    async with database.work(workspace, SYSTEM, read_only=True) as uow:
        channels = await due_channels(uow)
    return sum(await asyncio.gather(*(run_channel_once(database, workspace, key, runtime) for key in channels)))


async def run_channel_once(database: Database, workspace: str, channel: str, runtime: Runtime) -> int:
    """Sends what is due now on one channel; how many messages were tried."""
    tried = 0
    while count := await _send_batch(database, workspace, channel, runtime):
        tried += count
    return tried


async def _send_batch(database: Database, workspace: str, channel: str, runtime: Runtime) -> int:
    """One claim, as large as what is sent at once: no claimed message waits for another while its lease runs."""
    async with database.work(workspace, SYSTEM) as uow:
        document = (await load_published(uow)).get("channel", channel)
        kind = CHANNEL_KINDS.get(str(document.get("channel"))) if document else None
        claimed = await claim(uow, channel, kind.rates if kind else (), kind.concurrency if kind else 1)

    async def one(message: Claimed) -> None:
        outcome = GONE if kind is None or document is None else await attempt(kind, document, message, runtime)
        limit = int((document or {}).get("max_attempts", MAX_ATTEMPTS))
        async with database.work(workspace, SYSTEM) as uow:
            await mark(uow, channel, message, outcome, limit)

    await asyncio.gather(*(one(message) for message in claimed))
    return len(claimed)


async def attempt(kind: Channel, document: Mapping[str, Any], claimed: Claimed, runtime: Runtime) -> Outcome:
    """What one attempt came to; a channel's own failure is a retry, never the end of the worker."""
    try:
        settings = document.get("settings") or {}
        opened = open_settings(runtime.vault, str(document["key"]), kind.secrets, settings)
    except XingjiError as error:
        return Outcome("dead", error.code, "the secrets were sealed under another key: enter them again")
    try:
        async with asyncio.timeout(SEND_SECONDS):
            return await kind.send(claimed.delivery, opened, runtime.client)
    except TimeoutError:
        return Outcome("retry", "timeout", f"no answer within {SEND_SECONDS:.0f} s")
    except Exception as error:
        # The text of an error may hold the address with its key: only its type is kept.
        log.exception("channel %s failed", kind.key)
        return Outcome("retry", "failed", type(error).__name__)


class OutboxLoop:
    """Runs until stopped, over all workspaces of a process."""

    def __init__(self, database: Database, runtime: Runtime | None = None, *, tick: float = TICK_SECONDS) -> None:
        self._database, self._runtime, self._tick = database, runtime or process_runtime(), tick
        self._running: dict[tuple[str, str], asyncio.Task[int]] = {}
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Asks the loop to end after what is being sent."""
        self._stop.set()

    async def run(self) -> None:
        """Looks for due messages at every tick and keeps one task per channel."""
        while not self._stop.is_set():
            for workspace in await self._workspaces():
                await self._start_due(workspace)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), self._tick)
        if sending := list(self._running.values()):
            # What is not finished by then is sent again by the next worker, when its lease has run out.
            _, late = await asyncio.wait(sending, timeout=LAST_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._runtime.close()

    async def _workspaces(self) -> list[str]:
        try:
            return await self._database.workspaces()
        except Exception:
            log.exception("the outbox cannot read the workspaces")
            return []

    async def _start_due(self, workspace: str) -> None:
        try:
            async with self._database.work(workspace, SYSTEM, read_only=True) as uow:
                channels = await due_channels(uow)
        except Exception:
            log.exception("the outbox of %s cannot be read", workspace)
            return
        for channel in channels:
            name = (workspace, channel)
            if name not in self._running:
                task = asyncio.create_task(run_channel_once(self._database, workspace, channel, self._runtime))
                self._running[name] = task
                task.add_done_callback(lambda done, name=name: self._done(name, done))

    def _done(self, name: tuple[str, str], task: asyncio.Task[int]) -> None:
        self._running.pop(name, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("outbox channel %s of %s: %s", name[1], name[0], type(error).__name__, exc_info=error)
