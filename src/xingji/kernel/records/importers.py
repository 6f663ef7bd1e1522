"""Imports: a file becomes a preview, and a preview becomes records. Owns `import_run`: what is asked, seen and decided.

Which rules a ticked import wakes is decided by the rules that read the log: a ticked one is written live and says what
was ticked, an unticked one in import mode, a history import in history mode. Running it is `import_run`'s.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database, Mode, UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records.files import save_file
from xingji.kernel.records.import_effects import count_effects
from xingji.kernel.records.import_job import columns_mark, levels_of, open_run, pack_table, prepare
from xingji.kernel.records.import_mapping import Levels, children_of, known_words, propose_mapping, words_of
from xingji.kernel.records.import_people import may_make_people, new_people, remove_people
from xingji.kernel.records.import_report import Outcome, preview_answer
from xingji.kernel.records.import_run import PORTION, find_problems, read_portion, run_import, run_queued_imports
from xingji.kernel.records.schema import ObjectType, load_schema
from xingji.kernel.records.tables import Table, read_table
from xingji.kernel.records.undo import undo
from xingji.kernel.records.visibility import reach

FIRES = ("rules", "sla", "messages", "dispatch")
MOST_EDITS = 20_000
SAMPLED = 60

__all__ = [
    "count_imports", "describe_import", "edit_import", "import_table", "list_imports", "preview_import", "queue_import", "run_import", "run_queued_imports",
    "start_import", "undo_import",
]  # fmt: skip


async def start_import(uow: UnitOfWork, object_key: str, name: str, content: bytes) -> dict[str, Any]:
    """Stores a file and proposes its mapping: {id, columns, rows, mapping, samples, sheets}. Raises: as `read_table`."""
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, object_key, "create")
    levels = levels_of(schema, uow.actor, kind)
    children = {key: pair for key, pair in children_of(schema, kind).items() if levels[key]}
    known = known_words(kind, levels, children)
    table = read_table(name, content, words_of(known))
    stored = await save_file(uow, name, content)
    kept = await save_file(uow, f"{name[:80]}.rows", pack_table(table))
    run = uuid7()
    samples = {column: _spread(table, n) for n, column in enumerate(table.columns)}
    mark = columns_mark(table.columns)
    remembered = await _remembered(uow, object_key, mark)
    proposed = remembered or propose_mapping(kind, table.columns, levels, children, samples)
    options = {"mapping": proposed, "fire": [], "table": str(kept.id), "columns": mark}
    await uow.execute(
        "insert into import_run (id, object, file, mode, options, status, counts, at, by) values"
        " ($1, $2, $3, 'import', $4, 'preview', '{}', $5, $6)",
        run, object_key, stored.id, options, uow.now, uow.actor.person,
    )  # fmt: skip
    return {
        "id": str(run), "object": object_key, "columns": list(table.columns), "rows": len(table.rows), "mapping": proposed,
        "samples": [dict(zip(table.columns, row, strict=True)) for row in table.rows[:5]],
        "cells": {column: list(dict.fromkeys(cell for cell in cells if cell.strip()))[:4] for column, cells in samples.items()},
        "sheets": list(dict.fromkeys(sheet for sheet, _ in table.places)), "left_out": list(table.left_out)[:50],
        "remembered": remembered is not None, "targets": targets_of(kind, levels, children),
    }  # fmt: skip


def targets_of(kind: ObjectType, levels: Levels, children: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a column may fill, for a picker: {target, name, of, kind}."""
    found: dict[str, dict[str, Any]] = {}
    for target in known_words(kind, levels, children).values():
        child, dot, key = target.rpartition(".")
        owner = children[child][0] if dot else kind
        spec = owner.fields.get(key)
        of = dict(owner.name) if dot else None
        found.setdefault(target, {"target": target, "name": dict(spec.name) if spec else None, "of": of, "kind": spec.kind.key if spec else target})
    return list(found.values())


