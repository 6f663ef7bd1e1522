"""Each morning's proposals: facts of every person's customers and leads in a fixed number of queries, then the weighing.

Reads for the workspace through the one compiler; what a person is shown of a proposal is read again under their policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.daily.kinds import DEFAULT, part
from xingji.features.daily.weigh import Facts, Reason, weigh
from xingji.kernel import records
from xingji.kernel.core.calendar import is_open, next_open
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.behalf import on_behalf
from xingji.kernel.work import load_calendar

SPARES, MOST = 5, 5_000
THERE = """select id from person p where id = any($1::uuid[]) and (left_on is null or left_on > $2)
  and not exists (select 1 from absence a where a.person = p.id and a.starts <= $3 and a.ends > $3)"""
MOVES = f"""select e.record, count(*)::int as n from event e where e.record = any($1::uuid[]) and e.occurred_at > $2 and {standing("e")}
  and (e.type in ('page.viewed', 'lead.enquired', 'touch.inbound') or (e.type = 'touch.followup' and e.data->>'direction' = 'in')) group by e.record"""
KEEP = """insert into focus (id, person, day, object, record, rank, score, reasons, status)
  select n.id, n.person, $1, n.object, n.record, n.rank, n.score, n.reasons->'v', n.status
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::int[], $7::float8[], $8::jsonb[], $9::text[])
    as n(id, person, object, record, rank, score, reasons, status) on conflict (person, day, record) do nothing"""
Key = tuple[str, str, str]  # person, object, record


@dataclass(frozen=True, slots=True)
class Proposal:
    """One customer or lead for one person."""

    person: UUID
    object: str
    record: UUID
    score: float
    reasons: Sequence[Reason]


async def propose_once(database: Database, workspace: str) -> int:
    """Proposes once on each working day, from the hour the definition names; how many rows were written."""
    async with database.work(workspace) as uow:
        local = uow.now.astimezone(uow.workspace.zone)
        document = await daily(uow)
        focus = part(document, "focus")
        if local.strftime("%H:%M") < focus["at"] or await uow.fetchval("select true from focus_run where day = $1", local.date()):
            return 0
        if not await works_today(uow, str(focus["calendar"]), local):
            return 0
        if not await uow.fetchval("insert into focus_run values ($1, $2) on conflict do nothing returning true", local.date(), uow.now):
            return 0
        return await keep(uow, local.date(), await propose(uow, document), int(focus["count"]))


async def daily(uow: UnitOfWork) -> Mapping[str, Any]:
    """The published frame of the day, the product's own without one."""
    return (await load_published(uow)).get("daily", "main") or DEFAULT


async def works_today(uow: UnitOfWork, calendar: str, local: datetime) -> bool:
    try:
        hours = await load_calendar(uow, calendar)
    except XingjiError:
        return local.weekday() < 5
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return is_open(hours, midnight) or next_open(hours, midnight).astimezone(local.tzinfo).date() == local.date()


async def keep(uow: UnitOfWork, day: date, found: Sequence[Proposal], count: int) -> int:
    """Stores the first of each person as proposed and the next few as spares."""
    by: dict[UUID, list[Proposal]] = {}
    for one in found:
        by.setdefault(one.person, []).append(one)
    rows = []
    for person, mine in by.items():
        for rank, one in enumerate(mine[: count + SPARES]):
            reasons = {"v": [{"code": r.code, "zh": r.zh, "en": r.en, "figures": dict(r.figures), "points": r.points} for r in one.reasons]}
            rows.append((uuid7(), person, one.object, one.record, rank, one.score, reasons, "proposed" if rank < count else "spare"))
    if rows:
        await uow.execute(KEEP, day, *map(list, zip(*rows, strict=True)))
    return len(rows)


async def propose(uow: UnitOfWork, document: Mapping[str, Any]) -> list[Proposal]:
    """Everything with a reason today, by person and score."""
    weights = part(document, "focus")["weights"]
    today = uow.now.astimezone(uow.workspace.zone).date()
    facts = await gather(uow, today)
    there = {row["id"] for row in await uow.fetch(THERE, sorted({UUID(key[0]) for key in facts}, key=str), today, uow.now)}
    most = max((one.value for one in facts.values()), default=0)
    found = []
    for (person, object_key, record), one in facts.items():
        if UUID(person) not in there:
            continue
        reasons = weigh(one, weights, today, most, uow.workspace.currency_decimals)
        if reasons:
            found.append(Proposal(UUID(person), object_key, UUID(record), sum(r.points for r in reasons), reasons))
    return sorted(found, key=lambda p: (str(p.person), -p.score, str(p.record)))


