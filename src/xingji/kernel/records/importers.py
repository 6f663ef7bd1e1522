"""Imports: a file becomes a preview, and a preview becomes records, in portions that each commit within a second.

Owns `import_run` and the modes of an import. Which rules a ticked import wakes is decided by the rules that read the
log: a ticked one is written live, an unticked one in import mode, a history import in history mode.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.kernel.access import actor_for_person, authorise
from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError, conflict, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database, Mode, UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records.changes import Change
from xingji.kernel.records.exporters import safe_cell
from xingji.kernel.records.files import read_file, save_file
from xingji.kernel.records.import_effects import count_effects
from xingji.kernel.records.import_mapping import ImportMapping, propose_mapping, read_mapping
from xingji.kernel.records.import_rows import Read, read_rows
from xingji.kernel.records.schema import ObjectType, Schema, load_schema
from xingji.kernel.records.tables import Table, read_table
from xingji.kernel.records.undo import undo
from xingji.kernel.records.visibility import reach, visible_fields
from xingji.kernel.records.write import check_write, write

PORTION = 500
PREVIEWED_PROBLEMS = 200
KEPT_PROBLEMS = 20_000
OUTCOMES = ("new", "update", "unchanged", "conflict", "error", "skip")
FIRES = ("rules", "sla", "messages", "dispatch")


@dataclass(slots=True)
class Outcome:
    """What became, or would become, of the rows."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    problems: list[Problem] = field(default_factory=list)
    refused: list[Read] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)


async def start_import(uow: UnitOfWork, object_key: str, name: str, content: bytes) -> dict[str, Any]:
    """Stores a file and proposes its mapping: {id, columns, rows, mapping, samples}. Raises: as `read_table`."""
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, object_key, "create")
    table = read_table(name, content)
    stored = await save_file(uow, name, content)
    run = uuid7()
    proposed = propose_mapping(kind, table.columns, visible_fields(schema, uow.actor, object_key))
    await uow.execute(
        "insert into import_run (id, object, file, mode, options, status, counts, at, by) values"
        " ($1, $2, $3, 'import', $4, 'preview', '{}', $5, $6)",
        run, object_key, stored.id, {"mapping": proposed, "fire": []}, uow.now, uow.actor.person,
    )  # fmt: skip
    return {
        "id": str(run), "object": object_key, "columns": list(table.columns), "rows": len(table.rows), "mapping": proposed,
        "samples": [dict(zip(table.columns, row, strict=True)) for row in table.rows[:5]],
    }  # fmt: skip