def _spread(table: Table, column: int) -> list[str]:
    """Cells from all over a column: the first rows of a sheet are rarely typical."""
    step = max(1, len(table.rows) // SAMPLED)
    return [row[column] for row in table.rows[::step][:SAMPLED]]


async def _remembered(uow: UnitOfWork, object_key: str, mark: str) -> dict[str, Any] | None:
    """The mapping this person last imported the same columns with."""
    found: dict[str, Any] | None = await uow.fetchval(
        "select options -> 'mapping' from import_run where object = $1 and options ->> 'columns' = $2"
        " and by is not distinct from $3 and status in ('done', 'undone') and options ? 'confirmed' order by at desc limit 1",
        object_key, mark, uow.actor.person,
    )  # fmt: skip
    return found


async def preview_import(
    uow: UnitOfWork, run: UUID, mapping: Mapping[str, Any] | None = None, mode: str | None = None
) -> dict[str, Any]:
    """What an import would do, row by row, storing nothing but the mapping: counts, problems, samples, effects."""
    row = await open_run(uow, run, ("preview",))
    if mode not in (None, "import", "history"):
        raise invalid("import.bad_option", mode=str(mode)[:20])
    job = await prepare(uow, row, mapping)
    outcome = Outcome()
    outcome.people = await new_people(uow, job)
    outcome.may_make_people = may_make_people(uow.actor)
    for start in range(0, len(job.table.rows), PORTION * 4):
        rows, related = await read_portion(uow, job, start, start + PORTION * 4, outcome.may_make_people)
        await find_problems(uow, job, rows, related)
        outcome.add(job, rows)
    effects = count_effects(await load_published(uow), job.kind.key, outcome.counts)
    options = {**row["options"], "mapping": mapping or row["options"]["mapping"]}
    await uow.execute(
        "update import_run set options = $2, counts = $3, mode = $4 where id = $1",
        run, options, outcome.counts, mode or row["mode"],
    )  # fmt: skip
    return {"id": str(run), "effects": effects, "mapping": options["mapping"], "mode": mode or row["mode"], **preview_answer(job, outcome)}


async def edit_import(
    uow: UnitOfWork,
    run: UUID,
    cells: Mapping[str, Mapping[str, str]],
    decisions: Mapping[str, str],
) -> dict[str, Any]:
    """Keeps changed cells by row and column, and what becomes of rows (join | apart | leave | take). Raises: `import.bad_option`."""
    row = await open_run(uow, run, ("preview",), lock=True)
    options = dict(row["options"])
    edits = {number: dict(texts) for number, texts in options.get("edits", {}).items()}
    chosen = dict(options.get("decisions", {}))
    if not all(number.isdecimal() and len(number) < 10 for number in [*cells, *decisions]) or not set(decisions.values()) <= {"join", "apart", "leave", "take"}:
        raise invalid("import.bad_option", decisions=sorted(set(decisions.values()))[:5])
    for number, texts in cells.items():
        edits.setdefault(number, {}).update({column: str(text)[:10_000] for column, text in texts.items()})
    chosen.update(decisions)
    if len(edits) > MOST_EDITS or len(chosen) > MOST_EDITS:
        raise invalid("import.bad_option", most=MOST_EDITS)
    await uow.execute(
        "update import_run set options = $2 where id = $1", run, {**options, "edits": edits, "decisions": chosen}
    )
    return {"id": str(run), "edits": len(edits), "decisions": len(chosen)}


async def queue_import(uow: UnitOfWork, run: UUID, *, mode: str = "import", fire: Sequence[str] = ()) -> dict[str, Any]:
    """Hands a previewed import to the worker. Raises: `import.bad_option`, `access.denied`."""
    row = await open_run(uow, run, ("preview",))
    if mode not in ("import", "history") or not set(fire) <= set(FIRES) or (fire and mode == "history"):
        raise invalid("import.bad_option", mode=str(mode)[:20], fire=list(fire))
    await uow.execute(
        "update import_run set status = 'queued', mode = $2, options = $3, change = $4, counts = '{}' where id = $1",
        run, mode, {**row["options"], "fire": list(fire), "confirmed": True}, uuid7(),
    )  # fmt: skip
    return {"id": str(run), "status": "queued"}


async def undo_import(database: Database, workspace: str, run: UUID, actor: Actor = SYSTEM) -> dict[str, Any]:
    """Takes a whole import back; what was changed since stays and is listed. Raises: `import.not_done`."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        row = await open_run(uow, run, ("done",), lock=True)
        result = await undo(uow, row["change"])
        people = await remove_people(uow, row["options"].get("people", []))
        await uow.execute("update import_run set status = 'undone' where id = $1", run)
        return {"change": str(result.change), "restored": len(result.restored), "people": people, "cannot": result.cannot[:1000]}

    return await database.run(workspace, actor, command)


async def describe_import(uow: UnitOfWork, run: UUID) -> dict[str, Any]:
    """Where an import stands. Raises: `import.not_found`."""
    row = await open_run(uow, run, None)
    options = row["options"]
    return {
        "id": str(run), "object": row["object"], "status": row["status"], "mode": row["mode"], "counts": row["counts"],
        "errors": row["errors"] and str(row["errors"]), "change": row["change"] and str(row["change"]),
        "error": options.get("error"), "at": row["at"], "kept": options.get("kept", [])[:500], "people": options.get("people", []),
    }  # fmt: skip


async def list_imports(uow: UnitOfWork) -> list[dict[str, Any]]:
    """The actor's imports, newest first: what became of each."""
    rows = await uow.fetch(
        "select r.id, r.object, r.status, r.mode, r.counts, r.at, f.name from import_run r left join file f on f.id = r.file"
        " where ($1 or r.by = $2) order by r.at desc limit 50",
        uow.actor.policy is None, uow.actor.person,
    )  # fmt: skip
    return [{**dict(row), "id": str(row["id"])} for row in rows]


async def count_imports(uow: UnitOfWork) -> int:
    """How many imports of anybody stand: run to their end and not taken back."""
    return int(await uow.fetchval("select count(*) from import_run where status = 'done'"))


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
        return await preview_import(uow, UUID(started["id"]), mapping or started["mapping"], mode)

    seen = await database.run(workspace, actor, begin, mode=Mode(mode))
    if preview:
        return seen
    run = UUID(seen["id"])
    await database.run(workspace, actor, lambda uow: queue_import(uow, run, mode=mode, fire=fire))
    await run_import(database, workspace, run, actor)
    done = await database.run(workspace, SYSTEM, lambda uow: describe_import(uow, run))
    return {**done, "problems": seen["problems"]}
