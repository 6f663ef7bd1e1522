"""The live stream: every screen hears of a change within a second, and only of what its reader may read."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from xingji.kernel.core.errors import XingjiError, forbidden
from xingji.kernel.core.protocols import SYSTEM, Actor, NewEvent
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.live import configure_live, live_stream
from xingji.kernel.events.tail import end_of_log

READER = Actor(kind="person", person=uuid4(), people=(uuid4(),))
secret: set[UUID] = set()
notified: list[UUID] = []


async def readable(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    return {one: 7 for one in ids if uow.actor is SYSTEM or one not in secret}


async def watch_inbox(uow: UnitOfWork, mark: Any) -> tuple[Any, set[UUID]]:
    return len(notified), set(notified[mark or 0 :])


@pytest.fixture(autouse=True)
def ports():
    configure_live(readable, {"inbox": watch_inbox})


class Screen:
    """What one open stream has said so far."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self.stream = stream
        self.said: list[dict[str, Any]] = []
        self.raw = b""

    async def __aenter__(self) -> "Screen":
        self.raw = await anext(self.stream)
        self.task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.stream.aclose()

    async def _read(self) -> None:
        async for chunk in self.stream:
            self.raw += chunk
            for line in chunk.split(b"\n"):
                if line.startswith(b"data: "):
                    self.said.append(msgspec.json.decode(line[6:]))

    async def hears(self, message: dict[str, Any], within: float = 5.0) -> None:
        async with asyncio.timeout(within):
            while message not in self.said:
                await asyncio.sleep(0.01)


def screen_of(database: Database, key: str, actor: Actor, last: str | None = None) -> Screen:
    async def actor_of() -> Actor:
        return actor

    return Screen(live_stream(database, key, actor_of, last))


async def say(database: Database, key: str, record: UUID, kind: str = "lead.updated", **data: Any) -> None:
    async with database.work(key) as uow:
        await append_events(uow, [NewEvent(kind, "lead", record, data)])


async def test_a_reader_hears_of_what_it_may_read_and_of_nothing_else(fresh: Database, bare: str):
    seen, hidden = uuid4(), uuid4()
    secret.add(hidden)
    async with screen_of(fresh, bare, READER) as rep, screen_of(fresh, bare, SYSTEM) as all_seeing:
        await say(fresh, bare, hidden)
        await say(fresh, bare, seen)
        await rep.hears({"topic": "lead", "id": str(seen), "version": 7})
        await all_seeing.hears({"topic": "lead", "id": str(hidden), "version": 7})
        assert str(hidden).encode() not in rep.raw


async def test_whoever_owned_a_record_hears_that_it_is_gone(fresh: Database, bare: str):
    moved = uuid4()
    secret.add(moved)
    async with screen_of(fresh, bare, READER) as rep:
        await say(fresh, bare, moved, changes={"owner": [str(READER.people[0]), str(uuid4())]})
        await rep.hears({"topic": "lead", "id": str(moved), "gone": True})


async def test_inbox_and_definitions_have_topics_of_their_own(fresh: Database, bare: str):
    async with (
        screen_of(fresh, bare, READER) as rep,
        screen_of(fresh, bare, Actor(kind="person", person=uuid4())) as other,
    ):
        notified.append(READER.person)
        await rep.hears({"topic": "inbox"})
        async with fresh.work(bare) as uow:
            await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
        await other.hears({"topic": "definitions"})
        assert {"topic": "inbox"} not in other.said


async def test_a_reader_that_returns_hears_what_it_missed_or_is_told_to_start_anew(fresh: Database, bare: str):
    missed = uuid4()
    async with screen_of(fresh, bare, SYSTEM) as stays:
        await say(fresh, bare, uuid4())
        async with asyncio.timeout(5):
            while b"id: " not in stays.raw:
                await asyncio.sleep(0.01)
        last = stays.raw.split(b"id: ")[1].split(b"\n")[0].decode()
        await say(fresh, bare, missed)
        await stays.hears({"topic": "lead", "id": str(missed), "version": 7})
        async with screen_of(fresh, bare, SYSTEM, last) as back:
            await back.hears({"topic": "lead", "id": str(missed), "version": 7})
        async with screen_of(fresh, bare, SYSTEM, "1.1") as long_gone:
            assert b"event: reset" in long_gone.raw


async def test_what_happens_between_the_first_load_and_the_opening_of_the_stream_is_told(fresh: Database, bare: str):
    """A page reads the session, then its lists; the stream opens last, and nobody else is listening yet."""
    between = uuid4()
    async with fresh.work(bare, read_only=True) as uow:
        begins = await end_of_log(uow)
    notified.append(READER.person)
    await say(fresh, bare, between)
    async with screen_of(fresh, bare, READER, begins) as late:
        await late.hears({"topic": "lead", "id": str(between), "version": 7})
        await late.hears({"topic": "inbox"})
        assert b"event: reset" not in late.raw
        async with screen_of(fresh, bare, READER, begins) as later:
            await later.hears({"topic": "lead", "id": str(between), "version": 7})


async def test_whoever_comes_from_far_starts_anew_although_nobody_else_listens(fresh: Database, bare: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("xingji.kernel.events.tail.NEAR", 3)
    async with fresh.work(bare, read_only=True) as uow:
        begins = await end_of_log(uow)
    for _ in range(8):
        await say(fresh, bare, uuid4())
    async with screen_of(fresh, bare, SYSTEM, begins) as far:
        assert b"event: reset" in far.raw


async def test_many_changes_at_once_are_told_as_one(fresh: Database, bare: str):
    async with screen_of(fresh, bare, SYSTEM) as screen:
        async with fresh.work(bare) as uow:
            await append_events(uow, [NewEvent("lead.updated", "lead", uuid4()) for _ in range(1_500)])
        await screen.hears({"topic": "lead"})
        assert len(screen.said) < 300


async def test_a_reader_who_may_no_longer_is_cut_off(fresh: Database, bare: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("xingji.kernel.events.live.REFRESH_SECONDS", 0.05)
    asked = 0

    async def actor_of() -> Actor:
        nonlocal asked
        asked += 1
        if asked > 2:
            raise forbidden("session.none")
        return SYSTEM

    with pytest.raises(XingjiError):
        async with asyncio.timeout(5):
            async for _ in live_stream(fresh, bare, actor_of):
                pass
