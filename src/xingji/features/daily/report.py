"""Reports of a day or a week that write themselves from the log; own sentence, plan, comments, reminders.

The facts are read anew until the report is sent; what was sent stays as it was.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from xingji.features.daily.focus import me, today, visible
from xingji.features.daily.kinds import part
from xingji.features.daily.propose import daily
from xingji.kernel import records
from xingji.kernel.core.errors import forbidden, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.work import Notice, Outgoing, enqueue, notify

PERIODS = ("day", "week")
# One line per person and kind of deed: how often, on how many records.
DEEDS = f"""select person, deed, count(*)::int as n, count(distinct record)::int as records from (
    select distinct on (e.person, e.record, e.change, e.occurred_at, deed) e.person, e.record, d.deed
    from event e cross join lateral (select case
        when e.type = 'touch.note' then 'note'
        when e.type like 'touch.%' and e.data->>'direction' = 'in' then 'replied'
        when e.type like 'touch.%' and e.data->>'kind' = 'call' and (e.data->>'answered')::boolean then 'call_answered'
        when e.type like 'touch.%' and e.data->>'kind' = 'call' then 'call_missed'
        when e.type like 'touch.%' and e.data->>'kind' in ('meeting', 'visit') then 'meeting'
        when e.type like 'touch.%' then 'message'
        when e.type = 'lead.created' then 'captured'
        when e.type = 'lead.converted' then 'converted'
        when e.type = 'lead.picked' then 'picked'
        when e.type = 'deal.created' then 'deal'
        when e.type = 'deal.updated' and e.data->'changes' ? 'stage' then 'stage'
        when e.type = 'deal.updated' and e.data->'changes'->'status'->>1 = 'won' then 'won'
        when e.type = 'task.updated' and e.data->'changes'->'status'->>1 = 'done' then 'task_done'
        when e.type = 'focus.confirmed' then 'focus'
      end as deed) d
    where e.person = any($1::uuid[]) and e.occurred_at >= $2 and e.occurred_at < $3 and e.mode = 'live' and d.deed is not null and {standing("e")}
      and (e.type like 'touch.%' or e.type in ('lead.created', 'lead.converted', 'lead.picked', 'deal.created', 'deal.updated', 'task.updated', 'focus.confirmed'))
  ) done group by person, deed order by person, n desc, deed"""
STORE = """insert into work_report (id, person, period, day, own, plan) values ($1, $2, $3, $4, $5, $6)
  on conflict (period, day, person) do update set own = excluded.own, plan = excluded.plan returning *"""
COMMENTS = """select c.report, c.at, c.person, c.body, p.name from work_report_comment c join person p on p.id = c.person
  where c.report = any($1::uuid[]) order by c.report, c.id"""


def window(uow: UnitOfWork, period: str, day: date) -> tuple[date, datetime, datetime]:
    """The first day, begin and end of a period. Raises: `report.bad_period`."""
    if period not in PERIODS or not 1970 <= day.year <= 2200:
        raise invalid("report.bad_period", period=period)
    first = day - timedelta(days=day.weekday()) if period == "week" else day
    begin = datetime.combine(first, time(), uow.workspace.zone)
    end = datetime.combine(first + timedelta(days=7 if period == "week" else 1), time(), uow.workspace.zone)
    return first, begin, end


async def deeds(uow: UnitOfWork, people: Sequence[UUID], begin: datetime, end: datetime) -> dict[UUID, list[dict[str, Any]]]:
    """What each person did in a window: [{deed, n, records}], most often first."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await uow.fetch(DEEDS, list(people), begin, end):
        found.setdefault(row["person"], []).append({"deed": row["deed"], "n": row["n"], "records": row["records"]})
    return found


