"""The log on real PostgreSQL: nothing lost, nothing doubled, deliveries recognised."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID, uuid4

import pytest

from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Database
from xingji.kernel.events import (
    advance_lanes,
    append_events,
    claim_lanes,
    ensure_cursors,
    ensure_partitions,
    forget_event_keys,
    ingest,
    read_batch,
    reset_after_restore,
    waiting,
)
from xingji.kernel.events.partitions import KEYS_KEPT


async def write_slowly(database: Database, key: str, subjects: list[UUID], n: int, seed: int) -> None:
    """Transactions of one to three events that commit after a random pause; a subject has one writer at a time."""
    rng = random.Random(seed)
    for i in range(n):
        async with database.work(key) as uow:
            subject = subjects[i % len(subjects)]
            await append_events(
                uow, [NewEvent("test.step", "lead", subject, {"n": i, "k": k}) for k in range(rng.randint(1, 3))]
            )
            await asyncio.sleep(rng.random() * 0.012)


async def read_all(database: Database, key: str, seen: list[tuple[UUID, int, int]], done: asyncio.Event) -> None:
    while True:
        async with database.work(key) as uow:
            finished = done.is_set()
            lanes = await claim_lanes(uow, "test", 4)
            rows = await read_batch(uow, lanes, 40)
            if rows:
                await advance_lanes(uow, "test", rows)
            left = await waiting(uow, "test")
        seen += [(row["record"], row["data"]["n"], row["data"]["k"]) for row in rows]
        if finished and not left:
            return
        await asyncio.sleep(0.002)


async def test_four_readers_lose_nothing_double_nothing_and_keep_each_subjects_order(fresh: Database, bare: str):
    async with fresh.work(bare) as uow:
        await ensure_cursors(uow, "test")
    seen: list[tuple[UUID, int, int]] = []
    done = asyncio.Event()
    naive: set[int] = set()
    readers = [asyncio.create_task(read_all(fresh, bare, seen, done)) for _ in range(4)]
    control = asyncio.create_task(read_by_id(fresh, bare, naive, done))
    await asyncio.gather(*(write_slowly(fresh, bare, [uuid4() for _ in range(5)], 60, seed) for seed in range(5)))
    done.set()
    await asyncio.gather(*readers, control)
    async with fresh.work(bare) as uow:
        written = await uow.fetchval("select count(*) from event")
    assert len(seen) == written
    assert max(Counter(seen).values()) == 1
    for subject in {subject for subject, _, _ in seen}:
        steps = [(n, k) for s, n, k in seen if s == subject]
        assert steps == sorted(steps)
    assert len(naive) < written, "the negative control, `id > last`, should have skipped rows that commit late"


async def read_by_id(database: Database, key: str, seen: set[int], done: asyncio.Event) -> None:
    last = 0
    while True:
        finished = done.is_set()
        async with database.work(key) as uow:
            rows = await uow.fetch("select id from event where id > $1 order by id", last)
        seen.update(row["id"] for row in rows)
        last = rows[-1]["id"] if rows else last
        if finished:
            return
        await asyncio.sleep(0.002)


def cloud_event(n: int, **more: object) -> dict[str, object]:
    return {"specversion": "1.0", "type": "page.viewed", "source": "web", "id": f"p{n}", "data": {"n": n}, **more}


@pytest.mark.parametrize("size", [7, 1_500])
async def test_what_is_delivered_twice_is_one_event(fresh: Database, bare: str, size: int):
    events = [cloud_event(n) for n in range(size)]
    async with fresh.work(bare) as uow:
        first = await ingest(uow, [*events, cloud_event(0), {"specversion": "1.0", "type": "page.viewed", "id": "x"}])
    async with fresh.work(bare) as uow:
        second = await ingest(uow, [cloud_event(size), *events])
        assert await uow.fetchval("select count(*) from event") == size + 1
        assert await uow.fetchval("select count(*) from event_key") == size + 1
    assert [o.status for o in first] == ["accepted"] * size + ["duplicate", "refused"]
    assert first[-1].problem.path == "source"
    assert [o.status for o in second] == ["accepted"] + ["duplicate"] * size


async def test_the_same_deliveries_at_once_are_stored_once(fresh: Database, bare: str):
    async def deliver() -> list[str]:
        async with fresh.work(bare) as uow:
            return [o.status for o in await ingest(uow, random.sample([cloud_event(n) for n in range(300)], 300))]

    outcomes = chain.from_iterable(await asyncio.gather(*(deliver() for _ in range(5))))
    assert Counter(outcomes) == {"accepted": 300, "duplicate": 1_200}


async def test_a_delivery_is_recognised_for_the_stated_time_and_its_event_stays(
    fresh: Database, bare: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("xingji.kernel.events.partitions.KEYS_AT_ONCE", 2)
    async with fresh.work(bare) as uow:
        await ingest(uow, [cloud_event(n) for n in range(5)])
        await uow.execute(
            "update event_key set received_at = now() - $1::interval - interval '1 hour' where id < 'p3'", KEYS_KEPT
        )
        await uow.execute(
            "update event_key set received_at = now() - $1::interval + interval '1 hour' where id = 'p3'", KEYS_KEPT
        )
    assert [await forget_event_keys(fresh, bare) for _ in range(3)] == [2, 1, 0]
    async with fresh.work(bare) as uow:
        again = await ingest(uow, [cloud_event(n) for n in range(5)])
        assert await uow.fetchval("select count(*) from event") == 8
    assert [o.status for o in again] == ["accepted"] * 3 + ["duplicate"] * 2


async def test_a_late_event_keeps_the_time_it_happened(fresh: Database, bare: str):
    record = uuid4()
    async with fresh.work(bare) as uow:
        await ingest(
            uow, [cloud_event(1, time="2025-12-31T23:59:59+08:00", subject=f"lead/{record}", durationsec=12.5)]
        )
        row = await uow.fetchrow("select occurred_at, received_at, record, object, duration_sec from event")
    assert row["occurred_at"] == datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC)
    assert (row["object"], row["record"], row["duration_sec"]) == ("lead", record, 12.5)
    assert row["received_at"].year > 2025


async def test_cursors_survive_a_restore_into_a_new_cluster(fresh: Database, bare: str):
    async with fresh.work(bare) as uow:
        await ensure_cursors(uow, "fast")
        await ensure_cursors(uow, "slow")
        await append_events(uow, [NewEvent("test.read", "lead", uuid4()) for _ in range(50)])
    async with fresh.work(bare) as uow:
        await advance_lanes(uow, "fast", rows := await read_batch(uow, await claim_lanes(uow, "fast"), 1_000))
        assert len(rows) == 50
        await append_events(uow, [NewEvent("test.unread", "lead", uuid4()) for _ in range(30)])
    owner = await Database.connect(
        fresh.owner_url, max_size=1
    )  # a restore runs as the owner; nobody else rewrites the log
    async with owner.work(bare) as uow:
        # As after a restore: the ids of the old cluster lie far above the new one's.
        await uow.execute("update event set xid = (xid::text::bigint + 1000000000)::text::xid8")
        await uow.execute("update event_cursor set xid = (xid::text::bigint + 1000000000)::text::xid8 where xid > '0'")
        assert await reset_after_restore(uow) == 80
    await owner.close()
    async with fresh.work(bare) as uow:
        await append_events(uow, [NewEvent("test.new", "lead", uuid4()) for _ in range(5)])
    async with fresh.work(bare) as uow:
        fast = Counter(row["type"] for row in await read_batch(uow, await claim_lanes(uow, "fast"), 1_000))
        slow = Counter(row["type"] for row in await read_batch(uow, await claim_lanes(uow, "slow"), 1_000))
    assert fast == {"test.unread": 30, "test.new": 5}
    assert slow == {"test.read": 50, "test.unread": 30, "test.new": 5}


async def test_rows_that_arrived_before_their_partition_move_into_it(fresh: Database, bare: str):
    async with fresh.work(bare) as uow:
        schema, this_month = uow.workspace.schema, await uow.fetchval("select to_char(now(), 'YYYYMM')")
        await append_events(uow, [NewEvent("test.kept", "lead", uuid4())])
    async with fresh.owner() as owner:
        await owner.execute(f'set search_path = "{schema}"')
        await owner.execute(
            f"alter table event detach partition event_{this_month}; insert into event overriding system value select * from event_{this_month}; drop table event_{this_month}"
        )
        assert await owner.fetchval("select count(*) from event_rest") == 1
    assert await ensure_partitions(fresh, bare) == 1
    async with fresh.work(bare) as uow:
        assert await uow.fetchval("select tableoid::regclass::text from event") == f"event_{this_month}"
    assert await ensure_partitions(fresh, bare) == 0


async def test_a_brand_sees_its_own_events_only(fresh: Database, bare: str):
    from xingji.kernel.core.protocols import Actor

    async with fresh.work(bare) as uow:
        await append_events(
            uow, [NewEvent("test.a", brand="heshi"), NewEvent("test.b", brand="shiguang"), NewEvent("test.c")]
        )
    async with fresh.work(bare, Actor(kind="person", brands=("heshi",))) as uow:
        assert {row["type"] for row in await uow.fetch("select type from event")} == {"test.a", "test.c"}
