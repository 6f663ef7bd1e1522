"""Turns the values of a write into wire values and finds everything wrong with them. Pure; never asks the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import Mode
from xingji.kernel.records.changes import OPS, Change, Row
from xingji.kernel.records.field_kinds import Refused
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema
from xingji.kernel.records.visibility import visible_fields

#: Fields of the system that a write in history mode brings from the old system.
HISTORY_FIELDS = frozenset({"created_at", "created_by", "updated_at", "updated_by"})
MOST_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes and how: decides which fields may be named."""

    schema: Schema
    actor: Actor
    mode: Mode
    owned: bool = False  # may write server-owned fields (undo, commands of the system)

    @property
    def is_system(self) -> bool:
        return self.actor.policy is None or self.owned


def read_changes(writer: Writer, changes: Sequence[Change], first: int = 0) -> tuple[list[Row], list[Problem]]:
    """The rows of a write, and every problem found in them; paths are `changes.<n>.<field>`."""
    rows: list[Row] = []
    problems: list[Problem] = []
    readers: dict[str, Reader] = {}
    for n, change in enumerate(changes, start=first):
        if change.op not in OPS:
            problems.append(Problem("records.unknown_op", f"changes.{n}.op", {"op": str(change.op)[:40]}))
            continue
        reader = readers.get(change.object)
        if reader is None:
            reader = readers[change.object] = Reader(writer, writer.schema.object(change.object))
        if change.op != "create" and change.id is None:
            problems.append(Problem("records.id_missing", f"changes.{n}.id"))
            continue
        row = Row(n, change, reader.kind, change.id or uuid7(), {})
        if len(problems) < MOST_PROBLEMS:
            reader.read(row, problems)
        rows.append(row)
    return rows, problems


class Reader:
    """Reads the values of one object's changes; what each key means is looked up once."""

    def __init__(self, writer: Writer, kind: ObjectType) -> None:
        self.writer = writer
        self.kind = kind
        self.place = writer.schema.place
        self.known: dict[str, Field | Problem] = {}
        self.defaults = {f.key: f.document["default"] for f in kind.stored if f.document.get("default") is not None}
        self.required = [f for f in kind.stored if f.required]
        levels = visible_fields(writer.schema, writer.actor, kind.key)
        self.levels = dict.fromkeys(kind.fields, "write") if writer.owned else levels

    def read(self, row: Row, problems: list[Problem]) -> None:
        if row.op in ("delete", "restore"):
            if row.change.values:
                problems.append(Problem("records.values_not_expected", row.path))
            return
        new, known, place = row.new, self.known, self.place
        for key, value in row.change.values.items():
            spec = known.get(key)
            if spec is None:
                spec = known[key] = self._meaning(key)
            if spec.__class__ is Problem:
                problems.append(Problem(spec.code, f"{row.path}.{key}", spec.params, who=spec.who))
                continue
            try:
                new[key] = None if value is None else spec.kind.parse(spec, value, place)
            except Refused as refusal:
                problems.append(Problem(refusal.code, f"{row.path}.{key}", _params(spec, refusal.params)))
        if row.op == "create":
            for key, value in self.defaults.items():
                if key not in row.change.values:
                    spec = self.kind.fields[key]
                    row.new[key] = spec.kind.parse(spec, value, self.place)
        for spec in self.required:
            if row.new.get(spec.key) is None and (spec.key in row.new or row.op == "create"):
                path = f"{row.path}.{spec.key}"
                if not any(problem.path == path for problem in problems[-20:]):
                    problems.append(Problem("records.required", path, _params(spec, {})))

    def _meaning(self, key: str) -> "Field | Problem":
        spec = self.kind.fields.get(key) if isinstance(key, str) else None
        level = self.levels.get(key)
        if spec is None or level is None:
            near = get_close_matches(str(key), list(self.levels), 1)
            return Problem(
                "records.unknown_field", params={"field": str(key)[:80], **({"near": near[0]} if near else {})}
            )
        if spec.column is None:
            return Problem("records.value.computed", params=_params(spec, {}))
        if spec.system and spec.server_owned:
            if self.writer.mode is Mode.HISTORY and key in HISTORY_FIELDS:
                return spec
            return Problem("records.server_owned", params=_params(spec, {}))
        if spec.server_owned and not self.writer.is_system:
            return Problem("records.server_owned", params=_params(spec, {}))
        if level != "write":
            return Problem("records.field_read_only", params=_params(spec, {}), who="admin")
        return spec


def _params(spec: Field, params: Mapping[str, Any]) -> dict[str, Any]:
    return {"field": spec.key, "name": dict(spec.name), "kind": spec.kind.key, **params}


def referred_ids(rows: Sequence[Row]) -> dict[str, set[UUID]]:
    """Ids that the new values point at: by object key, "@person" for people, "@file" for files."""
    found: dict[str, set[UUID]] = {}
    pointing: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row.kind.key not in pointing:
            pointing[row.kind.key] = [(f.key, target) for f in row.kind.fields.values() if (target := target_of(f))]
        for key, target in pointing[row.kind.key]:
            value = row.new.get(key)
            if value and row.old.get(key) != value:
                found.setdefault(target, set()).update(map(UUID, value if isinstance(value, list) else [value]))
    return found


def target_of(spec: Field) -> str | None:
    """What the ids in a field are of; None for fields that hold no ids a client may set."""
    if spec.kind.key == "person":
        return "@person"
    if spec.kind.key == "file":
        return "@file"
    return spec.to if spec.kind.key == "relation" else None
