"""Turns rows of a file into changes: cells read, people and related records found by name, existing records matched.

Owns what a row becomes (new, update, unchanged, conflict, error); each look-up is one statement per portion of rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Change
from xingji.kernel.records.compiler import Reading
from xingji.kernel.records.field_kinds import Refused
from xingji.kernel.records.fields import Field
from xingji.kernel.records.import_mapping import ImportMapping, Target
from xingji.kernel.records.schema import ObjectType, Schema, quoted
from xingji.kernel.records.tables import Table
from xingji.kernel.records.visibility import visible_fields


@dataclass(slots=True)
class Read:
    """One row: its number in the file (the header is 1), what it becomes, its change or its problems."""

    number: int
    cells: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    outcome: str = "new"  # new | update | conflict | error | skip
    change: Change | None = None
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, column: str, **params: Any) -> None:
        """Marks the row as one that cannot be imported."""
        self.problems.append(Problem(code, f"rows.{self.number}.{column}", {"column": column, **params}))
        self.outcome = "error"


async def read_rows(
    uow: UnitOfWork,
    schema: Schema,
    kind: ObjectType,
    table: Table,
    mapping: ImportMapping,
    start: int,
    end: int,
    seen: dict[tuple[Any, ...], int],
) -> tuple[list[Read], list[Change]]:
    """The rows `start` to `end` of a table, and changes that make related records the mapping allows to make.

    `seen` remembers keys of earlier portions, so that a key that stands twice is a conflict.
    """
    rows = [Read(start + n + 2, cells) for n, cells in enumerate(table.rows[start:end])]
    place = {column: n for n, column in enumerate(table.columns)}
    names: dict[str, dict[str, list[tuple[Read, str, str]]]] = {}
    for row in rows:
        for column, targets in mapping.columns.items():
            for target in targets:
                _read_cell(schema, kind, row, column, row.cells[place[column]], target, place, names)
        row.values = {**mapping.constants, **row.values}
    related = await _resolve(uow, schema, kind, mapping, names)
    await _match(uow, schema, kind, mapping, rows, seen)
    for row in rows:
        if row.outcome == "new":
            row.change = Change("create", kind.key, uuid7(), row.values)
    return rows, related


def _read_cell(
    schema: Schema,
    kind: ObjectType,
    row: Read,
    column: str,
    cell: str,
    target: Target,
    place: Mapping[str, int],
    names: dict[str, dict[str, list[tuple[Read, str, str]]]],
) -> None:
    if any(row.cells[place[other]].strip() not in wanted for other, wanted in target.when.items() if other in place):
        return
    text = cell.strip() or (target.empty or "")
    text = target.values.get(text, text)
    if not text:
        return
    spec = kind.fields[target.field]
    if spec.kind.key in ("relation", "person") and not _is_id(text):
        names.setdefault(target.field, {}).setdefault(text, []).append((row, column, text))
        return
    try:
        row.values[target.field] = spec.kind.from_cell(spec, text, schema.place)
    except Refused as refusal:
        row.refuse(refusal.code, column, field=spec.key, **{**refusal.params, "value": text[:80]})


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == 36


async def _resolve(
    uow: UnitOfWork,
    schema: Schema,
    kind: ObjectType,
    mapping: ImportMapping,
    names: Mapping[str, Mapping[str, list[tuple[Read, str, str]]]],
) -> list[Change]:
    """Fills people and relations from names; a name that fits nothing, or several, is the row's problem."""
    creating = {target.field for targets in mapping.columns.values() for target in targets if target.create}
    made: list[Change] = []
    for key, asked in names.items():
        spec = kind.fields[key]
        found = await (
            _people(uow, list(asked)) if spec.kind.key == "person" else _titles(uow, schema, spec, list(asked))
        )
        for text, places in asked.items():
            ids = found.get(text.casefold(), [])
            if not ids and key in creating:
                target = schema.object(str(spec.to))
                change = Change("create", target.key, uuid7(), {target.title: text, "owner": None})
                made.append(change)
                ids = [str(change.id)]
            for row, column, value in places:
                if len(ids) == 1:
                    row.values[key] = ids[0]
                else:
                    row.refuse(
                        "import.ambiguous" if ids else "records.value.not_found", column, field=key, value=value[:80]
                    )
    return made


