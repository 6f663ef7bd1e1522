"""What an MCP client may do: find, read, create, update, move, log. Each is the same command the HTTP routes give.

Owns the tools' names, arguments and answers; decides no right: the unit of work carries the caller's actor, and the one
read compiler and the one write path meet it there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.core.errors import Problem, invalid, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published

MOST_ROWS = 50
OBJECT = {"type": "string", "description": "key of an object: lead, customer, contact, deal, task, product, …"}
ID = {"type": "string", "format": "uuid"}
VALUES = {"type": "object", "description": "values by field key; describe names the fields"}

Run = Callable[[UnitOfWork, Mapping[str, Any]], Awaitable[Any]]
LogTouch = Callable[[UnitOfWork, UUID, Mapping[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: what it is for, the JSON schema of its arguments, and whether it only reads."""

    name: str
    description: str
    schema: dict[str, Any]
    run: Run
    reads: bool


def make_tools(log_touch: LogTouch) -> dict[str, Tool]:
    """All tools by name. `log_touch` records a touch of a lead, as the leads feature does."""

    async def log(uow: UnitOfWork, given: Mapping[str, Any]) -> Any:
        return await log_touch(uow, _id(given, "lead"), given)

    touch = {"kind": {"enum": ["call", "message", "meeting", "visit", "note"]}, "text": {"type": "string"}, "answered": {"type": "boolean"}}
    return {
        tool.name: tool
        for tool in (
            Tool("describe", "The objects and fields the caller may use.", _object({"object": OBJECT}), describe, True),
            Tool("find", "Records of an object that the caller may read. `filter` is CEL, e.g. status == \"open\" && amount > 50000.",
                 _object({"object": OBJECT, "filter": {"type": "string"}, "search": {"type": "string"}, "sort": {"type": "string"},
                          "fields": {"type": "array", "items": {"type": "string"}}, "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}}, "object"), find, True),
            Tool("read", "One record with every field the caller may see.", _object({"object": OBJECT, "id": ID}, "object", "id"), read, True),
            Tool("create", "Creates a record.", _object({"object": OBJECT, "values": VALUES}, "object", "values"), create, False),
            Tool("update", "Changes fields of a record.", _object({"object": OBJECT, "id": ID, "values": VALUES, "version": {"type": "integer"}}, "object", "id", "values"), update, False),
            Tool("move", "Moves a record to another stage of its playbook; refused with what is missing and who can supply it.",
                 _object({"object": OBJECT, "id": ID, "to": {"type": "string"}}, "object", "id", "to"), move, False),
            Tool("log", "Logs a touch of a lead as the caller's word.", _object({"lead": ID, **touch}, "lead", "kind"), log, False),
        )
    }  # fmt: skip


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


async def describe(uow: UnitOfWork, given: Mapping[str, Any]) -> Any:
    """Objects with their fields, those hidden from the caller left out."""
    from xingji.kernel.records.visibility import visible_fields

    schema = await records.load_schema(uow)
    wanted = [str(given["object"])] if given.get("object") else list(schema.objects)
    found = []
    for key in wanted:
        kind = schema.object(key)
        policy = uow.actor.policy
        if policy is not None and policy.rows(key, "read").nothing:
            continue
        levels = visible_fields(schema, uow.actor, key)
        fields = [
            {"key": name, "kind": spec.kind.key, "name": dict(spec.name), "can": levels[name], **_options(spec)}
            for name, spec in kind.fields.items() if name in levels
        ]  # fmt: skip
        found.append({"key": key, "name": dict(kind.name), "fields": fields})
    return {"objects": found}


def _options(spec: Any) -> dict[str, Any]:
    options = [one.get("key") for one in spec.document.get("options") or () if isinstance(one, Mapping)]
    return {"options": options} if options else {}


async def find(uow: UnitOfWork, given: Mapping[str, Any]) -> Any:
    """{rows, more}."""
    wanted = records.Query(
        str(given["object"]), fields=given.get("fields"), filter=given.get("filter") or None, search=given.get("search") or None,
        sort=[str(given["sort"])] if given.get("sort") else (), limit=min(int(given.get("limit") or 20), MOST_ROWS), names=True,
    )  # fmt: skip
    page = await records.query(uow, wanted)
    return {"rows": page.rows, "more": page.next is not None, "people": page.people, "related": page.related}


async def read(uow: UnitOfWork, given: Mapping[str, Any]) -> Any:
    """The record."""
    return await records.get_record(uow, str(given["object"]), _id(given, "id"))


async def create(uow: UnitOfWork, given: Mapping[str, Any]) -> Any:
    """{id, version}."""
    result = await records.write(uow, [records.Change("create", str(given["object"]), values=_values(given))])
    return {"id": str(result.ids[0]), "version": result.versions[0], "change": str(result.change)}


async def update(uow: UnitOfWork, given: Mapping[str, Any]) -> Any:
    """{id, version}."""
    change = records.Change("update", str(given["object"]), _id(given, "id"), _values(given), given.get("version"))
    result = await records.write(uow, [change])
    return {"id": str(result.ids[0]), "version": result.versions[0], "change": str(result.change)}


async def move(uow: UnitOfWork, given: Mapping[str, Any]) -> Any:
    """{id, version}; the field is the one the object's playbooks govern."""
    object_key = str(given["object"])
    books = (await load_published(uow)).of_kind("playbook").values()
    field = next((str(one.get("field") or "stage") for one in books if one.get("object") == object_key), None)
    if field is None:
        raise not_found("process.no_playbook", object=object_key)
    return await update(uow, {"object": object_key, "id": given["id"], "values": {field: given["to"]}})


def _id(given: Mapping[str, Any], key: str) -> UUID:
    try:
        return UUID(str(given[key]))
    except (KeyError, ValueError):
        raise invalid("records.invalid", [Problem("records.id_missing", key)]) from None


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    values = given.get("values")
    if not isinstance(values, Mapping):
        raise invalid("records.invalid", [Problem("records.values_missing", "values")])
    return dict(values)
