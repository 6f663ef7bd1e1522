"""The morning before the demo opens, lived through for real: leads arrive, rules dispatch and remind, reps answer.

Nothing here is planted: owners, notices and clocks are what the engine made of the leads.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from xingji.demo.arrivals import Arrival
from xingji.features.leads.touches import Touch, record_touch
from xingji.kernel.access import actor_for_person
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.records import Change, get_record, write
from xingji.kernel.rules import advance_clock


async def live_through_morning(database: Database, workspace: str, start: datetime, morning: Sequence[Arrival]) -> None:
    """Moves the clock from before the first lead to the demo's start, with everything that happens on the way."""
    async with database.work(workspace) as uow:
        await uow.execute(
            "update workspace_state set clock_fixed = $1", start - timedelta(minutes=morning[0].before + 1)
        )
    steps: list[tuple[datetime, Arrival, UUID | None]] = []
    for arrival in morning:
        lead, arrived = uuid7(), start - timedelta(minutes=arrival.before)
        steps.append((arrived, arrival, lead))
        if arrival.answered_after is not None:
            steps.append((arrived + timedelta(minutes=arrival.answered_after), arrival, lead))
    seen: set[UUID | None] = set()
    for at, arrival, lead in sorted(steps, key=lambda step: step[0]):
        await advance_clock(database, workspace, at)
        if lead not in seen:
            seen.add(lead)
            async with database.work(workspace, SYSTEM) as uow:
                await write(uow, [Change("create", "lead", id=lead, values=dict(arrival.values))])
        else:
            await _answer(database, workspace, lead)
    await advance_clock(database, workspace, start)


async def _answer(database: Database, workspace: str, lead: UUID | None) -> None:
    async with database.work(workspace) as uow:
        owner = (await get_record(uow, "lead", lead))["owner"]
        actor = await actor_for_person(uow, UUID(str(owner))) if owner else None
    if actor is None:
        return
    async with database.work(workspace, actor) as uow:
        await record_touch(uow, lead, Touch("call", "out", answered=True, text="聊了需求，约了下一步"))
