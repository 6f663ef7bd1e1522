"""Rules over the log: batch by batch, each lane's place and every effect in one transaction. Owns the consumer "rules".

A crash in between leaves nothing: the batch is read again and its effects happen once.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db.database import Database, UnitOfWork
from xingji.kernel.events.append import FIRES
from xingji.kernel.events.pace import pace_of
from xingji.kernel.events.reader import (
    LANES,
    Lane,
    advance_lanes,
    claim_lanes,
    ensure_cursors,
    lane_arguments,
    read_heads,
)
from xingji.kernel.rules.act import act
from xingji.kernel.rules.actions import Hit
from xingji.kernel.rules.compile import RuleSet, Stage, compile_stage, load_rules, problem_of
from xingji.kernel.rules.document import Rule
from xingji.kernel.rules.environment import bound_values
from xingji.kernel.rules.rerun import must_rerun, put_out_of_order
from xingji.kernel.rules.timers import follow_timers, ticked

CONSUMER = "rules"
BATCH = 4_000


async def run_rules_once(
    database: Database, workspace: str, *, at: datetime | None = None, lanes: int = LANES, limit: int | None = None
) -> int:
    """Lets the rules answer the next events; how many events were read. 0: nothing to read for now.

    `at` is the instant the rules take for now; None: the workspace's clock. `limit` None: as many as fit well into
    one short transaction, by what the last ones took; a long one would hold every reader of the log back.
    """
    pace = pace_of(database, workspace, CONSUMER, most=BATCH, short=0.3, long=1.0)

    async def command(uow: UnitOfWork) -> int:
        return await process_batch(uow, lanes, limit or pace.limit)

    begun = time.monotonic()
    count = await database.run(workspace, SYSTEM, command, at=at)
    pace.learn(count, time.monotonic() - begun)
    return count


async def process_batch(uow: UnitOfWork, lanes: int = LANES, limit: int = BATCH) -> int:
    """The next batch inside a unit of work; the number of its events."""
    await ensure_cursors(uow, CONSUMER)
    claimed = await claim_lanes(uow, CONSUMER, lanes)
    if not claimed:
        return 0
    heads = await read_heads(uow, claimed, limit)
    rules = await load_rules(uow)
    for key, problem in rules.broken.items():
        await put_out_of_order(uow, key, problem)
    bounds = Bounds(claimed, heads)
    present = {(row["object"], row["type"]) for row in heads if row["mode"] == "live"}
    for object_key, stages in rules.stages.items():
        types = {kind for of, kind in present if object_key is None or of == object_key}
        for stage in stages:
            if types & stage.types:
                await _answer(uow, rules, stage, bounds, sorted(types & stage.types))
    await follow_timers(uow, rules, heads)
    await advance_lanes(uow, CONSUMER, heads)
    return len(heads)


class Bounds:
    """Which events of the log a batch holds: per lane the place it begins behind and the place it ends at."""

    def __init__(self, lanes: Sequence[Lane], rows: Sequence[Any]) -> None:
        last = {row["lane"]: row for row in rows}
        held = [lane for lane in lanes if lane.lane in last]
        self.arrays = [
            *lane_arguments(held),
            [str(last[lane.lane]["xid"]) for lane in held],
            [last[lane.lane]["id"] for lane in held],
        ]


async def _answer(uow: UnitOfWork, rules: RuleSet, stage: Stage, bounds: Bounds, types: list[str]) -> None:
    """Matches a stage and has each of its rules act, in their order."""
    now = uow.now
    rows = await match(uow, rules, stage, bounds, types)
    hits: dict[int, list[Hit]] = {}
    fires: dict[UUID | None, list[str]] = {}
    for row in rows:
        fire = (row["data"] or {}).get("fire")
        if fire is not None:
            fires[row["record"]] = fire
        for place in row["hits"]:
            if ticked(stage.rules[place], fire):
                hits.setdefault(place, []).append(hit_of(stage.rules[place], row))
    uow.memo[FIRES] = fires
    for place in sorted(hits):
        await act(uow, rules, stage.rules[place], hits[place])
    uow.now = now
    uow.memo.pop(FIRES)


def hit_of(rule: Rule, row: Any) -> Hit:
    """The hit a row of a match means for a rule."""
    return Hit(
        rule.key, rule.version, row["record"] if rule.object else None, rule.object, row["id"], None, row["type"],
        row["data"], row["person"], row["at"], row["depth"], row["cause"], row["change"],
    )  # fmt: skip


async def match(
    uow: UnitOfWork, rules: RuleSet, stage: Stage, bounds: Bounds, types: list[str]
) -> list[asyncpg.Record]:
    """Rows of the events that match, each with the places of its rules.

    One statement is one fate: when it raises, every rule is tried alone, the guilty ones are quarantined with the
    database's words, and the others answer.
    """
    try:
        return await _run(uow, stage, bounds, types)
    except asyncpg.PostgresError as error:
        if await must_rerun(uow, error):
            raise
        sound = [rule for rule in stage.rules if await _is_sound(uow, rules, rule, bounds, types)]
    if not sound:
        return []
    places = {rule.key: place for place, rule in enumerate(stage.rules)}
    rest = compile_stage(rules.schema, stage.object, sound)
    rows = await _run(uow, rest, bounds, types)
    return [dict(row) | {"hits": [places[sound[hit].key] for hit in row["hits"]]} for row in rows]  # type: ignore[misc]


async def _run(uow: UnitOfWork, stage: Stage, bounds: Bounds, types: list[str]) -> list[asyncpg.Record]:
    statement = stage.statement
    values = bound_values(statement.values[statement.arguments :], uow.now)
    async with uow.connection.transaction():
        return await uow.fetch(uow.mark() + statement.sql, *_ordered(bounds), uow.now, types, *values)


def _ordered(bounds: Bounds) -> list[list[Any]]:
    lanes, xids, ids, received, to_xids, to_ids = bounds.arrays
    return [lanes, xids, ids, received, to_xids, to_ids]


async def _is_sound(uow: UnitOfWork, rules: RuleSet, rule: Rule, bounds: Bounds, types: list[str]) -> bool:
    try:
        await _run(uow, compile_stage(rules.schema, rule.object, [rule]), bounds, types)
    except asyncpg.PostgresError as error:
        if await must_rerun(uow, error):
            raise
        await put_out_of_order(uow, rule.key, problem_of(error))
        return False
    return True
