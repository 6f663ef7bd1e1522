"""The gate of the one write path: conditions of object documents, and whatever later features add to it.

A condition is `required_if` (fields that must be filled while `when` holds) or `forbidden_transition` (from, to, and
`when` if given); what a form requires is asked in the same way, of people and tokens. All look at the state as it would be after the write; a write that touches neither the fields nor
what `when` reads is let through, so that old records can still be mended piece by piece.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from xingji.kernel.cel import Kind, check
from xingji.kernel.cel.tree import Call, ListOf, Literal, Name, Node
from xingji.kernel.core.errors import Problem
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Row
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.schema import ObjectType, Schema
from xingji.kernel.records.sink import RecordSink
from xingji.kernel.records.stage import stage_sql
from xingji.kernel.records.visibility import fields_of

Condition = Mapping[str, Any]
Ask = Callable[[UnitOfWork, Schema, ObjectType, Sequence[Row]], Awaitable[list[Problem]]]
Needs = Callable[[UnitOfWork, Schema, ObjectType, Set[str]], Awaitable[frozenset[str] | None]]


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that may refuse a write for what the record would become.

    `needs` answers which old values the question takes when these fields change: none when it is not asked at all,
    None for all of them. A `strict` gate is asked by every write but history's, undo and commands of the system included.
    """

    ask: Ask
    needs: Needs
    strict: bool = False


async def condition_needs(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, changing: Set[str]
) -> frozenset[str] | None:
    """Old values the conditions of the object's document take."""
    asked = asked_of(uow, schema, kind)
    if all(touched_by(schema, kind, condition).isdisjoint(changing) for condition in asked):
        return frozenset()
    return needed_by(schema, kind)


def asked_of(uow: UnitOfWork, schema: Schema, kind: ObjectType) -> tuple[Condition, ...]:
    """The conditions of a write by this actor: those of the object, for people and tokens those of its form too."""
    if uow.actor.kind not in ("person", "token"):
        return kind.conditions
    return (*kind.conditions, *schema.forms.get(kind.key, ()))


def touched_by(schema: Schema, kind: ObjectType, condition: Condition) -> frozenset[str]:
    """The fields a write must touch for the condition to be asked."""
    key = ("touched", kind.key, condition["key"])
    return schema.memo(key, lambda: frozenset(_touched_by(schema, kind, condition)))


def _touched_by(schema: Schema, kind: ObjectType, condition: Condition) -> set[str]:
    named = {condition["field"]} if condition.get("field") else set(condition.get("fields") or ())
    reads = fields_of(schema, kind.key, condition["when"]) if condition.get("when") else set()
    return named | {field for object_key, field in reads if object_key == kind.key}


def needed_by(schema: Schema, kind: ObjectType) -> frozenset[str] | None:
    """The fields whose values asking the conditions takes; None: all, since a computed field may read any."""
    return schema.memo(("needed", kind.key), lambda: _needed_by(schema, kind))


def _needed_by(schema: Schema, kind: ObjectType) -> frozenset[str] | None:
    found = {"id"} | {
        key
        for c in (*kind.conditions, *schema.forms.get(kind.key, ()))
        for key in touched_by(schema, kind, c) | set(c.get("fields") or ())
        if key in kind.fields
    }
    return None if any(kind.fields[key].column is None for key in found) else frozenset(found)


