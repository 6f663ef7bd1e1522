"""The roster of a moment: who there is, who is here, and how much each holds. Loads only; decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.decide import Roster
from xingji.features.leads.dispatch.members import Member
from xingji.features.leads.dispatch.table import Table
from xingji.features.leads.recognition.credit import OPEN_CEL
from xingji.kernel import records
from xingji.kernel.core.calendar import WorkingCalendar, next_open, working_days_back, working_minutes
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.behalf import on_behalf
from xingji.kernel.work import load_calendar

OFFICE = "office"
PEOPLE = """select p.id, p.key, p.name, p.title, p.tags, p.roles, p.capacity, p.calendar, p.joined_on, p.left_on, p.settings
  from person p order by p.key"""
TEAMS = """select u.key, u.region, u.head, array(select p.id from person p join unit_reach r on r.unit = p.unit
    where r.ancestor = u.id and p.id is distinct from u.head and p.left_on is null order by p.key) as members
  from unit u where u.closed_at is null order by u.key"""
RECEIVED = """select person, sum(received) filter (where day = $2) as today, sum(received) as received, max(last) as last
  from dispatch_day where person = any($1) and day between $3 and $2 group by person"""
LAST = "select person, max(last) as last from dispatch_day where person = any($1) group by person"
ANSWERED = f"""select e.person, count(distinct e.record) as n from event e where e.type = 'touch.followup'
  and e.occurred_at >= $2 and e.occurred_at <= $3 and e.person = any($1) and {standing("e")} group by e.person"""
ABSENCES = "select person, starts, ends from absence where person = any($1) and ends > $2 and starts <= $3"


@dataclass(frozen=True, slots=True)
class Organisation:
    """What of the roster changes only with the organisation."""

    people: Mapping[UUID, Any]
    by_key: Mapping[str, UUID]
    teams: Mapping[str, Sequence[UUID]]
    roles: Mapping[str, frozenset[UUID]]
    heads: Mapping[str, UUID]
    region_heads: Mapping[str, UUID]


async def organisation(uow: UnitOfWork) -> Organisation:
    """The organisation of this revision of access."""
    key = ("leads.organisation", uow.workspace.key)
    held = uow.database.cache.get(key)
    if held is None or held[0] != uow.workspace.access_rev:
        held = uow.database.cache[key] = (uow.workspace.access_rev, await _load(uow))
    return held[1]


async def _load(uow: UnitOfWork) -> Organisation:
    people = {row["id"]: row for row in await uow.fetch(PEOPLE)}
    units = await uow.fetch(TEAMS)
    roles: dict[str, set[UUID]] = {}
    for row in people.values():
        for role in row["roles"]:
            roles.setdefault(role, set()).add(row["id"])
    heads = {row["key"]: row["head"] for row in units if row["head"] is not None}
    region_heads = {row["region"]: row["head"] for row in units if row["region"] and row["head"] is not None}
    return Organisation(
        people,
        {row["key"]: row["id"] for row in people.values()},
        {row["key"]: row["members"] for row in units},
        {role: frozenset(ids) for role, ids in roles.items()},
        {**region_heads, **heads},
        region_heads,
    )


async def load_roster(uow: UnitOfWork, table: Table, org: Organisation, wanted: Iterable[UUID], calendars: set[str]) -> Roster:
    """The roster of these persons at `uow.now`, with a member for each."""
    ids = [id for id in dict.fromkeys(wanted) if id in org.people]
    known = await _calendars(uow, {*calendars, OFFICE, *(org.people[id]["calendar"] or OFFICE for id in ids)})
    office = known.get(OFFICE)
    today = uow.now.astimezone(uow.workspace.zone).date()
    since = working_days_back(office, uow.now, table.weights.window_days) if office else uow.now - timedelta(days=table.weights.window_days)
    first = since.astimezone(uow.workspace.zone).date()
    received = {row["person"]: row for row in await uow.fetch(RECEIVED, ids, today, first)} if ids else {}
    last = {row["person"]: row["last"] for row in await uow.fetch(LAST, ids)} if ids else {}
    answered = {row["person"]: row["n"] for row in await uow.fetch(ANSWERED, ids, since, uow.now)} if ids and table.weights.answered else {}
    absences = await absences_of(uow, ids, since, uow.now + timedelta(days=14)) if ids else {}
    held = await open_leads(uow, table, ids) if _counts_load(table, org, ids) else {}
    members = {}
    for id in ids:
        row = org.people[id]
        calendar = known.get(row["calendar"] or OFFICE) or office
        gone = absences.get(id, [])
        member = _member(row, table, today, uow.now, calendar, known)
        counts = received.get(id)
        members[id] = replace(
            member,
            open=held.get(id, 0),
            today=int(counts["today"] or 0) if counts else 0,
            window=int(counts["received"] or 0) if counts else 0,
            answered=answered.get(id, 0),
            last=float(last.get(id) or 0),
            present=presence(calendar, since, uow.now, gone, row["joined_on"], uow.workspace.zone),
            absent=is_absent(calendar, uow.now, gone),
            newcomer=member.newcomer or returned(gone, since, uow.now),
        )
    roster = Roster(members, org.by_key, org.teams, org.roles, org.heads)
    roster.counter = max((member.last for member in members.values()), default=0.0)
    return roster


def _member(row: Any, table: Table, today: date, now: datetime, calendar: WorkingCalendar | None, known: Mapping[str, WorkingCalendar]) -> Member:
    tags = frozenset(row["tags"])
    joined = row["joined_on"]
    fresh = joined is not None and (today - joined).days < table.weights.newcomer_days
    off: dict[str | None, bool] = {key: next_open(other, now) != now for key, other in known.items()}
    off[None] = calendar is not None and next_open(calendar, now) != now
    if row["calendar"]:
        # A calendar of one's own says when one is on duty, whatever the row follows.
        off = dict.fromkeys(off, off[None]) | {row["calendar"]: off[None]}
    return Member(
        id=row["id"], key=row["key"], name=row["name"], tags=tags, capacity=row["capacity"],
        per_day=(row["settings"] or {}).get("per_day"),
        trainee="trainee" in tags or "见习" in row["title"],
        newcomer=fresh or "newcomer" in tags,
        left=row["left_on"] is not None and row["left_on"] <= today,
        off_hours=off,
    )  # fmt: skip


def _counts_load(table: Table, org: Organisation, ids: Sequence[UUID]) -> bool:
    """Whether open leads matter: a limit, a share of free capacity, or the least load."""
    limits = table.capacity.open is not None or table.capacity.trainee_open is not None
    limits = limits or any(org.people[id]["capacity"] is not None for id in ids)
    return bool(ids) and (limits or table.weights.free > 0 or any(row.choose == "least_load" for row in table.rows))


async def open_leads(uow: UnitOfWork, table: Table, ids: Sequence[UUID]) -> dict[UUID, int]:
    """Open leads per owner."""
    query = records.Query(
        table.object, filter=OPEN_CEL, where_in=("owner", [str(id) for id in ids]), group=["owner"], aggregates=[{"as": "n", "fn": "count"}]
    )
    rows = await records.aggregate(on_behalf(uow), query)
    return {UUID(str(row["owner"])): int(row["n"]) for row in rows}


async def absences_of(uow: UnitOfWork, ids: Sequence[UUID], since: datetime, until: datetime) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """Absences per person that touch a window."""
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for row in await uow.fetch(ABSENCES, list(ids), since, until):
        found.setdefault(row["person"], []).append((row["starts"], row["ends"]))
    return found


async def _calendars(uow: UnitOfWork, keys: set[str]) -> dict[str, WorkingCalendar]:
    found = {}
    for key in sorted(keys):
        try:
            found[key] = await load_calendar(uow, key)
        except XingjiError:
            continue  # a calendar that is out of order leaves its people always on duty
    return found


def presence(
    calendar: WorkingCalendar | None, since: datetime, until: datetime, gone: Sequence[tuple[datetime, datetime]],
    joined: date | None, zone: Any,
) -> float:  # fmt: skip
    """Share of a window's working time at work, 0.01 at least; time before joining is absence."""
    if calendar is None:
        return 1.0
    away = list(gone)
    if joined is not None:
        began = datetime(joined.year, joined.month, joined.day, tzinfo=zone)
        if began > since:
            away.append((since, began))
    total = working_minutes(calendar, since, until)
    return max(working_minutes(calendar, since, until, away) / total, 0.01) if total > 0 else 1.0


def is_absent(calendar: WorkingCalendar | None, now: datetime, gone: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether one is away now, or, outside working hours, at the next opening."""
    moment = next_open(calendar, now) if calendar is not None else now
    return any(starts <= moment < ends for starts, ends in gone)


def returned(gone: Sequence[tuple[datetime, datetime]], since: datetime, now: datetime) -> bool:
    """Whether one is back, within the window, from ten days or more of absence: a returner has a newcomer's floor."""
    return any(ends <= now and ends > since and ends - starts >= timedelta(days=10) for starts, ends in gone)
