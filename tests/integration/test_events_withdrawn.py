"""Which events still stand: the table the log keeps of what was taken back, against the log itself."""

import random
from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
import pytest

from xingji import app
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.db.migrate import MIGRATIONS
from xingji.kernel.events import append_events, ingest
from xingji.kernel.events.withdrawn import WITHDRAWN, standing

#: Said of the log alone, event by event: what `standing` must answer.
PLAIN = f"""not exists (select from event w where w.record = e.record and w.type = '{WITHDRAWN}'
  and w.data ->> 'change' = e.change::text and w.data -> 'types' ? e.type)"""
TYPES = ("touch.call", "touch.visit", "quote.sent")


async def tell(database: Database, workspace: str, events: Sequence[NewEvent]) -> UUID:
    """Appends events in a change of their own."""
    async with database.work(workspace) as uow:
        await append_events(uow, events)
        return uow.change


async def stand(uow: UnitOfWork, how: str) -> set[int]:
    return {row["id"] for row in await uow.fetch(f"select e.id from event e where {how}")}


async def some_taken_back(database: Database, workspace: str, seed: int) -> int:
    """Changes that said several things of several records, some of them taken back, in part, twice or for nothing; how many events."""
    rng = random.Random(seed)
    subjects = [uuid4() for _ in range(5)]
    said = 0
    for _ in range(40):
        events = [NewEvent(kind, "lead", record) for record in rng.sample(subjects, 2) for kind in rng.sample(TYPES, rng.randint(1, 3))]
        change = await tell(database, workspace, events)
        said += len(events)
        if rng.random() < 0.5:
            of = rng.choice([rng.choice(subjects), events[0].record])
            back = NewEvent(WITHDRAWN, "lead", of, {"change": str(change), "types": rng.sample(TYPES, rng.randint(0, 3))})
            await tell(database, workspace, [back] * rng.randint(1, 2))
    return said


async def test_the_table_of_what_was_taken_back_answers_as_the_log_does(fresh: Database, bare: str):
    app.configure()  # whoever follows withdrawals bears odd ones too
    for seed in range(5):
        await some_taken_back(fresh, bare, seed)
    for odd in ({}, {"change": "none of ours", "types": [TYPES[0]]}, {"change": str(uuid4()), "types": "touch.call"}, {"types": [TYPES[0]]}):
        await tell(fresh, bare, [NewEvent(WITHDRAWN, "lead", uuid4(), odd), NewEvent(WITHDRAWN, None, None, odd)])
    async with fresh.work(bare) as uow:
        await ingest(uow, [NewEvent("page.viewed", "lead", uuid4(), {}, source="shop", id=str(n)) for n in range(3)])
    async with fresh.work(bare) as uow:
        told, counted = await stand(uow, PLAIN), await stand(uow, standing("e"))
        everything = await stand(uow, "true")
    assert counted == told
    assert 50 < len(everything - told) < len(everything) / 2  # some were taken back, most were not


async def test_what_was_taken_back_before_the_table_stood_is_in_it(fresh: Database, bare: str):
    await some_taken_back(fresh, bare, 7)
    schema = await fresh.schema_of(bare)
    filling = (MIGRATIONS / "workspace" / "sql" / "0012" / "10_withdrawn.sql").read_text("utf-8").strip().rpartition("\n\n")[2]
    async with fresh.owner() as owner:
        await owner.execute(f"set search_path = {schema}")
        kept = await owner.fetch("select * from event_withdrawn order by 1, 2, 3")
        await owner.execute("truncate event_withdrawn")
        await owner.execute(filling)
        assert await owner.fetch("select * from event_withdrawn order by 1, 2, 3") == kept
    assert kept


async def test_the_programs_role_takes_nothing_out_of_it(fresh: Database, bare: str):
    await some_taken_back(fresh, bare, 8)
    for statement in ("delete from event_withdrawn", "update event_withdrawn set type = 'x'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with fresh.work(bare) as uow:
                await uow.execute(statement)
