"""Runs imports in portions that each commit within a second; a crash goes on where the last portion ended.

Owns what is written of a row and in which order: the record, what hangs on it, then its notes as events.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from xingji.kernel.access import actor_for_person
from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database, Mode, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.append import FIRES
from xingji.kernel.records.changes import Change
from xingji.kernel.records.files import save_file
from xingji.kernel.records.import_children import add_last_touch, events_of, hang_children, touch_again
from xingji.kernel.records.import_files import error_workbook
from xingji.kernel.records.import_job import open_run, prepare
from xingji.kernel.records.import_people import make_people, may_make_people, new_people
from xingji.kernel.records.import_report import OUTCOMES, Outcome, kept_lines, reason_of
from xingji.kernel.records.import_rows import Job, Read, read_rows
from xingji.kernel.records.write import check_write, write

PORTION = 500
KEPT_PROBLEMS = 20_000
KEPT_TEXTS = 5_000


async def read_portion(uow: UnitOfWork, job: Job, start: int, end: int, may_make: bool) -> tuple[list[Read], list[Change]]:
    """The rows of a portion with what hangs on them, and related records to be made before."""
    rows, related = await read_rows(uow, job, start, end)
    for row in rows:
        if row.nobody and not may_make:
            column = next((c for c, targets in job.mapping.columns.items() if any(t.create and t.field == "owner" for t in targets)), "owner")
            row.refuse("records.value.not_found", column, field="owner", value=row.nobody[:80])
        add_last_touch(job, row)
    await hang_children(uow, job, rows)
    return rows, related


async def find_problems(uow: UnitOfWork, job: Job, rows: Sequence[Read], related: Sequence[Change] = ()) -> None:
    """Puts what the write path would refuse to the rows it concerns; `related` would be made before them."""
    for _ in range(3):
        changes: list[Change] = list(related)
        owners: list[Read | None] = [None] * len(changes)
        for row in rows:
            mine = changes_of(row)
            changes += mine
            owners += [row] * len(mine)
        if len(changes) == len(related):
            return
        for problem in await check_write(uow, changes, owned=True):
            _, number, *rest = problem.path.split(".")
            concerned = owners[int(number)]
            if concerned is not None:
                known = {name: value for name, value in problem.params.items() if name in ("field", "value", "when")}
                known["column"] = column_of(job, changes[int(number)].object, ".".join(rest))
                concerned.problems.append(Problem(problem.code, f"rows.{concerned.number}.{'.'.join(rest)}", known, problem.message))
                concerned.outcome = "error"
        if not promote(job, rows):
            return


def promote(job: Job, rows: Sequence[Read]) -> bool:
    """Lets the next row about the same customer make the record that a refused row cannot make."""
    job.refused |= {row.change.id for row in rows if row.outcome == "error" and row.change and row.change.op == "create" and row.change.id}
    any_promoted = False
    for row in rows:
        if row.outcome == "same" and row.same and row.same.id in job.refused:
            job.refused.discard(row.same.id)
            row.outcome, row.change = "new", Change("create", job.kind.key, row.same.id, row.values)
            row.same = row.why = None
            add_last_touch(job, row)
            any_promoted = True
    return any_promoted


def changes_of(row: Read) -> list[Change]:
    """Everything a row writes, its own record first."""
    if row.outcome not in ("new", "update", "same"):
        return []
    own = [row.change] if row.change is not None and row.outcome != "same" else []
    return [*own, *row.hanging]


def column_of(job: Job, object_key: str, field: str) -> str:
    """The column a field of an object is filled from; the field itself when none does."""
    for column, targets in job.mapping.columns.items():
        for target in targets:
            owner = job.children[target.child][0].key if target.child else job.kind.key
            if target.field == field and owner == object_key:
                return column
    return field


async def run_import(database: Database, workspace: str, run: UUID, actor: Actor = SYSTEM) -> None:
    """Runs a queued import to its end, portion by portion; after a crash it goes on where the last one committed."""
    job: Job | None = None
    actor = await _make_people(database, workspace, run, actor)
    while True:

        async def portion(uow: UnitOfWork) -> bool:
            nonlocal job
            row = await open_run(uow, run, ("queued", "running"), lock=True)
            if uow.mode is Mode.LIVE:
                uow.memo[FIRES] = {None: list(row["options"].get("fire", []))}
            if job is None:
                job = await prepare(uow, row, None)
            return await _run_portion(uow, row, job)

        async with database.work(workspace) as uow:
            row = await open_run(uow, run, ("queued", "running"))
        live = row["mode"] == "import" and row["options"].get("fire")
        try:
            if not await database.run(workspace, actor, portion, mode=Mode.LIVE if live else Mode(row["mode"])):
                return
        except XingjiError as error:
            await _fail(database, workspace, run, error)
            raise


async def _make_people(database: Database, workspace: str, run: UUID, actor: Actor) -> Actor:
    """Makes the persons a queued import names; the actor as he is afterwards, with them in reach."""

    async def command(uow: UnitOfWork) -> bool:
        row = await open_run(uow, run, ("queued", "running"), lock=True)
        if "people" in row["options"] or not may_make_people(actor):
            return False
        keys = await make_people(uow, await new_people(uow, await prepare(uow, row, None)))
        uow.change = row["change"]
        await uow.execute("update import_run set options = options || $2 where id = $1", run, {"people": keys})
        return bool(keys)

    try:
        made = await database.run(workspace, actor, command)
    except XingjiError as error:
        await _fail(database, workspace, run, error)
        raise
    if not made or actor.person is None or actor.policy is None:
        return actor
    async with database.work(workspace) as uow:
        return await actor_for_person(uow, actor.person)


async def _fail(database: Database, workspace: str, run: UUID, error: XingjiError) -> None:
    async with database.work(workspace) as uow:
        await uow.execute(
            "update import_run set status = 'failed', options = options || $2 where id = $1", run, {"error": error.code}
        )


async def _run_portion(uow: UnitOfWork, row: Any, job: Job) -> bool:
    """One portion in this unit of work; whether another is left."""
    uow.change = row["change"]
    counts = {**dict.fromkeys(OUTCOMES, 0), "done": 0, **row["counts"]} if row["status"] == "running" else {"done": 0}
    start = counts["done"]
    rows, related = await read_portion(uow, job, start, start + PORTION, False)
    if related:
        await write(uow, related)
    made, told = await _write_good(uow, job, rows)
    outcome = Outcome()
    outcome.add(job, rows)
    for name in OUTCOMES:
        counts[name] = counts.get(name, 0) + outcome.counts[name]
    counts["made"] = counts.get("made", 0) + len(related) + made
    counts["notes"] = counts.get("notes", 0) + told
    counts["done"] = min(start + PORTION, len(job.table.rows))
    counts["total"] = len(job.table.rows)
    refused = [*row["options"].get("refused", []), *([one.number, reason_of(one)] for one in outcome.refused)][:KEPT_PROBLEMS]
    finished = counts["done"] >= counts["total"]
    options = {**row["options"], "refused": refused, "kept": [*row["options"].get("kept", []), *kept_lines(job, rows)][:KEPT_TEXTS]}
    errors = None
    if finished and refused:
        options.pop("refused")
        errors = (await save_file(uow, "errors.xlsx", error_workbook(job.table, refused))).id
    await uow.execute(
        "update import_run set status = $2, counts = $3, options = $4, errors = $5 where id = $1",
        row["id"], "done" if finished else "running", counts, options, errors,
    )  # fmt: skip
    return not finished


async def _write_good(uow: UnitOfWork, job: Job, rows: Sequence[Read]) -> tuple[int, int]:
    """Stores what can be stored; how many records were made beside the rows' own, and how many notes were told.

    A portion is written as it is: only when something of it is refused, it is asked of which rows, and the others follow.
    """
    promote(job, rows)
    try:
        async with uow.connection.transaction():
            return await _store_good(uow, job, rows)
    except XingjiError:
        await find_problems(uow, job, rows)
    return await _store_good(uow, job, rows)


async def _store_good(uow: UnitOfWork, job: Job, rows: Sequence[Read]) -> tuple[int, int]:
    good = [row for row in rows if row.outcome in ("new", "update", "same")]
    if not good:
        return 0, 0
    changes = [change for row in good for change in changes_of(row)]
    changes += await touch_again(uow, job, good)
    if changes:
        result = await write(uow, changes, owned=True)
        if result.changed < len(changes):
            await _mark_unchanged(uow, good, result.events)
    told = events_of(job, good, uow.now)
    # A note of the past wakes nobody, whatever is ticked.
    await append_events(replace(uow, mode=Mode.HISTORY), told)
    return sum(change.op == "create" for row in good for change in row.hanging), len(told)


async def _mark_unchanged(uow: UnitOfWork, good: Sequence[Read], events: Sequence[int]) -> None:
    touched = {row["record"] for row in await uow.fetch("select record from event where id = any ($1)", list(events))}
    for row in good:
        ids = {change.id for change in changes_of(row)}
        if row.outcome == "update" and not ids & touched:
            row.outcome = "unchanged"


async def run_queued_imports(database: Database, workspace: str) -> int:
    """Runs what waits, each with the rights of whoever queued it; how many. A job of the worker."""
    async with database.work(workspace) as uow:
        rows = await uow.fetch(
            "select id, by from import_run where status in ('queued', 'running') order by at limit 10"
        )
        actors = {row["id"]: await actor_for_person(uow, row["by"]) if row["by"] else SYSTEM for row in rows}
    for run, actor in actors.items():
        try:
            await run_import(database, workspace, run, actor)
        except XingjiError:
            continue  # kept with its reason in the run
    return len(actors)