async def my_report(uow: UnitOfWork, period: str, day: date | None) -> dict[str, Any]:
    """The signed-in person's report: facts of now, what they wrote, and a plan to begin with."""
    person = me(uow)
    first, begin, end = window(uow, period, day or today(uow))
    row = await uow.fetchrow("select * from work_report where period = $1 and day = $2 and person = $3", period, first, person)
    facts = row["facts"] if row and row["sent_at"] else (await deeds(uow, [person], begin, end)).get(person, [])
    comments = await _comments(uow, [row["id"]] if row else [])
    return {
        "id": str(row["id"]) if row else None, "period": period, "day": first.isoformat(), "facts": facts, "own": row["own"] if row else "",
        "plan": row["plan"] if row else await suggest_plan(uow, person, end), "sent_at": row["sent_at"] if row else None,
        "comments": comments.get(row["id"], []) if row else [],
    }  # fmt: skip


async def suggest_plan(uow: UnitOfWork, person: UUID, after: datetime) -> str:
    """The lines of the next days: tasks that are open and due, and focus customers nobody has decided on."""
    until = (after + timedelta(days=1)).astimezone(UTC).isoformat()
    filter = f'status == "open" && assignee == "{person}" && due_at < timestamp("{until}")'
    lines = []
    if uow.actor.policy is None or not uow.actor.policy.rows("task", "read").nothing:
        page = await records.query(uow, records.Query("task", ["title", "due_at"], filter, sort=["due_at"], limit=8))
        lines = [str(row.get("title") or "") for row in page.rows]
    rows = await uow.fetch("select object, record from focus where person = $1 and day = $2 and status = 'confirmed' order by rank", person, today(uow))
    titles = await visible(uow, rows)
    lines += [f"跟进 {titles[str(row['record'])]}" for row in rows if str(row["record"]) in titles]
    return "\n".join(dict.fromkeys(line for line in lines if line))


async def write_report(uow: UnitOfWork, period: str, day: date, own: str, plan: str, *, send: bool) -> dict[str, Any]:
    """Keeps the report; sending freezes its facts and tells the manager, and a chat group where one is named.

    Emits: report.sent. Raises: `report.bad_period`, `report.sent_already`, `report.not_yet`.
    """
    person = me(uow)
    first, begin, end = window(uow, period, day)
    if first > today(uow):
        raise invalid("report.not_yet", day=first.isoformat())
    held = await uow.fetchval("select sent_at from work_report where period = $1 and day = $2 and person = $3", period, first, person)
    if held is not None:
        raise invalid("report.sent_already", day=first.isoformat())
    row = await uow.fetchrow(STORE, uuid7(), person, period, first, own, plan)
    if send:
        facts = (await deeds(uow, [person], begin, end)).get(person, [])
        await uow.execute("update work_report set facts = $2, sent_at = $3 where id = $1", row["id"], facts, uow.now)
        await append_events(uow, [NewEvent("report.sent", None, None, {"report": str(row["id"]), "period": period, "day": first.isoformat()})])
        await _tell(uow, person, period, first, own, plan, row["id"])
    return await my_report(uow, period, first)


async def _tell(uow: UnitOfWork, person: UUID, period: str, day: date, own: str, plan: str, report: UUID) -> None:
    """The manager's inbox, and the chat group the definition names."""
    who = await uow.fetchrow("select p.name, coalesce(p.manager, u.head) as above from person p left join unit u on u.id = p.unit where p.id = $1", person)
    word = {"day": ("日报", "daily report"), "week": ("周报", "weekly report")}[period]
    title = {"zh": f"{who['name']}的{word[0]} {day}", "en": f"{who['name']}: {word[1]} {day}"}
    if who["above"] and who["above"] != person:
        await notify(uow, [Notice(who["above"], "report", title, own[:500].replace("{", "｛").replace("}", "｝"), dedupe=f"report:{report}", data={"path": f"/reports?period={period}&day={day}"})])
    channel = part(await daily(uow), "report").get("channel")
    if channel:
        body = "\n".join(line for line in (own, plan) if line)
        await enqueue(uow, [Outgoing(str(channel), f"report:{report}", {"title": title["zh"], "body": body, "type": "report.sent"})])


def team_of(uow: UnitOfWork) -> list[UUID]:
    """The people below the actor. Raises: `access.denied` for whoever has nobody."""
    below = [person for person in uow.actor.people if person != uow.actor.person]
    if not below:
        raise forbidden("access.denied")
    return below


