"""What a form's rules say for values as they stand while somebody types: one statement, PostgreSQL evaluates.

Owns no rule. The same staged rows answer here and in the gate of the write path, so the screen cannot disagree with it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from xingji.kernel.cel import CelError, Kind, check, to_sql
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records.changes import Change, Row
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.forms import RULES, fields_of_form, form_of
from xingji.kernel.records.known import known_of, origin_words, read_known
from xingji.kernel.records.query import get_record, get_records
from xingji.kernel.records.schema import ObjectType, load_schema
from xingji.kernel.records.sink import RecordSink
from xingji.kernel.records.stage import stage_sql
from xingji.kernel.records.validate import Writer, read_changes
from xingji.kernel.records.visibility import reach


async def evaluate_form(
    uow: UnitOfWork,
    object_key: str,
    values: Mapping[str, Any],
    id: UUID | None = None,
    form: Mapping[str, Any] | None = None,
) -> dict[str, dict[str, bool]]:
    """{field: {visible, required, read_only}} of a form for a record with these values on top; the form in force if none is given.

    Raises: `records.unknown_object`, `records.not_found`, `access.denied`.
    """
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, object_key, "read" if id is not None else "create")
    row = await _row(uow, kind, values, id)
    # What a request brings may name no more than its reader sees; what is in force is the administrator's word.
    brought, policy = form is not None, uow.actor.policy
    form = form if form is not None else form_of(await load_published(uow), object_key) or {}
    env = cel_env(schema, kind.key, policy=policy if brought else None)
    sink = RecordSink(schema, kind.key, now=uow.now, actor=uow.actor, alias="r", guarded=brought and policy is not None)
    stage = stage_sql(sink, kind, [row])
    answers: dict[str, dict[str, bool]] = {}
    asked: list[tuple[str, str]] = []
    columns: list[str] = []
    for _, spec in fields_of_form(form):
        key = str(spec.get("field"))
        if key not in kind.fields:
            continue
        answers[key] = {
            "visible": spec.get("visible_when") is not False,
            "required": spec.get("required_when") is True,
            "read_only": spec.get("read_only") is True,
        }
        for rule in RULES:
            if not isinstance(spec.get(rule), str) or not spec[rule].strip():
                continue
            try:
                columns.append(f"coalesce({to_sql(check(spec[rule], env, Kind.boolean), sink, only_true=True)}, false)")
                asked.append((key, rule))
            except CelError:
                continue  # a draft on its way: the check says so, the preview goes on
    if columns:
        found = await uow.fetchrow(
            f"{uow.mark()}select array[{', '.join(columns)}] as holds from {stage} r{sink.from_joins}", *sink.values
        )
        names = {"visible_when": "visible", "required_when": "required", "read_only": "read_only"}
        for (key, rule), holds in zip(asked, found["holds"] if found else (), strict=True):
            answers[key][names[rule]] = holds
    for answer in answers.values():
        answer["required"] = answer["required"] and answer["visible"]
    return answers


async def known_values(uow: UnitOfWork, object_key: str, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """{field: {value, of}} nobody need fill in a new record with these values, for the one who fills it in."""
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, object_key, "create")
    if not known_of(kind) or uow.actor.person is None:
        return {}
    row = await _row(uow, kind, values, None)
    found = (await read_known(uow, schema, kind, [row])).get(row.n, {})
    return {key: {"value": value, "of": origin_words(schema, kind, key)} for key, value in found.items()}


async def _row(uow: UnitOfWork, kind: ObjectType, values: Mapping[str, Any], id: UUID | None) -> Row:
    """The record as it would be; what cannot be read as a value of its field counts as empty."""
    schema = await load_schema(uow)
    known = {key: value for key, value in values.items() if key in kind.fields}
    change = Change("create" if id is None else "update", kind.key, id, known)
    rows, _ = read_changes(Writer(schema, uow.actor, uow.mode, True), [change])
    row = rows[0]
    for key in known:
        row.new.setdefault(key, None)
    if id is not None:
        await get_record(uow, kind.key, id, ["id"])  # only of a record the reader may see
        stored = [key for key, spec in kind.fields.items() if spec.column is not None]
        system = replace(uow, actor=Actor(kind="system", person=uow.actor.person, brands=uow.actor.brands))
        (row.old,) = await get_records(system, kind.key, [id], stored)
    elif "owner" not in row.new and uow.actor.person is not None and kind.document.get("owner", "creator") == "creator":
        row.new["owner"] = str(uow.actor.person)
    return row
