"""Risks as people read them: the list of what the reader sees, of one record, and how often each rule was right."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from xingji.features.radar.backtest import share
from xingji.features.radar.document import LOST, STATUS, WON, Risk, told
from xingji.features.radar.evaluate import risks_of
from xingji.features.radar.limits import in_force, load_limits
from xingji.kernel import records
from xingji.kernel.cel import CelError, check
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.over_time import over_time_env
from xingji.kernel.records.visibility import path_fields, visible_fields

MOST = 2_000
YEAR = timedelta(days=365)
OPEN = "select * from risk where object = $1 and cleared_at is null and ($2::text is null or rule = $2) order by (level = 'red') desc, raised_at, id limit 20000"


async def list_risks(uow: UnitOfWork, rule: str | None = None, *, silenced: bool = False) -> dict[str, Any]:
    """{rows, by_rule, counts: {red, yellow, silenced, records}, people, rules, capped} of the records the reader sees, reds first, then the oldest."""
    known = {risk.key: risk for risk in await _readable(uow)}
    objects = [row["object"] for row in await uow.fetch("select distinct object from risk where cleared_at is null order by 1")]
    rows: list[dict[str, Any]] = []
    people: dict[str, str] = {}
    capped = False
    for object_key in objects:
        found = await uow.fetch(OPEN, object_key, rule)
        seen = await _seen(uow, object_key, [row["record"] for row in found], people)
        shown = [row for row in found if row["record"] in seen and row["rule"] in known]
        capped = capped or len(found) == 20_000
        rows += [_row(row, known[row["rule"]], seen[row["record"]], uow) for row in shown]
    hushed = [row for row in rows if row["silenced"]]
    loud = [row for row in rows if not row["silenced"]]
    counts = {level: sum(row["level"] == level for row in loud) for level in ("red", "yellow")}
    by_rule: dict[str, int] = {}
    for row in loud:
        by_rule[row["rule"]] = by_rule.get(row["rule"], 0) + 1
    kept = hushed if silenced else loud
    return {
        "rows": kept[:MOST], "counts": {**counts, "silenced": len(hushed), "records": len({row["record"] for row in loud})},
        "by_rule": [{"rule": key, "name": dict(known[key].name), "count": n} for key, n in sorted(by_rule.items(), key=lambda one: (-one[1], one[0]))],
        "people": people, "capped": capped or len(kept) > MOST, "rules": len(known),
    }  # fmt: skip


async def risks_of_record(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, Any]:
    """{open, past, people} of a record the reader sees. Raises: `records.not_found`."""
    people: dict[str, str] = {}
    await records.get_record(uow, object_key, record, ["id"])
    seen = await _seen(uow, object_key, [record], people)
    known = {risk.key: risk for risk in await _readable(uow)}
    found = await uow.fetch("select * from risk where record = $1 order by (cleared_at is null) desc, (level = 'red') desc, raised_at desc limit 100", record)
    rows = [_row(row, known[row["rule"]], seen.get(record, {}), uow) for row in found if row["rule"] in known]
    return {"open": [row for row in rows if row["cleared_at"] is None], "past": [row for row in rows if row["cleared_at"] is not None], "people": people}


async def accuracy(uow: UnitOfWork) -> dict[str, Any]:
    """Per rule, over records closed in the last year that the reader sees: how those it was raised on ended, and the others.

    {rules: [{rule, name, level, object, limits, open, raised, lost, lost_share, lost_share_others, slipped_share, …, n, n_others}]}.
    """
    learned = await load_limits(uow)
    answers = []
    readable = await _readable(uow)
    for object_key in sorted({risk.object for risk in readable}):
        risks = [risk for risk in readable if risk.object == object_key]
        closed = await _closed(uow, object_key)
        ids = [UUID(row["id"]) for row in closed]
        first: dict[str, dict[UUID, Any]] = {}
        for row in await uow.fetch("select rule, record, min(raised_at) as at from risk where record = any($1::uuid[]) group by 1, 2", ids):
            first.setdefault(row["rule"], {})[row["record"]] = row["at"]
        slipped = {
            row["record"]: row["at"] for row in await uow.fetch(
                """select record, max(occurred_at) as at from event where record = any($1::uuid[]) and type = $2::text || '.updated'
                     and data -> 'changes' -> 'expected_close_at' ->> 0 < data -> 'changes' -> 'expected_close_at' ->> 1 group by 1""", ids, object_key)
        }  # fmt: skip
        open_now = {row["rule"]: row["n"] for row in await _open_counts(uow, object_key)}
        for risk in risks:
            answers.append({**_ends(closed, first.get(risk.key, {}), slipped), **_described(risk, learned), "open": open_now.get(risk.key, 0)})
    return {"rules": answers}


async def _readable(uow: UnitOfWork) -> list[Risk]:
    """The risks of whose fields the reader may see every one: a sentence tells of what it was raised for."""
    schema = await records.load_schema(uow)
    return [
        risk for object_key, risks in (await risks_of(uow)).items() if object_key in schema.objects
        for risk in risks if all(visible_fields(schema, uow.actor, other).get(key) in ("read", "write") for other, key in _reads(schema, risk))
    ]  # fmt: skip


def _reads(schema: records.Schema, risk: Risk) -> set[tuple[str, str]]:
    """(object, field) pairs a risk is made of, along relations too; every field of its object when it cannot be read any more."""
    env = over_time_env(schema, risk.object, risk.limit_var())

    def read() -> set[tuple[str, str]]:
        try:
            paths = {path for source in (risk.condition, *risk.facts.values()) for path in check(source, env).references}
        except CelError:
            return {(risk.object, key) for key in schema.object(risk.object).fields}
        return {pair for path in paths for pair in path_fields(schema, risk.object, path)}

    return schema.memo(("radar.reads", risk.key, risk.version), read)


async def _open_counts(uow: UnitOfWork, object_key: str) -> Sequence[Any]:
    found = await uow.fetch("select rule, record from risk where object = $1 and cleared_at is null", object_key)
    seen = await _seen(uow, object_key, [row["record"] for row in found], {})
    counts: dict[str, int] = {}
    for row in found:
        if row["record"] in seen:
            counts[row["rule"]] = counts.get(row["rule"], 0) + 1
    return [{"rule": rule, "n": n} for rule, n in counts.items()]


def _ends(closed: Sequence[Mapping[str, Any]], first: Mapping[UUID, Any], slipped: Mapping[UUID, Any]) -> dict[str, Any]:
    raised = [row for row in closed if UUID(row["id"]) in first]
    others = [row for row in closed if UUID(row["id"]) not in first]

    def lost(row: Mapping[str, Any]) -> bool:
        return row[STATUS] == LOST

    def moved(row: Mapping[str, Any]) -> bool:
        at = slipped.get(UUID(row["id"]))
        return at is not None and at > first.get(UUID(row["id"]), at - YEAR)

    return {
        "n": len(raised), "n_others": len(others), "lost": sum(map(lost, raised)), "lost_share": share(raised, lost), "lost_share_others": share(others, lost),
        "slipped_share": share(raised, moved), "slipped_share_others": share(others, moved), "right": sum(lost(row) or moved(row) for row in raised),
    }  # fmt: skip


def _described(risk: Risk, learned: Any) -> dict[str, Any]:
    limits = []
    for limit in risk.limits:
        groups = learned.get((risk.key, limit.key), {}) if limit.learn else {}
        limits.append({
            "key": limit.key, "name": dict(limit.name), "unit": limit.unit, "default": limit.default, "fixed": limit.fixed, "least": limit.least,
            "in_force": in_force(risk, limit, learned), "learned": [{"group": group, "value": value, "n": n} for group, (value, n) in sorted(groups.items())],
        })  # fmt: skip
    return {"rule": risk.key, "name": dict(risk.name), "level": risk.level, "object": risk.object, "limits": limits}


async def _closed(uow: UnitOfWork, object_key: str) -> list[dict[str, Any]]:
    schema = await records.load_schema(uow)
    if STATUS not in schema.object(object_key).fields:
        return []
    try:
        page = await records.query(uow, records.Query(object_key, ["id", STATUS], filter=f'{STATUS} in ["{WON}", "{LOST}"]', sort=["-updated_at"], limit=5_000))
    except XingjiError:
        return []
    return page.rows


async def _seen(uow: UnitOfWork, object_key: str, ids: Sequence[UUID], people: dict[str, str]) -> dict[UUID, dict[str, Any]]:
    """Title, owner and what the reader may do of those records the reader sees."""
    schema = await records.load_schema(uow)
    if not ids or (uow.actor.policy is not None and uow.actor.policy.rows(object_key, "read").nothing):
        return {}
    title, found = schema.object(object_key).title, {}
    fields = [key for key in (title, "owner") if key in visible_fields(schema, uow.actor, object_key)]
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), 5_000):
        part = wanted[start : start + 5_000]
        try:
            page = await records.query(uow, records.Query(object_key, fields, ids=part, limit=len(part), names=True))
        except XingjiError:
            return {}
        people |= page.people
        found |= {UUID(row["id"]): {"title": row.get(title), "owner": row.get("owner"), "can": bool((row.get("can") or {}).get("update"))} for row in page.rows}
    return found


def _row(row: Any, risk: Risk, seen: Mapping[str, Any], uow: UnitOfWork) -> dict[str, Any]:
    silenced = row["silenced_until"] is not None and row["silenced_until"] > uow.now
    return {
        "id": str(row["id"]), "rule": row["rule"], "name": dict(risk.name), "level": row["level"],
        "object": row["object"], "record": str(row["record"]), "title": seen.get("title"), "owner": seen.get("owner"), "stage": row["stage"],
        "sentence": told(risk.sentence, row["facts"]), "advice": dict(risk.advice), "who": risk.who,
        "facts": row["facts"], "raised_at": row["raised_at"].isoformat(), "cleared_at": row["cleared_at"].isoformat() if row["cleared_at"] else None,
        "cleared_why": row["cleared_why"], "silenced": silenced, "silenced_until": row["silenced_until"].isoformat() if silenced else None,
        "silenced_reason": row["silenced_reason"] if silenced else None, "silenced_by": str(row["silenced_by"]) if silenced and row["silenced_by"] else None,
        "can": {"silence": bool(seen.get("can")) and row["cleared_at"] is None},
    }  # fmt: skip
