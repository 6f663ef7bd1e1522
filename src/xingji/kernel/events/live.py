"""The live stream: what changed, told to every open screen within a second, under each reader's own policy.

Says only topic, id and version; whoever wants more reads the record. Owns one hub per process and database, which
reads the log once for all its subscribers. What a reader may see is asked of the `readable` handed in.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg
import msgspec

from xingji.kernel.core.protocols import Actor
from xingji.kernel.db.database import Database, UnitOfWork
from xingji.kernel.events.notifier import CHANNEL
from xingji.kernel.events.tail import Change, Cursor, Tail, read_cursor

POLL_SECONDS = 0.5
GAP_SECONDS = 0.1
"""Between two reads of the log, and between two messages to one screen: what comes meanwhile is told together."""
COMMENT_SECONDS = 15.0
REFRESH_SECONDS = 4.0
"""How long a reader is believed: revoked rights are gone within five seconds."""
KEPT = 2_000
MANY = 200
"""From this many records of one object on, a reader is told the topic alone."""

Readable = Callable[[UnitOfWork, str, Sequence[UUID]], Awaitable[Mapping[UUID, int]]]
"""(unit of work of the reader, object, record ids) to {id: version} of those the reader may read."""
Watch = Callable[[UnitOfWork, Any], Awaitable[tuple[Any, set[UUID]]]]
"""(unit of work, mark of the last look or None) to (new mark, persons for whom something is new)."""
ActorOf = Callable[[], Awaitable[Actor]]

log = logging.getLogger(__name__)
_hubs: "WeakKeyDictionary[Database, LiveHub]" = WeakKeyDictionary()
_ports: dict[str, Any] = {"readable": None, "watches": {}}


def configure_live(readable: Readable, watches: Mapping[str, Watch] | None = None) -> None:
    """Hands in what a reader may see, and further things to watch by topic ("inbox")."""
    _ports.update(readable=readable, watches=dict(watches or {}))


def hub_of(database: Database) -> "LiveHub":
    """The hub of this process for a database; it listens while somebody is subscribed."""
    found = _hubs.get(database)
    if found is None:
        found = _hubs[database] = LiveHub(database)
    return found


@dataclass(eq=False)
class Subscriber:
    """One open stream and what it has yet to be told."""

    person: UUID | None
    changes: dict[tuple[str, UUID], Change] = field(default_factory=dict)
    topics: set[str] = field(default_factory=set)
    reset: bool = False
    signal: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, changes: Sequence[Change] = (), topics: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        """Queues news; several changes of one record are one."""
        for change in changes:
            self.changes[change.object, change.record] = change.after(self.changes.get((change.object, change.record)))
        self.topics |= topics
        if self.changes or self.topics:
            self.signal.set()


@dataclass
class _Room:
    """One workspace's subscribers and the place up to which the log was read for them."""

    tail: Tail
    subscribers: set[Subscriber] = field(default_factory=set)
    recent: deque[Change] = field(default_factory=lambda: deque(maxlen=KEPT))
    start: Cursor = (0, 0)
    marks: dict[str, Any] = field(default_factory=dict)