async def check_conditions(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> list[Problem]:
    """Refusals by the conditions of an object's document, one problem per record, condition and missing field."""
    asked = doubted(schema, kind, asked_of(uow, schema, kind), rows)
    if not asked:
        return []
    open_questions = [(condition, row) for condition, row in asked if condition.get("when")]
    holds = await _evaluate(uow, schema, kind, open_questions)
    problems: list[Problem] = []
    for condition, row in asked:
        if not condition.get("when") or (condition["key"], row.n) in holds:
            problems += _refusals(kind, condition, row)
    return problems


def doubted(
    schema: Schema, kind: ObjectType, conditions: Sequence[Condition], rows: Sequence[Row]
) -> list[tuple[Condition, Row]]:
    """Which of the conditions may refuse which rows, as far as can be told without the database."""
    asked: list[tuple[Condition, Row]] = []
    for condition in conditions:
        touched = touched_by(schema, kind, condition)
        tree = _tree(schema, kind, condition)
        asked += [
            (condition, row)
            for row in rows
            if _may_refuse(condition, row)
            and not _ruled_out(tree, kind, row)
            and (not touched.isdisjoint(row.differing()) or (row.op == "create" and condition.get("created")))
        ]
    return asked


def _may_refuse(condition: Condition, row: Row) -> bool:
    """Whether the condition refuses this row if its `when` holds; decided without the database."""
    if condition["kind"] == "required_if":
        return any(_lacks(row, key) for key in condition["fields"])
    if row.op != "update" or condition["field"] not in row.differing():
        return False
    return _listed(row.old.get(condition["field"]), condition.get("from")) and _listed(
        row.value(condition["field"]), condition.get("to")
    )


def _lacks(row: Row, key: str) -> bool:
    return row.value(key) in (None, [])


def _tree(schema: Schema, kind: ObjectType, condition: Condition) -> Node | None:
    if not condition.get("when"):
        return None
    key = ("condition.tree", kind.key, condition["key"], condition["when"])
    return schema.memo(key, lambda: check(condition["when"], cel_env(schema, kind.key), Kind.boolean).tree)


def _ruled_out(node: Node | None, kind: ObjectType, row: Row) -> bool:
    """Whether a condition cannot be true because a plain text field is not the text it is compared with.

    Only spares the database a question; whatever is less plain than `status == "won"` is asked there.
    """
    if not isinstance(node, Call):
        return False
    if node.op == "&&":
        return any(_ruled_out(part, kind, row) for part in node.args)
    if node.op == "||":
        return all(_ruled_out(part, kind, row) for part in node.args)
    if node.op not in ("==", "in") or len(node.args) != 2:
        return False
    name, wanted = node.args
    if not isinstance(name, Name) or len(name.path) != 1 or name.kind is not Kind.text:
        return False
    spec = kind.fields.get(name.path[0])
    if spec is None or spec.column is None:
        return False
    if isinstance(wanted, Literal):
        return node.op == "==" and row.value(spec.key) != wanted.value
    if not isinstance(wanted, ListOf) or not all(isinstance(item, Literal) for item in wanted.items):
        return False
    return row.value(spec.key) not in [item.value for item in wanted.items if isinstance(item, Literal)]


def _listed(value: Any, wanted: Any) -> bool:
    return wanted is None or value in (wanted if isinstance(wanted, (list, tuple)) else [wanted])


def _refusals(kind: ObjectType, condition: Condition, row: Row) -> list[Problem]:
    if condition["kind"] == "required_if":
        keys = [key for key in condition["fields"] if _lacks(row, key)]
    else:
        keys = [condition["field"]]
    return [
        Problem(
            f"records.{condition['kind']}",
            f"{row.path}.{key}",
            {
                "field": key, "name": dict(kind.fields[key].name), "id": str(row.id), "from": row.old.get(key),
                "to": row.value(key), "when": condition.get("when"),
            },
            message=condition.get("message"),
            rule=condition["key"],
            who=condition.get("who") or "owner",
        )
        for key in keys
    ]  # fmt: skip


async def _evaluate(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, questions: Sequence[tuple[Condition, Row]]
) -> set[tuple[str, int]]:
    """(condition key, row number) of the questions whose `when` is true; one statement for all rows."""
    if not questions:
        return set()
    rows = {row.n: row for _, row in questions}
    conditions = {condition["key"]: condition for condition, _ in questions}
    sink = RecordSink(schema, kind.key, now=uow.now, actor=uow.actor, alias="r")
    stage = stage_sql(sink, kind, list(rows.values()), needed_by(schema, kind))
    columns = [
        f"coalesce({sink.compile(condition['when'], Kind.boolean, only_true=True)}, false)"
        for condition in conditions.values()
    ]
    sql = f"{uow.mark()}select r.n, array[{', '.join(columns)}] as holds from {stage} r{sink.from_joins}"
    found: set[tuple[str, int]] = set()
    for answer in await uow.fetch(sql, *sink.values):
        found |= {(key, answer["n"]) for key, holds in zip(conditions, answer["holds"], strict=True) if holds}
    return found
