"""Verdicts of drawn records, the officer's queue, and the report. Emits: `audit.judged`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from xingji.features.audits.chain import RIGHT, plain, reach_case
from xingji.features.audits.draw import due_at, plans_of
from xingji.kernel import records
from xingji.kernel.core.errors import Problem, conflict, forbidden, invalid
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events

VERDICTS = ("sound", "doubtful", "false_advance")
JUDGEMENTS = ("sound", "doubtful", "false")
SHORTEST = 4
WEEKS = 26


async def list_cases(uow: UnitOfWork) -> dict[str, Any]:
    """{waiting, judged, draws, next} for an officer, oldest first. Raises: `access.right_missing`."""
    _officer(uow)
    rows = await uow.fetch(
        """select c.id, c.draw, c.record, c.place, c.status, c.verdict, c.judged_at, c.officer, d.object, d.plan, d.week, d.drawn_at from audit_case c join audit_draw d on d.id = c.draw
            where d.week >= $1 order by d.week, d.plan, c.place limit 500""", uow.now.date() - timedelta(weeks=WEEKS),
    )  # fmt: skip
    titles = await _titles(uow, rows)
    told = [{**plain(row), **titles.get(row["record"], {"title": None})} for row in rows]
    plans = await plans_of(uow)
    draws = await uow.fetch("select id, plan, week, seed, cardinality(candidates) as candidates, drawn_at, (select count(*) from audit_case c where c.draw = d.id) as drawn from audit_draw d order by week desc limit 10")
    return {
        "waiting": [row for row in told if row["status"] == "waiting"], "judged": [row for row in told if row["status"] == "judged"][::-1], "draws": [plain(row) for row in draws],
        "plans": [{"key": plan.key, "name": dict(plan.name), "share": plan.share, "least": plan.least, "next": _next(uow, plan)} for plan in plans.values()],
    }  # fmt: skip


async def judge(uow: UnitOfWork, id: UUID, verdict: str, findings: Sequence[Mapping[str, Any]], note: str) -> dict[str, Any]:
    """Keeps the verdict. Raises: `records.invalid`, `audits.judged_already`, and what keeps one from the case."""
    case = await reach_case(uow, id)
    problems = []
    if verdict not in VERDICTS:
        problems.append(_problem("verdict", "verdict", "结论只能是 sound、doubtful、false_advance", "The verdict is sound, doubtful or false_advance"))
    if verdict != "sound" and len(note.strip()) < SHORTEST:
        problems.append(_problem("note_missing", "note", "写明哪里不对", "Say what is wrong"))
    for n, one in enumerate(findings):
        if one.get("judgement") not in JUDGEMENTS:
            problems.append(_problem("judgement", f"findings.{n}.judgement", "应为 sound、doubtful、false", "One of sound, doubtful, false"))
    if problems:
        raise invalid("records.invalid", problems, count=len(problems))
    if case["status"] == "judged":
        raise conflict("audits.judged_already", verdict=case["verdict"])
    await uow.execute(
        "update audit_case set status = 'judged', verdict = $2, findings = $3, note = $4, officer = $5, judged_at = $6 where id = $1",
        id, verdict, [dict(one) for one in findings], note.strip(), uow.actor.person, uow.now,
    )  # fmt: skip
    found = await records.get_records(records.on_behalf(uow), case["object"], [case["record"]], ["brand"])
    await append_events(uow, [NewEvent("audit.judged", case["object"], case["record"], {"case": str(id), "verdict": verdict}, brand=found[0].get("brand") if found else None)])
    return {"id": str(id), "verdict": verdict}


async def report(uow: UnitOfWork) -> dict[str, Any]:
    """{n, judged, verdicts, stages, units, weeks}: what the audits of the last half year found. No record is named."""
    rows = await uow.fetch(
        "select c.*, d.week, d.object from audit_case c join audit_draw d on d.id = c.draw where d.week >= $1 order by d.week", uow.now.date() - timedelta(weeks=WEEKS)
    )
    judged = [row for row in rows if row["status"] == "judged"]
    stages: dict[str, Counter[str]] = {}
    for row in judged:
        for one in row["findings"]:
            stages.setdefault(str(one.get("stage")), Counter())[str(one.get("judgement"))] += 1
    units: dict[str, Counter[str]] = {}
    teams = await _units(uow, judged)
    for row in judged:
        units.setdefault(teams.get(row["record"], ""), Counter())[row["verdict"]] += 1
    weeks: dict[str, Counter[str]] = {}
    for row in rows:
        weeks.setdefault(row["week"].isoformat(), Counter())[row["verdict"] or "waiting"] += 1
    return {
        "n": len(rows), "judged": len(judged), "verdicts": dict(Counter(row["verdict"] for row in judged)),
        "stages": [{"stage": stage, **{one: counts[one] for one in JUDGEMENTS}} for stage, counts in stages.items()],
        "units": [{"unit": unit, "n": sum(counts.values()), **{one: counts[one] for one in VERDICTS}} for unit, counts in sorted(units.items())],
        "weeks": [{"week": week, **dict(counts)} for week, counts in weeks.items()],
    }  # fmt: skip


def _officer(uow: UnitOfWork) -> None:
    if uow.actor.policy is not None and not uow.actor.policy.may(RIGHT):
        raise forbidden("access.right_missing", right=RIGHT, who="auditor")


def _next(uow: UnitOfWork, plan: Any) -> str:
    local = uow.now.astimezone(uow.workspace.zone)
    monday = local.date() - timedelta(days=local.weekday())
    due = due_at(uow, plan, monday)
    return (due if due > local else due_at(uow, plan, monday + timedelta(weeks=1))).isoformat()


async def _titles(uow: UnitOfWork, rows: Sequence[Any]) -> dict[UUID, dict[str, Any]]:
    found: dict[UUID, dict[str, Any]] = {}
    schema = await records.load_schema(uow)
    for object_key in {row["object"] for row in rows}:
        title = schema.object(object_key).title
        fields = [key for key in (title, "amount", "stage", "owner") if key in schema.object(object_key).fields]
        page = await records.query(records.on_behalf(uow), records.Query(object_key, fields, ids=[row["record"] for row in rows if row["object"] == object_key], limit=500, names=True))
        for row in page.rows:
            found[UUID(row["id"])] = {"title": row.get(title), "amount": row.get("amount"), "stage": row.get("stage"), "owner": page.people.get(row.get("owner") or "")}
    return found


async def _units(uow: UnitOfWork, rows: Sequence[Any]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for object_key in {row["object"] for row in rows}:
        owners = await records.get_records(records.on_behalf(uow), object_key, [row["record"] for row in rows if row["object"] == object_key], ["owner"])
        names = {str(row["id"]): row["name"] for row in await uow.fetch("select p.id, u.name from person p join unit u on u.id = p.unit where p.id = any ($1::uuid[])", [UUID(str(one["owner"])) for one in owners if one.get("owner")])}
        found |= {UUID(one["id"]): names.get(str(one.get("owner")), "") for one in owners}
    return found


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"audits.{code}", path, {}, {"zh": zh, "en": en})
