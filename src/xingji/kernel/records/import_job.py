"""An import between its steps: the kept table, the mapping as it stands, what the actor may write. Owns opening a run."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from xingji.kernel.access import authorise
from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError, conflict, not_found
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.files import read_file
from xingji.kernel.records.import_mapping import ImportMapping, Levels, children_of, read_mapping
from xingji.kernel.records.import_rows import Job
from xingji.kernel.records.import_similar import load_similar
from xingji.kernel.records.schema import ObjectType, Schema, load_schema
from xingji.kernel.records.tables import Table, read_table
from xingji.kernel.records.visibility import visible_fields


def levels_of(schema: Schema, actor: Actor, kind: ObjectType) -> Levels:
    """What the actor may do with the fields of an object and of what hangs on it; nothing where nothing may be made."""
    found: dict[str, Mapping[str, str]] = {"": visible_fields(schema, actor, kind.key)}
    for key, (other, _) in children_of(schema, kind).items():
        try:
            authorise(actor, "create", other.key)
            found[key] = visible_fields(schema, actor, other.key)
        except XingjiError:
            found[key] = {}
    return found


def columns_mark(columns: Sequence[str]) -> str:
    """What a set of columns is remembered by, whatever their order."""
    return hashlib.sha256("\n".join(sorted(columns)).encode()).hexdigest()[:32]


def pack_table(table: Table) -> bytes:
    """A table as it is kept beside its file, so that it is read from the file only once."""
    return zlib.compress(msgspec.msgpack.encode((table.columns, table.rows, table.places, table.left_out)), 1)


def unpack_table(content: bytes, edits: Mapping[str, Mapping[str, str]]) -> Table:
    """The table that was kept, with the cells people changed since."""
    columns, rows, places, left_out = msgspec.msgpack.decode(zlib.decompress(content))
    table = Table(tuple(columns), [tuple(row) for row in rows], [tuple(place) for place in places], tuple(left_out))
    place = {column: n for n, column in enumerate(table.columns)}
    changed = list(table.rows)
    for number, cells in edits.items():
        at = int(number) - 2
        if 0 <= at < len(changed):
            row = list(changed[at])
            for column, text in cells.items():
                if column in place:
                    row[place[column]] = text
            changed[at] = tuple(row)
    return Table(table.columns, changed, table.places, table.left_out)


async def open_run(uow: UnitOfWork, run: UUID, statuses: Sequence[str] | None, *, lock: bool = False) -> Any:
    """The row of an import the actor may see. Raises: `import.not_found`, `import.not_ready`."""
    row = await uow.fetchrow(f"select * from import_run where id = $1{' for update' if lock else ''}", run)
    mine = row is not None and (uow.actor.policy is None or row["by"] == uow.actor.person)
    if row is None or not mine:
        raise not_found("import.not_found", id=str(run))
    if statuses is not None and row["status"] not in statuses:
        raise conflict("import.not_ready", status=row["status"], expected=list(statuses))
    return row


async def prepare(uow: UnitOfWork, row: Any, mapping: Mapping[str, Any] | None) -> Job:
    """An import ready to be read. Raises: `import.bad_mapping` with every problem."""
    schema = await load_schema(uow)
    kind = schema.object(row["object"])
    authorise(uow.actor, "create", kind.key)
    options = row["options"]
    edits = options.get("edits", {})
    if options.get("table"):
        _, content = await read_file(uow, UUID(options["table"]))
        table = unpack_table(content, edits)
    else:
        stored, content = await read_file(uow, row["file"])
        table = read_table(stored.name, content)
    children = children_of(schema, kind)
    wanted, problems = read_mapping(mapping or options["mapping"], kind, table.columns, children)
    problems += _closed(wanted, levels_of(schema, uow.actor, kind))
    if problems:
        raise XingjiError("import.bad_mapping", ErrorKind.INVALID, problems=problems)
    used = {target.child for targets in wanted.columns.values() for target in targets if target.child}
    job = Job(schema, kind, table, wanted, uow.now.astimezone(schema.place.zone).date(), {key: children[key] for key in children if key in used})
    decisions = options.get("decisions", {})
    job.apart, job.joined, job.left = (
        frozenset(int(number) for number, what in decisions.items() if what == name) for name in ("apart", "join", "leave")
    )
    if wanted.same is not None and not wanted.key:
        job.similar = await load_similar(uow, schema, kind, _phones(job))
    return job


def _closed(wanted: ImportMapping, levels: Levels) -> list[Problem]:
    """Fields the actor may not write: an import writes what the system owns beside them, so it looks itself."""
    return [
        Problem("records.field_read_only", f"columns.{column}", {"field": target.field})
        for column, targets in wanted.columns.items()
        for target in targets
        if target.field and not target.field.startswith("@") and levels.get(target.child or "", {}).get(target.field) != "write"
        and target.field not in ("created_at", "created_by", "updated_at", "updated_by")
    ]  # fmt: skip


def _phones(job: Job) -> dict[str, list[tuple[str, str | None]]]:
    found: dict[str, list[tuple[str, str | None]]] = {}
    for other, back in [(job.kind, None), *job.children.values()]:
        if fields := [(spec.key, back) for spec in other.stored if spec.kind.key == "phone"]:
            found[other.key] = fields
    return found
