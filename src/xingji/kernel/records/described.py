"""The registry as one actor may know it: objects, fields, list views and names. What screens are drawn from."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.cel import CelError, Kind, check
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema, load_schema
from xingji.kernel.records.visibility import visible_fields

SHOWN_OPTIONS = (
    "help", "example", "options", "to", "inverse", "decimals", "multiple", "result", "required", "default", "min", "max",
    "group", "search", "unique", "width",
)  # fmt: skip
VERBS = ("read", "create", "update", "delete", "export")


async def describe_schema(uow: UnitOfWork) -> dict[str, Any]:
    """{rev, objects, people, units, regions, brands, pools, sources, channels} as far as the actor may see."""
    schema, published = await load_schema(uow), await load_published(uow)
    described = {
        "rev": published.rev,
        "objects": [
            describe_object(schema, published, uow.actor, kind)
            for kind in schema.objects.values()
            if may(uow.actor, kind.key, "read") or may(uow.actor, kind.key, "create")
        ],
    }
    named = {f"{kind}s": _named(published.of_kind(kind)) for kind in ("pool", "source", "channel")}
    return {**described, **named, **await _organisation(uow)}


def may(actor: Actor, object_key: str, verb: str) -> bool:
    """Whether the actor may do this to any record of the object."""
    return actor.policy is None or not actor.policy.rows(object_key, verb).nothing


def describe_object(schema: Schema, published: Published, actor: Actor, kind: ObjectType) -> dict[str, Any]:
    """An object with the fields the actor sees, what may be done, and the list views that hold for this actor."""
    levels = visible_fields(schema, actor, kind.key)
    document = kind.document
    return {
        "key": kind.key, "name": kind.name, "icon": document.get("icon"), "title": kind.title, "sort": kind.sort,
        "help": document.get("help"),
        "can": {verb: may(actor, kind.key, verb) for verb in VERBS},
        "fields": [_field(spec, levels[spec.key], actor) for spec in kind.fields.values() if spec.key in levels],
        "inverses": [
            {"key": i.key, "object": i.object, "field": i.field, "name": i.name}
            for i in kind.inverses.values() if may(actor, i.object, "read") and i.field in visible_fields(schema, actor, i.object)
        ],
        "list_views": [
            view for view in (_view(schema, actor, levels, d) for d in published.of_kind("list_view").values()
                              if d.get("object") == kind.key) if view is not None
        ],
    }  # fmt: skip


def _field(spec: Field, level: str, actor: Actor) -> dict[str, Any]:
    fixed = (
        spec.column is None or (spec.system and spec.server_owned) or (spec.server_owned and actor.policy is not None)
    )
    shown = {key: spec.document[key] for key in SHOWN_OPTIONS if spec.document.get(key) is not None}
    can = "read" if fixed and level == "write" else level
    return {"key": spec.key, "kind": spec.kind.key, "name": spec.name, **shown, "system": spec.system, "can": can} | (
        {"server_owned": True} if spec.server_owned else {}
    )


def _view(
    schema: Schema, actor: Actor, levels: Mapping[str, str], document: Mapping[str, Any]
) -> dict[str, Any] | None:
    """A list view for this actor: columns they see; None when its filter asks about something they may not."""
    source = document.get("filter")
    if source:
        try:
            check(str(source), cel_env(schema, str(document["object"]), policy=actor.policy), Kind.boolean)
        except CelError:
            return None
    return {
        "key": document["key"], "name": document.get("name"), "object": document["object"], "filter": source,
        "columns": [c for c in document.get("columns") or () if c in levels],
        "sort": [s for s in document.get("sort") or () if str(s).lstrip("-") in levels],
    }  # fmt: skip


def _named(documents: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"key": key, "name": d.get("name") or key} for key, d in sorted(documents.items())]


async def _organisation(uow: UnitOfWork) -> dict[str, Any]:
    brands = list(uow.actor.brands) if uow.actor.brands is not None else None
    row = await uow.fetchrow(
        "select (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'key', p.key, 'name', p.name, 'title', p.title,"
        " 'unit', u.key, 'active', p.left_on is null) order by p.name), '[]') from person p left join unit u on u.id = p.unit"
        " where $1::text[] is null or p.brands is null or p.brands && $1) as people,"
        " (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'key', key, 'name', name) order by name), '[]')"
        " from unit where closed_at is null) as units,"
        " (select coalesce(jsonb_agg(jsonb_build_object('key', key, 'name', name) order by key), '[]') from region) as regions,"
        " (select coalesce(jsonb_agg(jsonb_build_object('key', key, 'name', name) order by key), '[]') from brand"
        " where $1::text[] is null or key = any ($1)) as brands",
        brands,
    )
    assert row is not None
    return {name: row[name] for name in ("people", "units", "regions", "brands")}