async def preview_import(uow: UnitOfWork, run: UUID, mapping: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What an import would do, row by row, storing nothing but the mapping: counts, problems, samples, effects."""
    row = await _open_run(uow, run, ("preview",))
    schema, kind, table, wanted = await _prepare(uow, row, mapping)
    outcome = Outcome()
    seen: dict[tuple[Any, ...], int] = {}
    for start in range(0, len(table.rows), PORTION * 4):
        end = start + PORTION * 4
        rows, related = await read_rows(uow, schema, kind, table, wanted, start, end, seen)
        await _find_problems(uow, rows, related)
        _add(outcome, rows)
    effects = count_effects(await load_published(uow), kind.key, outcome.counts)
    options = {**row["options"], "mapping": mapping or row["options"]["mapping"]}
    await uow.execute("update import_run set options = $2, counts = $3 where id = $1", run, options, outcome.counts)
    return {
        "id": str(run), "counts": outcome.counts, "effects": effects, "samples": outcome.samples,
        "problems": [problem.as_dict() for problem in outcome.problems[:PREVIEWED_PROBLEMS]],
        "problem_count": len(outcome.problems),
    }  # fmt: skip


async def queue_import(uow: UnitOfWork, run: UUID, *, mode: str = "import", fire: Sequence[str] = ()) -> dict[str, Any]:
    """Hands a previewed import to the worker. Raises: `import.bad_option`, `access.denied`."""
    row = await _open_run(uow, run, ("preview",))
    if mode not in ("import", "history") or not set(fire) <= set(FIRES) or (fire and mode == "history"):
        raise invalid("import.bad_option", mode=str(mode)[:20], fire=list(fire))
    await uow.execute(
        "update import_run set status = 'queued', mode = $2, options = $3, change = $4 where id = $1",
        run, mode, {**row["options"], "fire": list(fire)}, uuid7(),
    )  # fmt: skip
    return {"id": str(run), "status": "queued"}


async def run_import(database: Database, workspace: str, run: UUID, actor: Actor = SYSTEM) -> dict[str, Any]:
    """Runs a queued import to its end, portion by portion; after a crash it goes on where the last one committed."""
    seen: dict[tuple[Any, ...], int] = {}
    prepared: Any = None
    while True:

        async def portion(uow: UnitOfWork) -> bool:
            nonlocal prepared
            row = await _open_run(uow, run, ("queued", "running"), lock=True)
            if prepared is None:
                prepared = await _prepare(uow, row, None)
            return await _run_portion(uow, row, prepared, seen)

        row = await _run_row(database, workspace, run)
        live = row["mode"] == "import" and row["options"].get("fire")
        try:
            if not await database.run(workspace, actor, portion, mode=Mode.LIVE if live else Mode(row["mode"])):
                break
        except XingjiError as error:
            await _fail(database, workspace, run, error)
            raise
    return await database.run(workspace, SYSTEM, lambda uow: describe_import(uow, run))


async def _run_row(database: Database, workspace: str, run: UUID) -> Any:
    async with database.work(workspace) as uow:
        return await _open_run(uow, run, ("queued", "running"))


async def _fail(database: Database, workspace: str, run: UUID, error: XingjiError) -> None:
    async with database.work(workspace) as uow:
        await uow.execute(
            "update import_run set status = 'failed', options = options || $2 where id = $1", run, {"error": error.code}
        )


async def _run_portion(uow: UnitOfWork, row: Any, prepared: Any, seen: dict[tuple[Any, ...], int]) -> bool:
    """One portion in this unit of work; whether another is left."""
    schema, kind, table, mapping = prepared
    uow.change = row["change"]
    counts = {**dict.fromkeys(OUTCOMES, 0), "done": 0, **row["counts"]} if row["status"] == "running" else {"done": 0}
    start = counts["done"]
    rows, related = await read_rows(uow, schema, kind, table, mapping, start, start + PORTION, seen)
    if related:
        await write(uow, related)
    outcome = Outcome()
    await _write_good(uow, rows)
    _add(outcome, rows)
    for name in OUTCOMES:
        counts[name] = counts.get(name, 0) + outcome.counts[name]
    counts["made"] = counts.get("made", 0) + len(related)
    counts["done"] = min(start + PORTION, len(table.rows))
    refused = [*row["options"].get("refused", []), *(_refused_line(one) for one in outcome.refused)][:KEPT_PROBLEMS]
    finished = counts["done"] >= len(table.rows)
    options = {**row["options"], "refused": refused}
    errors = None
    if finished and refused:
        options.pop("refused")
        errors = (await save_file(uow, "errors.csv", _error_file(table, refused))).id
    await uow.execute(
        "update import_run set status = $2, counts = $3, options = $4, errors = $5 where id = $1",
        row["id"], "done" if finished else "running", counts, options, errors,
    )  # fmt: skip
    return not finished


async def _write_good(uow: UnitOfWork, rows: Sequence[Read]) -> None:
    await _find_problems(uow, rows)
    good = [row for row in rows if row.change is not None and row.outcome in ("new", "update")]
    if not good:
        return
    result = await write(uow, [row.change for row in good if row.change is not None])
    if result.changed < len(good):
        touched = {
            row["record"] for row in await uow.fetch("select record from event where id = any ($1)", result.events)
        }
        for row, id in zip(good, result.ids, strict=True):
            if row.outcome == "update" and id not in touched:
                row.outcome = "unchanged"


async def _find_problems(uow: UnitOfWork, rows: Sequence[Read], related: Sequence[Change] = ()) -> None:
    """Puts what the write path would refuse to the rows it concerns; `related` would be made before them."""
    asked = [row for row in rows if row.change is not None and row.outcome in ("new", "update")]
    if not asked:
        return
    for problem in await check_write(uow, [*related, *(row.change for row in asked if row.change is not None)]):
        _, number, *rest = problem.path.split(".")
        if int(number) < len(related):
            continue
        row = asked[int(number) - len(related)]
        known = {name: value for name, value in problem.params.items() if name in ("field", "value", "when")}
        row.refuse(problem.code, ".".join(rest), **known)


def _add(outcome: Outcome, rows: Sequence[Read]) -> None:
    for row in rows:
        outcome.counts[row.outcome] += 1
        outcome.problems += row.problems
        if row.outcome in ("error", "conflict"):
            outcome.refused.append(row)
        elif len(outcome.samples) < 10:
            outcome.samples.append({"row": row.number, "outcome": row.outcome, "values": row.values})


def _refused_line(row: Read) -> list[Any]:
    return [row.number, "; ".join(f"{p.path.split('.', 2)[-1]}: {p.code}" for p in row.problems)]


def _error_file(table: Table, refused: Sequence[Sequence[Any]]) -> bytes:
    """The refused rows as they came, with the reason; made to be mended and imported again."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*map(safe_cell, table.columns), "problem"])
    for number, reason in refused:
        writer.writerow([*map(safe_cell, table.rows[number - 2]), reason])
    return out.getvalue().encode("utf-8-sig")


async def undo_import(database: Database, workspace: str, run: UUID, actor: Actor = SYSTEM) -> dict[str, Any]:
    """Takes a whole import back; what was changed since stays and is listed. Raises: `import.not_done`."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        row = await _open_run(uow, run, ("done",), lock=True)
        result = await undo(uow, row["change"])
        await uow.execute("update import_run set status = 'undone' where id = $1", run)
        return {"change": str(result.change), "restored": len(result.restored), "cannot": result.cannot[:1000]}

    return await database.run(workspace, actor, command)


async def describe_import(uow: UnitOfWork, run: UUID) -> dict[str, Any]:
    """Where an import stands. Raises: `import.not_found`."""
    row = await _open_run(uow, run, None)
    return {
        "id": str(run), "object": row["object"], "status": row["status"], "mode": row["mode"], "counts": row["counts"],
        "errors": row["errors"] and str(row["errors"]), "change": row["change"] and str(row["change"]),
        "error": row["options"].get("error"),
    }  # fmt: skip


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


async def _open_run(uow: UnitOfWork, run: UUID, statuses: Sequence[str] | None, *, lock: bool = False) -> Any:
    row = await uow.fetchrow(f"select * from import_run where id = $1{' for update' if lock else ''}", run)
    mine = row is not None and (uow.actor.policy is None or row["by"] == uow.actor.person)
    if row is None or not mine:
        raise not_found("import.not_found", id=str(run))
    if statuses is not None and row["status"] not in statuses:
        raise conflict("import.not_ready", status=row["status"], expected=list(statuses))
    return row


async def _prepare(
    uow: UnitOfWork, row: Any, mapping: Mapping[str, Any] | None
) -> tuple[Schema, ObjectType, Table, ImportMapping]:
    schema = await load_schema(uow)
    kind = schema.object(row["object"])
    authorise(uow.actor, "create", kind.key)
    stored, content = await read_file(uow, row["file"])
    table = read_table(stored.name, content)
    wanted, problems = read_mapping(mapping or row["options"]["mapping"], kind, table.columns)
    if problems:
        raise XingjiError("import.bad_mapping", ErrorKind.INVALID, problems=problems)
    return schema, kind, table, wanted


async def import_table(
    database: Database,
    workspace: str,
    object_key: str,
    name: str,
    content: bytes,
    mapping: Mapping[str, Any] | None = None,
    *,
    actor: Actor = SYSTEM,
    mode: str = "import",
    fire: Sequence[str] = (),
    preview: bool = False,
) -> dict[str, Any]:
    """A whole import in one call (command line, tests): preview, then run unless only a preview is asked."""

    async def begin(uow: UnitOfWork) -> dict[str, Any]:
        started = await start_import(uow, object_key, name, content)
        return await preview_import(uow, UUID(started["id"]), mapping or started["mapping"])

    seen = await database.run(workspace, actor, begin, mode=Mode(mode))
    if preview:
        return seen
    run = UUID(seen["id"])
    await database.run(workspace, actor, lambda uow: queue_import(uow, run, mode=mode, fire=fire))
    return {**await run_import(database, workspace, run, actor), "problems": seen["problems"]}
