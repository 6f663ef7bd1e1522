"""Process health of running records: completeness, timeliness, collaboration gaps. Owns the table `process_health`.

score = w₁·completeness + w₂·timeliness + w₃·(1 − gaps/confirmations due); completeness = done/should over the required
actions of the stages left behind and those of the present stage whose time limit has passed; timeliness = 1 within the
stage's limit, then limit/taken in working minutes. Weights (0.6, 0.25, 0.15) and bands (green above 0.9, red below 0.7)
are defaults a playbook's `health` may change. One statement per playbook version, however many records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from xingji.features.process.document import Playbook
from xingji.features.process.health_sql import Compiled, compile_health
from xingji.features.process.sight import Pinned, playbook_versions, playbooks_of
from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events

WEIGHTS = {"completeness": 0.6, "timeliness": 0.25, "collaboration": 0.15}
BANDS = {"green": 0.9, "red": 0.7}
NAMED_MISSING = 3

STORE = """insert into process_health as h (record, object, playbook, version, stage, owner, due, done, gaps, stage_minutes,
    limit_minutes, completeness, timeliness, score, band, missing, at)
  select record, object, playbook, version, stage, owner, due, done, gaps, taken, wanted, complete, timely, score, band,
    missing -> 'v', $17::timestamptz from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::uuid[], $7::int[], $8::int[],
    $9::int[], $10::float8[], $11::float8[], $12::float8[], $13::float8[], $14::float8[], $15::text[], $16::jsonb[])
      as n(record, object, playbook, version, stage, owner, due, done, gaps, taken, wanted, complete, timely, score, band, missing)
  on conflict (record) do update set (object, playbook, version, stage, owner, due, done, gaps, stage_minutes, limit_minutes,
    completeness, timeliness, score, band, missing, at) = (excluded.object, excluded.playbook, excluded.version, excluded.stage,
    excluded.owner, excluded.due, excluded.done, excluded.gaps, excluded.stage_minutes, excluded.limit_minutes,
    excluded.completeness, excluded.timeliness, excluded.score, excluded.band, excluded.missing, excluded.at)"""


@dataclass(frozen=True, slots=True)
class Health:
    """The health of one record."""

    due: int
    done: int
    gaps: int
    confirmations: int
    completeness: float
    timeliness: float
    score: float
    band: str
    missing: tuple[Mapping[str, Any], ...]


def weigh(book: Playbook, stage_index: int, done: Sequence[bool | None], late: Sequence[bool], minutes: float | None, limit: float | None) -> Health:
    """Health from what is done: for each action of the playbook in order, done (None: does not concern the record) and
    whether its own limit has passed. Pure."""
    due = kept = gaps = confirmations = 0
    missing: list[Mapping[str, Any]] = []
    order = {stage.key: n for n, stage in enumerate(book.stages)}
    for action, is_done, is_late in zip(book.actions, done, late, strict=True):
        at = order[action.stage]
        if is_done is None or not action.required or at > stage_index or (at == stage_index and not is_late):
            continue
        due += 1
        kept += is_done
        if action.confirm:
            confirmations += 1
            gaps += not is_done
        if not is_done:
            missing.append({"stage": action.stage, "action": action.key, "who": action.confirm.role if action.confirm else action.by})
    completeness = kept / due if due else 1.0
    timeliness = 1.0 if not limit or not minutes or minutes <= limit else limit / minutes
    together = 1.0 - gaps / confirmations if confirmations else 1.0
    weights = {**WEIGHTS, **(book.health.get("weights") or {})}
    total = sum(weights.values()) or 1.0
    score = (weights["completeness"] * completeness + weights["timeliness"] * timeliness + weights["collaboration"] * together) / total
    bands = {**BANDS, **(book.health.get("bands") or {})}
    band = "green" if score > bands["green"] else "red" if score < bands["red"] else "yellow"
    return Health(due, kept, gaps, confirmations, completeness, timeliness, score, band, tuple(missing[:NAMED_MISSING]))


async def refresh_health(uow: UnitOfWork, object_key: str, ids: Sequence[UUID] | None = None) -> int:
    """Computes the health of the open records among these (all open ones without ids), keeps it; how many.

    Emits: `process.health_changed` for records whose band changed. Closed records lose their row.
    """
    books = await _in_use(uow, object_key, ids)
    if not books:
        return 0
    schema = await records.load_schema(uow)
    seen: set[UUID] = set()
    for book in books.values():
        compiled = schema.memo(("process.health", book.object, book.key, book.version), lambda book=book: compile_health(schema, book))
        rows = await uow.fetch(f"{uow.mark()}{compiled.sql}", *compiled.bound(uow.now, ids))
        await _store(uow, book, compiled, rows)
        seen |= {row["id"] for row in rows}
    await uow.execute(
        "delete from process_health where object = $1 and not record = any ($2::uuid[]) and ($3::uuid[] is null or record = any ($3))",
        object_key, list(seen), list(ids) if ids is not None else None,
    )  # fmt: skip
    return len(seen)


async def _in_use(uow: UnitOfWork, object_key: str, ids: Sequence[UUID] | None) -> dict[Pinned, Playbook]:
    """The playbook versions that records of the object follow."""
    if not await playbooks_of(uow, object_key):
        return {}
    query = records.Query(object_key, group=["playbook", "playbook_version"], filter="playbook != null", ids=ids)
    pins = [(row["playbook"], int(row["playbook_version"])) for row in await records.aggregate(records.on_behalf(uow), query) if row["playbook_version"] is not None]
    return await playbook_versions(uow, pins)


async def _store(uow: UnitOfWork, book: Playbook, compiled: Compiled, rows: Sequence[Any]) -> None:
    if not rows:
        return
    limits = [stage.limit_hours * 60 if stage.limit_hours else None for stage in book.stages]
    before = {row["record"]: row["band"] for row in await uow.fetch("select record, band from process_health where record = any($1::uuid[])", [row["id"] for row in rows])}
    columns: list[list[Any]] = [[] for _ in range(16)]
    changed: list[NewEvent] = []
    for row in rows:
        at = max(book.index(row["stage"]), 0)
        minutes = row["minutes"]
        late = [limit is not None and minutes is not None and minutes > limit for limit in compiled.limits]
        one = weigh(book, at, row["done"], late, minutes, limits[at])
        values = (row["id"], book.object, book.key, book.version, row["stage"], row["owner"], one.due, one.done, one.gaps, minutes,
                  limits[at], one.completeness, one.timeliness, one.score, one.band, {"v": list(one.missing)})  # fmt: skip
        for column, value in zip(columns, values, strict=True):
            column.append(value)
        if before.get(row["id"], "green") != one.band:
            data = {"from": before.get(row["id"]), "to": one.band, "score": round(one.score, 4), "missing": list(one.missing)}
            changed.append(NewEvent("process.health_changed", book.object, row["id"], data, brand=row["brand"]))
    await uow.execute(STORE, *columns, uow.now)
    await append_events(uow, changed)
