"""Imports a file or a folder of files that belong together, by a plan: which file is what, in which order.

A plan is YAML: `files:` a list of {file, object, mapping members…} or {file, people: {name, manager, unit}}. Without
one a single file is imported by the proposal its columns give.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from xingji.kernel.access import save_people
from xingji.kernel.core.errors import invalid
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.records.import_people import slug
from xingji.kernel.records.importers import import_table
from xingji.kernel.records.tables import Table, read_table

PLAN = "import.yaml"


async def import_path(
    database: Database,
    workspace: str,
    path: Path,
    *,
    object_key: str | None = None,
    mapping: Path | None = None,
    history: bool = False,
    fire: Sequence[str] = (),
    preview: bool = False,
) -> "ImportReport":
    """What was imported, file by file, in the plan's order. Raises: `import.no_plan`, `import.no_object`."""
    mode = "history" if history else "import"
    is_folder = await asyncio.to_thread(path.is_dir)
    plan_file = mapping or (path / PLAN if is_folder else None)
    plan = await asyncio.to_thread(_read_plan, plan_file)
    report = ImportReport()
    if is_folder:
        if not isinstance(plan, Mapping) or not isinstance(plan.get("files"), list):
            raise invalid("import.no_plan", folder=path.name, expected=PLAN)
        for step in plan["files"]:
            done = await _import_step(database, workspace, path / step["file"], step, mode, fire, preview)
            report.files.append({"file": step["file"], **done})
        return report
    if object_key is None:
        raise invalid("import.no_object", file=path.name)
    content = await asyncio.to_thread(path.read_bytes)
    done = await import_table(
        database, workspace, object_key, path.name, content, plan, mode=mode, fire=fire, preview=preview
    )
    report.files.append({"file": path.name, **done})
    return report


def _read_plan(file: Path | None) -> Any:
    return yaml.safe_load(file.read_text("utf-8")) if file is not None and file.is_file() else None


class ImportReport:
    """The outcome of every file; as text, a line each."""

    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []

    def __str__(self) -> str:
        return "\n".join(_line(one) for one in self.files)


def _line(done: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{value} {name}" for name, value in done.get("counts", {}).items() if value and name != "done")
    problems: dict[str, int] = {}
    for problem in done.get("problems") or ():
        label = f"{problem['params'].get('column', '')}: {problem['code']}"
        problems[label] = problems.get(label, 0) + 1
    told = "".join(f"\n    {n} × {label}" for label, n in sorted(problems.items(), key=lambda item: -item[1])[:10])
    return f"{done['file']} -> {done.get('object', done.get('kind', ''))}: {counts or 'nothing'}{told}"


async def _import_step(
    database: Database,
    workspace: str,
    file: Path,
    step: Mapping[str, Any],
    mode: str,
    fire: Sequence[str],
    preview: bool,
) -> dict[str, Any]:
    content = await asyncio.to_thread(file.read_bytes)
    if "people" in step:
        return await _import_people(database, workspace, read_table(file.name, content), step["people"], preview)
    mapping = {name: step[name] for name in ("columns", "key", "existing", "constants") if name in step}
    chosen = step.get("mode", mode)
    done = await import_table(
        database, workspace, step["object"], file.name, content, mapping,
        mode=chosen, fire=() if chosen == "history" else fire, preview=preview,
    )  # fmt: skip
    return {"object": step["object"], **done}


async def _import_people(
    database: Database, workspace: str, table: Table, columns: Mapping[str, Any], preview: bool
) -> dict[str, Any]:
    """Persons with their managers and units, by the names of columns; roles as the plan says."""
    place = {name: n for n, name in enumerate(table.columns)}
    units: dict[str, dict[str, Any]] = {}
    persons: dict[str, dict[str, Any]] = {}
    for row in table.rows:
        name = row[place[columns["name"]]].strip()
        manager = row[place[columns["manager"]]].strip() if columns.get("manager") else ""
        unit = row[place[columns["unit"]]].strip() if columns.get("unit") else ""
        if unit:
            units.setdefault(unit, {"key": slug(unit), "name": unit})
        persons[name] = {
            "key": slug(name), "name": name, "unit": slug(unit) if unit else None,
            "manager": slug(manager) if manager else None, "roles": list(columns.get("roles") or ()),
        }  # fmt: skip
        if manager and manager not in persons:
            persons[manager] = {"key": slug(manager), "name": manager, "unit": slug(unit) if unit else None}
            persons[manager]["roles"] = list(columns.get("manager_roles") or ())
    document = {"units": list(units.values()), "persons": list(persons.values())}
    if not preview:

        async def command(uow: UnitOfWork) -> None:
            await save_people(uow, document)

        await database.run(workspace, SYSTEM, command)
    return {"kind": "people", "counts": {"units": len(units), "persons": len(persons)}}
