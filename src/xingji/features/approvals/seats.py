"""Who sits at a node today: parties become people, those away are stood in for. Owns delegation and the time limit of a seat."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from xingji.features.approvals.flow import Node, Party
from xingji.kernel import access
from xingji.kernel.core.calendar import add_working
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import UnitOfWork
from xingji.kernel.work import load_calendar

MOST_LEVELS = 5


async def people_of(uow: UnitOfWork, parties: Sequence[Party], asker: UUID | None, owner: UUID | None) -> list[UUID]:
    """The people the parties name, in order, each once. Nobody approves what they ask for themselves."""
    today = uow.now.astimezone(uow.workspace.zone).date()
    found: list[UUID] = []
    for party in parties:
        if party.kind == "manager":
            found += await _above(uow, owner or asker, int(party.key))
            continue
        sql = {
            "role": "select id from person where $1 = any (roles) and (left_on is null or left_on > $2) order by name, id",
            "person": "select id from person where key = $1 and (left_on is null or left_on > $2)",
            "head": "select head as id from unit where key = $1 and head is not null and $2::date is not null",
        }[party.kind]
        found += [row["id"] for row in await uow.fetch(sql, party.key, today)]
    return [one for one in dict.fromkeys(found) if one != asker]


async def _above(uow: UnitOfWork, person: UUID | None, levels: int) -> list[UUID]:
    for _ in range(min(levels, MOST_LEVELS)):
        if person is None:
            return []
        person = (await access.managers_of(uow, [person])).get(person)
    return [person] if person else []


async def open_node(uow: UnitOfWork, approval: UUID, at: int, node: Node, people: Sequence[UUID], calendar: str) -> list[UUID]:
    """Seats people at a node, or whoever stands in for them; the people seated."""
    standing = await stand_ins(uow, people)
    seated: dict[UUID, UUID | None] = {}
    for person in people:
        other = standing.get(person)
        seated.setdefault(other or person, person if other else None)
    due = await _due(uow, node, calendar)
    await uow.execute(
        """insert into approval_vote (id, approval, node, person, stands_for, state, due_at, opened_at)
             select *, 'waiting', $5, $6 from unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $7::uuid[])""",
        [uuid7() for _ in seated], [approval] * len(seated), [at] * len(seated), list(seated), due, uow.now, list(seated.values()),
    )  # fmt: skip
    return list(seated)


async def stand_ins(uow: UnitOfWork, people: Sequence[UUID]) -> dict[UUID, UUID]:
    """Who sits in for whom now: the delegate named, else the line manager while somebody is on leave."""
    rows = await uow.fetch(
        "select person, to_person from approval_delegate where person = any($1::uuid[]) and starts <= $2 and ends > $2",
        list(people), uow.now,
    )  # fmt: skip
    found = {row["person"]: row["to_person"] for row in rows}
    away = await uow.fetch("select distinct person from absence where person = any($1::uuid[]) and starts <= $2 and ends > $2", list(people), uow.now)
    absent = [row["person"] for row in away if row["person"] not in found]
    return {**(await access.managers_of(uow, absent) if absent else {}), **found}


async def _due(uow: UnitOfWork, node: Node, calendar: str) -> datetime | None:
    if node.hours is None:
        return None
    try:
        return add_working(await load_calendar(uow, calendar), uow.now, node.hours * 60)
    except XingjiError:
        return None