class LiveHub:
    """Reads the log of each workspace that has an open screen, and tells the subscribers."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms: dict[str, _Room] = {}
        self._task: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()

    async def subscribe(self, workspace: str, person: UUID | None, last: str | None) -> Subscriber:
        """A subscriber that is told everything from now on, and first what came after `last`."""
        room, cursor = self._rooms.get(workspace), read_cursor(last)
        if room is None:
            room = self._rooms.setdefault(workspace, _Room(Tail(cursor)))
            await self._read(workspace, room)
        subscriber = Subscriber(person)
        if last and (cursor is None or cursor < room.start):
            subscriber.reset = True
        elif cursor is not None:
            missed = [change for change in room.recent if change.cursor > cursor]
            subscriber.tell(missed, set(_ports["watches"]) if missed else set())
        room.subscribers.add(subscriber)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen(), name="xingji-live")
        return subscriber

    def leave(self, workspace: str, subscriber: Subscriber) -> None:
        """Ends a subscription; the last one ends the listening."""
        room = self._rooms.get(workspace)
        if room is not None:
            room.subscribers.discard(subscriber)
            if not room.subscribers:
                del self._rooms[workspace]
        if not self._rooms and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _listen(self) -> None:
        while True:
            try:
                async with self._database.pool.acquire() as connection:
                    await connection.add_listener(CHANNEL, self._heard)
                    try:
                        while not connection.is_closed():
                            await self._round()
                    finally:
                        with contextlib.suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
                            await connection.remove_listener(CHANNEL, self._heard)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                log.warning("live stream lost its connection and tries again", exc_info=True)
                await asyncio.sleep(POLL_SECONDS)

    def _heard(self, connection: Any, pid: int, channel: str, workspace: str) -> None:
        if workspace in self._rooms:
            self._moved.set()

    async def _round(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), POLL_SECONDS)
        self._moved.clear()
        for workspace, room in list(self._rooms.items()):
            await self._read(workspace, room)
        await asyncio.sleep(GAP_SECONDS)

    async def _read(self, workspace: str, room: _Room) -> None:
        async with self._database.work(workspace, read_only=True) as uow:
            first = room.tail.cursor is None
            changes = await room.tail.read(uow)
            topics = room.tail.topics(uow)
            news = {topic: await watch(uow, room.marks.get(topic)) for topic, watch in _ports["watches"].items()}
        if first:
            room.start = room.tail.begins
        if len(room.recent) + len(changes) > KEPT and room.recent:
            room.start = room.recent[min(len(changes), len(room.recent)) - 1].cursor
        room.recent.extend(changes)
        room.marks.update({topic: mark for topic, (mark, _) in news.items()})
        for subscriber in room.subscribers:
            own = {topic for topic, (_, persons) in news.items() if subscriber.person in persons}
            subscriber.tell(changes, topics | own)


async def live_stream(
    database: Database, workspace: str, actor_of: ActorOf, last: str | None = None
) -> AsyncIterator[bytes]:
    """Server-sent events of one reader. `actor_of` is asked again every few seconds and ends the stream by raising."""
    actor = await actor_of()
    hub = hub_of(database)
    subscriber = await hub.subscribe(workspace, actor.person, last)
    try:
        yield b": open\n\n" if not subscriber.reset else b"event: reset\ndata: {}\n\n"
        loop = asyncio.get_running_loop()
        asked, spoken = loop.time(), loop.time()
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(subscriber.signal.wait(), max(0.0, asked + REFRESH_SECONDS - loop.time()))
            if loop.time() - asked >= REFRESH_SECONDS:
                actor, asked = await actor_of(), loop.time()
            subscriber.signal.clear()
            messages = await _messages(database, workspace, actor, subscriber)
            if messages:
                yield b"".join(messages)
                spoken = loop.time()
                await asyncio.sleep(GAP_SECONDS)
            elif loop.time() - spoken >= COMMENT_SECONDS:
                yield b": still here\n\n"
                spoken = loop.time()
    finally:
        hub.leave(workspace, subscriber)


async def _messages(database: Database, workspace: str, actor: Actor, subscriber: Subscriber) -> list[bytes]:
    changes, subscriber.changes = subscriber.changes, {}
    topics, subscriber.topics = subscriber.topics, set()
    messages = [_message({"topic": topic}) for topic in sorted(topics)]
    by_object: dict[str, list[Change]] = {}
    for change in changes.values():
        by_object.setdefault(change.object, []).append(change)
    if not by_object:
        return messages
    async with database.work(workspace, actor, read_only=True) as uow:
        for object_key, found in by_object.items():
            messages += await _of_object(uow, object_key, found)
    return messages


async def _of_object(uow: UnitOfWork, object_key: str, changes: list[Change]) -> list[bytes]:
    last = max(change.cursor for change in changes)
    versions = await _ports["readable"](uow, object_key, [change.record for change in changes])
    if len(versions) > MANY:
        return [_message({"topic": object_key}, last)]
    told = []
    for change in sorted(changes, key=lambda change: change.cursor):
        if change.record in versions:
            body = {"topic": object_key, "id": str(change.record), "version": versions[change.record]}
            told.append(_message(body, change.cursor))
        elif change.was_readable(uow.actor):
            told.append(_message({"topic": object_key, "id": str(change.record), "gone": True}, change.cursor))
    return told


def _message(body: Mapping[str, Any], cursor: Cursor | None = None) -> bytes:
    place = f"id: {cursor[0]}.{cursor[1]}\n".encode() if cursor else b""
    return place + b"data: " + msgspec.json.encode(body) + b"\n\n"