async def team_reports(uow: UnitOfWork, period: str, day: date | None) -> dict[str, Any]:
    """Every report of the people below on one page; who has not sent theirs is there too, with what they did."""
    first, begin, end = window(uow, period, day or today(uow))
    below = await _working(uow, team_of(uow), first)
    reports = {row["person"]: row for row in await uow.fetch("select * from work_report where period = $1 and day = $2 and person = any($3::uuid[])", period, first, list(below))}
    sent = {person: row for person, row in reports.items() if row["sent_at"]}
    done = await deeds(uow, [person for person in below if person not in sent], begin, end)
    comments = await _comments(uow, [row["id"] for row in sent.values()])
    rows = []
    for person, name in below.items():
        row = sent.get(person)
        rows.append({
            "person": str(person), "name": name, "id": str(row["id"]) if row else None, "sent_at": row["sent_at"] if row else None,
            "own": row["own"] if row else "", "plan": row["plan"] if row else "", "facts": row["facts"] if row else done.get(person, []),
            "comments": comments.get(row["id"], []) if row else [],
        })  # fmt: skip
    return {"period": period, "day": first.isoformat(), "sent": len(sent), "missing": len(below) - len(sent), "rows": rows}


async def comment(uow: UnitOfWork, report: UUID, body: str) -> dict[str, Any]:
    """A word on a sent report, by whoever stands above its writer or by the writer. Raises: `report.unknown`, `report.empty`."""
    row = await uow.fetchrow("select r.*, p.name from work_report r join person p on p.id = r.person where r.id = $1 and r.sent_at is not null", report)
    if row is None or (row["person"] not in uow.actor.people and row["person"] != uow.actor.person):
        raise not_found("report.unknown", id=str(report))
    if not body.strip():
        raise invalid("report.empty")
    await uow.execute("insert into work_report_comment (report, at, person, body) values ($1, $2, $3, $4)", report, uow.now, me(uow), body)
    if row["person"] != uow.actor.person:
        title = {"zh": f"{uow.actor.name}点评了你的报告", "en": f"{uow.actor.name} commented on your report"}
        await notify(uow, [Notice(row["person"], "mention", title, body[:500].replace("{", "｛").replace("}", "｝"), data={"path": "/report"})])
    return {"comments": (await _comments(uow, [report])).get(report, [])}


async def remind(uow: UnitOfWork, period: str, day: date, people: Sequence[UUID]) -> dict[str, Any]:
    """Asks those below who have not sent their report for it, once an hour at most; how many were asked."""
    first, _, _ = window(uow, period, day)
    below = await _working(uow, team_of(uow), first)
    sent = {row["person"] for row in await uow.fetch("select person from work_report where period = $1 and day = $2 and sent_at is not null and person = any($3::uuid[])", period, first, list(below))}
    asked = [person for person in (people or below) if person in below and person not in sent]
    word = {"day": ("日报", "daily report"), "week": ("周报", "weekly report")}[period]
    title = {"zh": f"请提交 {first} 的{word[0]}", "en": f"Please send your {word[1]} of {first}"}
    body = {"zh": f"{uow.actor.name}在等你的{word[0]}，内容已备好，补一句即可", "en": f"{uow.actor.name} waits for it; it is written, add a sentence"}
    await notify(uow, [Notice(one, "reminder", title, body, urgency="strong", dedupe=f"report:{period}:{first}:{one}:{uow.now:%Y%m%d%H}", data={"path": f"/report?period={period}&day={first}"}) for one in asked])
    return {"asked": len(asked)}


async def _working(uow: UnitOfWork, people: Sequence[UUID], day: date) -> Mapping[UUID, str]:
    rows = await uow.fetch("select id, name from person where id = any($1::uuid[]) and (left_on is null or left_on > $2) and (joined_on is null or joined_on <= $2) order by name", list(people), day)
    return {row["id"]: row["name"] for row in rows}


async def _comments(uow: UnitOfWork, reports: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in await uow.fetch(COMMENTS, list(reports)) if reports else ():
        found.setdefault(row["report"], []).append({"at": row["at"], "person": str(row["person"]), "name": row["name"], "text": row["body"]})
    return found
