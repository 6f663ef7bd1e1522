"""Lets a rule act on its hits: limits, values, steps one after another, and a trace of each. Commits nothing.

A step that fails for one hit fails for that hit alone. A rule whose SQL raises for every hit is put out of order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg

from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db.arrays import array_text
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events.append import CAUSES, encode_data
from xingji.kernel.records.import_effects import tick_of
from xingji.kernel.rules.actions import ACTIONS, Action, Done, Hit, Step
from xingji.kernel.rules.compile import Compiled, RuleSet, checked_facts, checked_values, compile_values
from xingji.kernel.rules.document import Rule
from xingji.kernel.rules.environment import bound_values
from xingji.kernel.rules.limits import admit, once_key
from xingji.kernel.rules.rerun import must_rerun, put_out_of_order
from xingji.kernel.rules.trace import Run, record_runs, stopped_runs


async def act(uow: UnitOfWork, rules: RuleSet, rule: Rule, hits: Sequence[Hit]) -> int:
    """Has a rule act on what it matched; on how many hits it did."""
    facts = await evaluate(uow, rules, rule, "facts", hits)
    zone = uow.workspace.zone
    keys = [
        once_key(rule, hit.record, hit.at.astimezone(zone).date().isoformat(), values.get("once"))
        for hit, values in zip(hits, facts, strict=True)
    ]
    for hit, values in zip(hits, facts, strict=True):
        hit.brand = values.get("brand")
    facts_of = dict(zip(map(id, hits), facts, strict=True))
    admitted, stopped = await admit(uow, rule, hits, keys)
    runs = stopped_runs(rule, stopped)
    if admitted:
        change = _enter(uow, rule, admitted)
        steps = await _steps(uow, rules, rule, admitted)
        runs += [
            Run(rule, [hit], _outcome(dones), {"facts": _facts(facts_of[id(hit)]), "steps": dones}, change)
            for hit, dones in zip(admitted, steps, strict=True)
        ]
    await record_runs(uow, runs)
    return len(admitted)


def _enter(uow: UnitOfWork, rule: Rule, hits: Sequence[Hit]) -> UUID:
    """From here the unit of work speaks for the rule: its own undo group, causes per record, the next depth."""
    uow.actor = replace(SYSTEM, on_behalf=rule.key)
    uow.change = uuid7()
    uow.memo[CAUSES] = {hit.record: (hit.event, hit.depth + 1) for hit in hits if hit.record is not None}
    uow.depth = max(hit.depth for hit in hits) + 1
    uow.cause = hits[0].event if len(hits) == 1 else None
    return uow.change


async def _steps(uow: UnitOfWork, rules: RuleSet, rule: Rule, hits: Sequence[Hit]) -> list[list[dict[str, Any]]]:
    done: dict[int, list[dict[str, Any]]] = {id(hit): [] for hit in hits}
    left = list(hits)
    for place, step in enumerate(rule.steps):
        if not left:
            break
        asked = [hit for hit in left if step_ticked(step, hit)]
        answers = dict(zip(map(id, asked), await _step(uow, rules, rule, place, step, asked) if asked else [], strict=True))
        outcomes = [answers.get(id(hit)) or Done("skipped", {"code": "import.not_ticked"}) for hit in left]
        for hit, outcome in zip(left, outcomes, strict=True):
            done[id(hit)].append({"action": step["action"], "status": outcome.status, "detail": dict(outcome.detail)})
        await _judge(uow, rule, place, outcomes)
        left = [hit for hit, outcome in zip(left, outcomes, strict=True) if outcome.status != "failed"]
    return [done[id(hit)] for hit in hits]


def step_ticked(step: Step, hit: Hit) -> bool:
    """Whether an action may answer what an import made: each kind of effect has a tick of its own in the preview."""
    fire = (hit.data or {}).get("fire")
    return fire is None or tick_of(str(step.get("action")), False) in fire


async def _step(uow: UnitOfWork, rules: RuleSet, rule: Rule, place: int, step: Step, hits: Sequence[Hit]) -> list[Done]:
    """One step for all hits, its values read from what the steps before left."""
    action = ACTIONS[str(step["action"])]
    if not action.expressions(step):
        return await attempt(uow, action, step, [hit.at_step({}, hit.step) for hit in hits])
    try:
        async with uow.connection.transaction():
            values = await evaluate(uow, rules, rule, place, hits)
    except asyncpg.PostgresError as error:
        if await must_rerun(uow, error):
            raise
        return [Done("failed", failure(error)) for _ in hits]
    return await attempt(
        uow, action, step, [hit.at_step(v, place) for hit, v in zip(hits, values, strict=True)]
    )


async def attempt(uow: UnitOfWork, action: Action, step: Step, hits: Sequence[Hit]) -> list[Done]:
    """Applies a step; when it raises, halves the hits until the one that cannot be done stands alone."""
    try:
        async with uow.connection.transaction():
            return await action.apply(uow, step, hits)
    except (XingjiError, asyncpg.PostgresError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, asyncpg.PostgresError) and await must_rerun(uow, error):
            raise
        if len(hits) == 1:
            return [Done("failed", failure(error))]
    half = len(hits) // 2
    return [*await attempt(uow, action, step, hits[:half]), *await attempt(uow, action, step, hits[half:])]


def failure(error: Exception) -> dict[str, Any]:
    """A failure as details of a trace."""
    if isinstance(error, XingjiError):
        problems = [problem.as_dict() for problem in error.problems[:5]]
        return {"code": error.code, "data": error.data, "problems": problems}
    return {
        "code": "rules.error",
        "error": type(error).__name__,
        "message": str(error)[:300],
        "sql": isinstance(error, asyncpg.PostgresError),
    }


async def _judge(uow: UnitOfWork, rule: Rule, place: int, outcomes: Sequence[Done]) -> None:
    """Puts a rule out of order whose step raises in the database whatever the record."""
    if outcomes and all(done.detail.get("sql") for done in outcomes):
        detail = str(outcomes[0].detail.get("message"))
        message = {"zh": f"执行动作时数据库报错：{detail}", "en": f"The database refused the action: {detail}"}
        await put_out_of_order(
            uow, rule.key, Problem("rules.action_raises", f"do.{place}", {"detail": detail}, message)
        )


def _outcome(dones: Sequence[Mapping[str, Any]]) -> str:
    found = {done["status"] for done in dones}
    return "failed" if "failed" in found else "acted" if "done" in found or not dones else "skipped"


def _facts(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name[5:]: value for name, value in values.items() if name.startswith("fact.")}


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def evaluate(
    uow: UnitOfWork, rules: RuleSet, rule: Rule, what: int | str, hits: Sequence[Hit]
) -> list[dict[str, Any]]:
    """The values of a step's expressions (or of the "facts") for each hit; {} for a record that is gone."""

    def build() -> tuple[list[str], Compiled | None]:
        wanted = checked_facts(rules.schema, rule) if what == "facts" else checked_values(rules.schema, rule, int(what))
        return list(wanted), compile_values(rules.schema, rule.object, wanted)

    names, compiled = rules.once(("values", rule.key, what), build)
    if compiled is None or not hits:
        return [{} for _ in hits]
    rows = await run_arrays(uow, compiled, [rule.key] * len(hits), hits, [uow.now] * len(hits))
    found = {row["id"]: dict(zip(names, list(row.values())[1:], strict=True)) for row in rows}
    return [found.get(place, {}) for place in range(len(hits))]


async def run_arrays(
    uow: UnitOfWork, compiled: Compiled, keys: Sequence[str], hits: Sequence[Hit], nows: Sequence[Any]
) -> list[asyncpg.Record]:
    """Runs a statement over arrays; `keys` name the rule of each hit, `nows` its instant."""
    values = bound_values(compiled.values[compiled.arguments :], uow.now)
    instants = {now: now.isoformat() for now in dict.fromkeys(nows)}
    arrays = (
        list(range(len(hits))), array_text(keys), array_text([hit.type for hit in hits]), [hit.record for hit in hits],
        [hit.person for hit in hits], [hit.at for hit in hits], array_text([encode_data(hit.data) for hit in hits]),
        array_text([instants[now] for now in nows]),
    )  # fmt: skip
    return await uow.fetch(uow.mark() + compiled.sql, *arrays, *values)
