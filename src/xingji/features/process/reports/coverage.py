"""How much of the standard is done, month by month, and whether it runs ahead of winning; and which entries led anywhere.

A case counts for the month it became due in, and for the person who owns the record. The lead over results is a lagged
correlation with its interval, an association; nothing is said of fewer than eight months.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from xingji.features.process.reports.correlation import LEAST_MONTHS, lagged
from xingji.features.process.reports.coverage_kind import Coverage, StandardAction, read_coverage
from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.metrics import measure

MONTHS = 18
MOST = 20_000
WEEKS = 12
ENTRY_METRICS = ("entries", "entry_effective", "field_values", "field_spared")

CASES = f"""select e.record, e.occurred_at as at, exists (select from event f where f.record = e.record and f.type = any ($3::text[]) and f.occurred_at >= e.occurred_at
    and f.occurred_at <= e.occurred_at + $4 * interval '1 hour' and f.id <> e.id
    and {standing("f")}) as done
  from event e where {standing("e")} and e.type = any ($1::text[]) and e.object = $2 and e.occurred_at >= $5 and e.occurred_at < $6::timestamptz - $4 * interval '1 hour' order by e.occurred_at desc limit $7"""


async def read_coverages(uow: UnitOfWork) -> dict[str, Any]:
    """{rows: every published coverage measured, entries}."""
    published = await load_published(uow)
    found = [await measure_coverage(uow, coverage) for coverage in published.compiled("coverage", read_coverage).values()]
    return {"rows": found, "entries": await effective_entries(uow)}


async def measure_coverage(uow: UnitOfWork, coverage: Coverage) -> dict[str, Any]:
    """{key, name, target, months: [{month, due, done, people, covered, coverage, result, result_n}], actions, lead, falling, least_months}."""
    first = _months_back(uow, MONTHS - 1)
    cases: list[tuple[str, str | None, str, bool]] = []
    actions = []
    for action in coverage.actions:
        some = await _cases(uow, action, first)
        cases += [(month, owner, action.key, done) for month, owner, done in some]
        kept = sum(done for _, _, done in some)
        actions.append({"key": action.key, "name": dict(action.name), "hours": action.hours, "due": len(some), "done": kept, "share": kept / len(some) if some else None})
    results = await _results(uow, coverage, first)
    months = [_month(coverage, name, [case for case in cases if case[0] == name], results.get(name)) for name in _names(uow)]
    whole = [month for month in months[:-1] if month["people"]]  # the running month is not over
    shares = [month["coverage"] for month in months[:-1]]
    return {
        "key": coverage.key, "name": dict(coverage.name), "target": coverage.target, "rep_from": coverage.rep_from, "months": [month for month in months if month["due"] or month["result_n"]],
        "actions": actions, "lead": lagged(shares, [month["result"] for month in months[:-1]]), "least_months": LEAST_MONTHS,
        "falling": len(whole) >= 3 and whole[-1]["coverage"] < whole[-2]["coverage"] < whole[-3]["coverage"],
    }  # fmt: skip


async def _cases(uow: UnitOfWork, action: StandardAction, first: datetime) -> list[tuple[str, str | None, bool]]:
    """(month, owner, done) of the cases on records the reader sees."""
    rows = await uow.fetch(CASES, list(action.after), action.object, list(action.done), action.hours, first, uow.now, MOST)
    owners = await _owners(uow, action.object, [row["record"] for row in rows])
    return [(_name(uow, row["at"]), owners[row["record"]], row["done"]) for row in rows if row["record"] in owners]


async def _owners(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> dict[UUID, str | None]:
    try:
        rows = await records.get_records(uow, object_key, list(dict.fromkeys(ids)), ["owner"])
    except XingjiError:
        return {}
    return {UUID(row["id"]): row.get("owner") for row in rows}


async def _results(uow: UnitOfWork, coverage: Coverage, first: datetime) -> dict[str, tuple[float, int]]:
    """By month: the share won of the records that ended in it, and how many."""
    counts: dict[str, list[int]] = {}
    for status, at in (("won", "won_at"), ("lost", "lost_at")):
        wanted = records.Query(coverage.result, [at], f'status == "{status}" && {at} != null && {at} >= timestamp("{first.isoformat()}")', sort=["-created_at"], limit=5_000)
        try:
            page = await records.query(uow, wanted)
        except XingjiError:
            return {}
        for row in page.rows:
            pair = counts.setdefault(_name(uow, datetime.fromisoformat(row[at])), [0, 0])
            pair[0] += status == "won"
            pair[1] += 1
    return {month: (won / n, n) for month, (won, n) in counts.items()}


def _month(coverage: Coverage, name: str, cases: Sequence[tuple[str, str | None, str, bool]], result: tuple[float, int] | None) -> dict[str, Any]:
    people: dict[str | None, list[bool]] = {}
    for _, owner, _, done in cases:
        people.setdefault(owner, []).append(done)
    covered = sum(sum(done) / len(done) >= coverage.rep_from for done in people.values())
    return {
        "month": name, "due": len(cases), "done": sum(done for *_, done in cases), "people": len(people), "covered": covered,
        "coverage": covered / len(people) if people else None, "result": result[0] if result else None, "result_n": result[1] if result else 0,
    }  # fmt: skip


async def effective_entries(uow: UnitOfWork, days: int = 30) -> dict[str, Any] | None:
    """What people entered by hand, the share that set a next step going, and the values nobody had to type: in all, per person, per week.

    By the metrics in force and within the reader's reach; None where they are not published.
    """
    published = (await load_published(uow)).of_kind("metric")
    if any(key not in published for key in ENTRY_METRICS):
        return None
    since = uow.now - timedelta(days=days)
    (whole,) = await measure(uow, ENTRY_METRICS, since, uow.now)
    people = [row for row in await measure(uow, ENTRY_METRICS, since, uow.now, ["owner"]) if row["owner"]]
    names = {str(row["id"]): row["name"] for row in await uow.fetch("select id, name from person where id = any ($1::uuid[])", [UUID(row["owner"]) for row in people])}
    told = [{"person": row["owner"], "name": names.get(row["owner"]), **_entries(row)} for row in people]
    weeks = await measure(uow, ENTRY_METRICS, uow.now - timedelta(weeks=WEEKS), uow.now, ["week"])
    return {
        **_entries(whole), "days": days, "people": sorted(told, key=lambda one: (one["share"] if one["share"] is not None else 2, -one["n"])),
        "weeks": [{"week": row["week"], **_entries(row)} for row in weeks],
    }  # fmt: skip


def _entries(row: Mapping[str, Any]) -> dict[str, Any]:
    n, share, values, spared = (row.get(key) for key in ENTRY_METRICS)
    return {
        "n": n or 0, "effective": round((n or 0) * (share or 0)), "share": share,
        "values": values or 0, "spared": round((values or 0) * (spared or 0)), "spared_share": spared,
    }  # fmt: skip


# ── months ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _name(uow: UnitOfWork, at: datetime) -> str:
    return at.astimezone(uow.workspace.zone).strftime("%Y-%m")


def _months_back(uow: UnitOfWork, count: int) -> datetime:
    today = uow.now.astimezone(uow.workspace.zone).date()
    place = today.year * 12 + today.month - 1 - count
    return datetime.combine(date(place // 12, place % 12 + 1, 1), time(), tzinfo=uow.workspace.zone)


def _names(uow: UnitOfWork) -> list[str]:
    """The months looked at, oldest first, the running one last."""
    return [_months_back(uow, count).strftime("%Y-%m") for count in range(MONTHS - 1, -1, -1)]


__all__ = ["effective_entries", "measure_coverage", "read_coverages"]