async def gather(uow: UnitOfWork, today: date) -> dict[Key, Facts]:
    """The facts, one query a kind of fact; what an organisation has no object for adds nothing."""
    system = on_behalf(uow)
    facts: dict[Key, Facts] = {}
    tonight = datetime(today.year, today.month, today.day, tzinfo=uow.workspace.zone) + timedelta(days=1)

    async def figures(object_key: str, filter: str, group: list[str], *aggregates: dict[str, Any]) -> list[tuple[Facts, dict[str, Any]]]:
        try:
            rows = await records.aggregate(system, records.Query(object_key, filter=filter, group=group, aggregates=aggregates))
        except XingjiError:
            return []
        return [(facts.setdefault((str(r[group[0]]), "customer", str(r[group[1]])), Facts()), r) for r in rows if r[group[0]] and r[group[1]]]

    count = {"as": "n", "fn": "count"}
    own = ["customer.owner", "customer"]
    close, value = {"as": "close", "fn": "min", "field": "expected_close_at"}, {"as": "value", "fn": "sum", "field": "amount"}
    for one, row in await figures("deal", 'status == "open" && customer.owner != null', own, count, value, close):
        one.deals, one.value, one.close = row["n"], row["value"] or 0, day_of(uow, row["close"])
    first, last = {"as": "first", "fn": "min", "field": "won_at"}, {"as": "last", "fn": "max", "field": "won_at"}
    for one, row in await figures("deal", 'status == "won" && won_at != null && customer.owner != null', own, count, first, last):
        one.wins, one.first_win, one.last_win = row["n"], day_of(uow, row["first"]), day_of(uow, row["last"])
    due = f'status == "open" && subject_customer != null && assignee != null && due_at < timestamp("{tonight.isoformat()}")'
    for one, row in await figures("task", due, ["assignee", "subject_customer"], count):
        one.tasks = row["n"]
    waiting = 'customer != null && customer.owner != null && first_response_at == null && status in ["new", "assigned", "working"]'
    for one, row in await figures("lead", waiting, own, count):
        one.enquiries = row["n"]
    await add_rows(uow, system, facts)
    await add_moves(uow, system, facts)
    return facts


async def add_rows(uow: UnitOfWork, system: UnitOfWork, facts: dict[Key, Facts]) -> None:
    """Last contacts: of customers that have an owner, and of leads in work that are no customer's yet."""
    wanted = (
        ("customer", "owner != null && last_followup_at != null", "last_followup_at", []),
        ("lead", 'owner != null && customer == null && status in ["working", "qualified"]', "last_touch_at", ["budget"]),
    )
    for object_key, filter, touched, more in wanted:
        try:
            page = await records.query(system, records.Query(object_key, ["owner", touched, *more], filter, sort=[touched], limit=MOST))
        except XingjiError:
            continue
        for row in page.rows:
            one = facts.setdefault((str(row["owner"]), object_key, row["id"]), Facts())
            one.last_touch = day_of(uow, row.get(touched))
            if row.get("budget"):
                one.deals, one.value = 1, row["budget"]


async def add_moves(uow: UnitOfWork, system: UnitOfWork, facts: dict[Key, Facts]) -> None:
    """What customers did of late, on their own log and on that of their leads."""
    by_record: dict[UUID, list[Facts]] = {}
    for (_, _, record), one in facts.items():
        by_record.setdefault(UUID(record), []).append(one)
    customers = sorted({record for _, object_key, record in facts if object_key == "customer"})
    if customers:
        try:
            page = await records.query(system, records.Query("lead", ["customer"], where_in=("customer", customers), sort=["-created_at"], limit=MOST))
        except XingjiError:
            page = records.Page([])
        for row in page.rows:
            by_record.setdefault(UUID(row["id"]), []).extend(by_record[UUID(str(row["customer"]))])
    for row in await uow.fetch(MOVES, list(by_record), uow.now - timedelta(days=3)):
        for one in by_record[row["record"]]:
            one.events += row["n"]


def day_of(uow: UnitOfWork, value: Any) -> date | None:
    """The local day of a date or an instant as records render them."""
    if not value:
        return None
    text = str(value)
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).astimezone(uow.workspace.zone).date()