async def _people(uow: UnitOfWork, texts: Sequence[str]) -> dict[str, list[str]]:
    rows = await uow.fetch(
        "select id, lower(name) as name, lower(key) as key, lower(email) as email, phone from person"
        " where lower(name) = any ($1) or lower(key) = any ($1) or lower(email) = any ($1) or phone = any ($1)",
        [text.casefold() for text in texts],
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        for word in {row["name"], row["key"], row["email"], row["phone"]} - {None}:
            found.setdefault(word, []).append(str(row["id"]))
    return found


async def _titles(uow: UnitOfWork, schema: Schema, spec: Field, texts: Sequence[str]) -> dict[str, list[str]]:
    """Ids of the target's records by title, unique fields or former names, as far as the actor may read them."""
    target = schema.object(str(spec.to))
    reading = Reading(schema, target, uow.actor, uow.now)
    fields = [f for f in target.stored if f.key == target.title or f.unique or f.key in ("sku", "external_id")]
    fields = [f for f in fields if f.cel is Kind.text and reading.levels.get(f.key) in ("read", "write")]
    wanted = reading.sink.bind(list(texts), "text[]")
    folded = reading.sink.bind([text.casefold() for text in texts], "text[]")
    columns = [f"r.{quoted(str(f.column))}" for f in fields]
    exact = " or ".join(f"{column} = any ({wanted}) or lower({column}) = any ({folded})" for column in columns)
    reading.conditions.append(f"({exact or 'false'})")
    rows = await uow.fetch(
        f"{uow.mark()}select r.id, array[{', '.join(f'lower({c})' for c in columns)}]::text[] as words {reading.source}",
        *reading.sink.values,
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        for word in {word for word in row["words"] if word}:
            found.setdefault(word, []).append(str(row["id"]))
    return found


async def _match(
    uow: UnitOfWork,
    schema: Schema,
    kind: ObjectType,
    mapping: ImportMapping,
    rows: Sequence[Read],
    seen: dict[tuple[Any, ...], int],
) -> None:
    """Finds the record each row is about, by the mapping's key."""
    if not mapping.key:
        return
    levels = visible_fields(schema, uow.actor, kind.key)
    if closed := [name for name in mapping.key if levels.get(name) not in ("read", "write")]:
        # Which rows match would tell what a hidden or masked field holds.
        raise invalid(
            "import.bad_mapping", [Problem("records.unknown_field", "key", {"field": name}) for name in closed]
        )
    keyed: dict[tuple[Any, ...], Read] = {}
    for row in rows:
        identity = tuple(row.values.get(name) for name in mapping.key)
        if row.outcome == "error" or any(part is None for part in identity):
            continue
        if identity in seen:
            row.outcome = "conflict"
            row.problems.append(Problem("import.doubled", f"rows.{row.number}", {"row": seen[identity]}))
            continue
        seen[identity] = row.number
        keyed[identity] = row
    for identity, ids in (await _existing(uow, schema, kind, mapping.key, list(keyed))).items():
        if identity not in keyed:
            continue
        row = keyed[identity]
        if len(ids) > 1:
            row.outcome = "conflict"
            row.problems.append(Problem("import.several_match", f"rows.{row.number}", {"count": len(ids)}))
        elif mapping.existing == "skip":
            row.outcome = "skip"
        else:
            row.outcome, row.change = "update", Change("update", kind.key, ids[0], row.values)


async def _existing(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, key: Sequence[str], identities: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[UUID]]:
    if not identities:
        return {}
    reading = Reading(schema, kind, uow.actor, uow.now)
    fields = [kind.field(name) for name in key]
    first = fields[0]
    values = reading.sink.bind([str(identity[0]) for identity in identities], "text[]")
    reading.conditions.append(
        f"r.{quoted(str(first.column))} = any ({values}::{first.pg_type}[])".replace(' collate "C"', "")
    )
    columns = ", ".join(f"r.{quoted(str(f.column))} as k{n}" for n, f in enumerate(fields))
    found: dict[tuple[Any, ...], list[UUID]] = {}
    for row in await uow.fetch(f"{uow.mark()}select r.id, {columns} {reading.source}", *reading.sink.values):
        identity = tuple(f.kind.render(f, row[f"k{n}"]) for n, f in enumerate(fields))
        found.setdefault(identity, []).append(row["id"])
    return found
