"""HTTP routes of definitions: read, save a draft, check, try on the past, publish, roll back, retire, compare, usage."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import Parameter

from xingji.kernel.core.errors import Problem, not_found
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions.drafts import (
    Draft,
    check_draft,
    discard_draft,
    dry_run,
    find_draft,
    save_draft,
)
from xingji.kernel.definitions.kinds import all_kinds, kind_of, right_of, shown
from xingji.kernel.definitions.new_keys import make_keys
from xingji.kernel.definitions.publish import PublishResult, publish, retire, roll_back
from xingji.kernel.definitions.quarantine import list_quarantined, release
from xingji.kernel.definitions.usage import usage
from xingji.kernel.definitions.versions import compare, history
from xingji.kernel.http import Here, needs, reads

READ, WRITE = needs("definitions.read"), needs("definitions.write")
TAGS = ["definitions"]
Kind = Annotated[str, Parameter(pattern="^[a-z][a-z0-9_]{0,62}$")]
Version = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class DraftBody(msgspec.Struct, forbid_unknown_fields=True):
    """A document to save; `base_version` is the version in force the writer has seen, `revision` the draft's ("" for none)."""

    document: dict[str, Any]
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    base_version: Version | None = None
    revision: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class CheckBody(msgspec.Struct, forbid_unknown_fields=True):
    """A document to check; without one the saved draft is."""

    document: dict[str, Any] | None = None


class DryRunBody(msgspec.Struct, forbid_unknown_fields=True):
    """A past window and, unless the saved draft is meant, a document."""

    since: datetime
    until: datetime
    document: dict[str, Any] | None = None


class Item(msgspec.Struct, forbid_unknown_fields=True):
    """The name of a definition."""

    kind: str
    key: str


class PublishBody(msgspec.Struct, forbid_unknown_fields=True):
    """A note for the history, and which other drafts go into force together with this one."""

    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    items: Annotated[list[Item], msgspec.Meta(max_length=2_000)] = []


class RollBackBody(msgspec.Struct, forbid_unknown_fields=True):
    """The version whose document goes into force again, and why."""

    version: Version
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


ALL = """select kind, key, max(version) filter (where status = 'published') as version,
    (array_agg(document->'name' order by (status = 'published') desc))[1] as name,
    (array_agg(document->>'object' order by (status = 'published') desc))[1] as object,
    bool_or(status = 'published' and document->'enabled' = 'false') as switched_off,
    max(published_at) filter (where status = 'published') as published_at,
    (array_agg(published_by) filter (where status = 'published'))[1] as published_by,
    (array_agg(note) filter (where status = 'published'))[1] as note,
    max(origin) filter (where status = 'published') as origin,
    (array_agg(quarantine) filter (where status = 'published'))[1] as quarantine,
    max(saved_at) filter (where status = 'draft') as draft_saved_at,
    (array_agg(saved_by) filter (where status = 'draft'))[1] as draft_saved_by
  from definition where status in ('draft', 'published') group by kind, key order by kind, key"""


@get("/api/v1/definitions", opt=READ, tags=TAGS)
async def list_kinds(here: Here) -> dict[str, Any]:
    """Every kind with the number of its definitions and drafts, all of them by name, and what is out of order."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        rows = await uow.fetch(
            "select kind, status, count(*) as n from definition where status in ('draft', 'published') group by kind, status"
        )
        counts = {(row["kind"], row["status"]): row["n"] for row in rows}
        kinds = [
            {"kind": kind, "published": counts.get((kind, "published"), 0), "drafts": counts.get((kind, "draft"), 0)}
            for kind in all_kinds()
        ]
        everything = await uow.fetch(ALL)
        out = [{"kind": kind, "key": key, "reason": why} for (kind, key), why in (await list_quarantined(uow)).items()]
        return {"rev": uow.workspace.definitions_rev, "kinds": kinds, "quarantined": out, "rows": [dict(row) for row in everything]}

    return await here.read(command)


@get("/api/v1/definitions/{kind:str}", opt=READ, tags=TAGS)
async def list_definitions(here: Here, kind: Kind) -> dict[str, Any]:
    """All definitions of a kind: those in force and those only drafted."""
    kind_of(kind)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        rows = await uow.fetch(
            """select key, max(version) filter (where status = 'published') as version,
                max(version) filter (where status = 'draft') as draft_version,
                max(saved_at) filter (where status = 'draft') as draft_saved_at,
                max(published_at) filter (where status = 'published') as published_at,
                max(origin) filter (where status = 'published') as origin,
                (array_agg(document->'name' order by (status = 'published') desc))[1] as name,
                (array_agg(document->>'object' order by (status = 'published') desc))[1] as object,
                (array_agg(quarantine) filter (where status = 'published'))[1] as quarantine
              from definition where kind = $1 and status in ('draft', 'published') group by key order by key""",
            kind,
        )  # fmt: skip
        return {"kind": kind, "rows": [dict(row) for row in rows]}

    return await here.read(command)


@get("/api/v1/definitions/{kind:str}/{key:str}", opt=READ, tags=TAGS)
async def get_definition(here: Here, kind: Kind, key: Kind, version: Version | None = None) -> Response[dict[str, Any]]:
    """The version in force (or the one asked for) and the draft, with the draft's version as ETag."""
    kind_of(kind)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        row = await uow.fetchrow(
            """select version, status, document, origin, quarantine, note, published_at, published_by from definition
              where kind = $1 and key = $2 and (version = $3 or $3::int is null and status = 'published')""",
            kind, key, version,
        )  # fmt: skip
        draft = await find_draft(uow, kind, key)
        if row is None and (draft is None or version is not None):
            raise not_found("definitions.unknown", definition=f"{kind}/{key}")
        found = dict(row) if row else {"version": None, "status": "draft", "document": None}
        if found["document"] is not None:
            found["document"] = shown(kind, found["document"])
        return {"kind": kind, "key": key, **found, "draft": _draft(draft)}

    found = await here.read(command)
    headers = {"etag": here.etag(found["draft"]["version"])} if found["draft"] else {}
    return Response(found, headers=headers)


@put("/api/v1/definitions/{kind:str}/{key:str}", opt=WRITE, tags=TAGS)
async def put_draft(here: Here, kind: Kind, key: Kind, data: DraftBody) -> Response[dict[str, Any]]:
    """Saves the draft, however incomplete; the answer says what is still wrong with it."""
    _may_write(here, kind)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        draft = await save_draft(
            uow, kind, key, data.document, data.note, base_version=data.base_version, expected_version=here.if_match,
            revision=data.revision,
        )
        return {"draft": _draft(draft), "problems": _problems(await check_draft(uow, kind, key))}

    saved = await here.run(command)
    return Response(saved, headers={"etag": here.etag(saved["draft"]["version"])})


@delete("/api/v1/definitions/{kind:str}/{key:str}/draft", opt=WRITE, tags=TAGS)
async def delete_draft(here: Here, kind: Kind, key: Kind) -> None:
    """Throws the draft away; what is in force stays."""
    _may_write(here, kind)
    await here.run(lambda uow: discard_draft(uow, kind, key))


@post("/api/v1/definitions/{kind:str}/{key:str}/check", opt=reads("definitions.read"), tags=TAGS, status_code=200)
async def check_definition(here: Here, kind: Kind, key: Kind, data: CheckBody) -> dict[str, Any]:
    """Every problem of the draft, or of a document not saved."""
    kind_of(kind)
    return {"problems": _problems(await here.read(lambda uow: check_draft(uow, kind, key, data.document)))}


@post("/api/v1/definitions/{kind:str}/{key:str}/dry-run", opt=reads("definitions.read"), tags=TAGS, status_code=200)
async def dry_run_definition(here: Here, kind: Kind, key: Kind, data: DryRunBody) -> dict[str, Any]:
    """What it would have done in a past window: how often, on whom, with samples; changes nothing."""
    kind_of(kind)
    return await here.read(lambda uow: dry_run(uow, kind, key, data.since, data.until, data.document))


@post("/api/v1/definitions/{kind:str}/{key:str}/publish", opt=WRITE, tags=TAGS, status_code=200)
async def publish_definition(here: Here, kind: Kind, key: Kind, data: PublishBody) -> dict[str, Any]:
    """Puts the draft in force, with other drafts when they only fit together; answers when it is live."""
    items = [(kind, key), *((item.kind, item.key) for item in data.items)]
    for each in {name for name, _ in items}:
        _may_write(here, each)
    return _published(await publish(here.database, here.workspace, here.actor, items, data.note))


@post("/api/v1/definitions/{kind:str}/{key:str}/roll-back", opt=WRITE, tags=TAGS, status_code=200)
async def roll_back_definition(here: Here, kind: Kind, key: Kind, data: RollBackBody) -> dict[str, Any]:
    """Puts an older version's document in force again, as a new version."""
    _may_write(here, kind)
    return _published(await roll_back(here.database, here.workspace, here.actor, kind, key, data.version, data.note))


@post("/api/v1/definitions/{kind:str}/{key:str}/release", opt=WRITE, tags=TAGS, status_code=200)
async def release_definition(here: Here, kind: Kind, key: Kind) -> dict[str, Any]:
    """Puts a quarantined definition back in force once its check finds nothing."""
    _may_write(here, kind)
    return {"released": await here.run(lambda uow: release(uow, kind, key))}


@delete("/api/v1/definitions/{kind:str}/{key:str}", opt=WRITE, tags=TAGS, status_code=200)
async def retire_definition(here: Here, kind: Kind, key: Kind) -> dict[str, Any]:
    """Takes it out of force; refused, naming the users, while something uses it."""
    _may_write(here, kind)
    return {"rev": await retire(here.database, here.workspace, here.actor, kind, key)}


@get("/api/v1/definitions/{kind:str}/{key:str}/history", opt=READ, tags=TAGS)
async def get_history(here: Here, kind: Kind, key: Kind) -> dict[str, Any]:
    """All versions, newest first."""
    kind_of(kind)
    return {"rows": await here.read(lambda uow: history(uow, kind, key))}


@get("/api/v1/definitions/{kind:str}/{key:str}/compare", opt=READ, tags=TAGS)
async def compare_versions(here: Here, kind: Kind, key: Kind, a: Version, b: Version) -> dict[str, Any]:
    """What changed from version a to version b, by path."""
    kind_of(kind)
    found = await here.read(lambda uow: compare(uow, kind, key, a, b))
    return {"a": a, "b": b, "differences": [difference.as_dict() for difference in found]}


@get("/api/v1/definitions/{kind:str}/{key:str}/usage", opt=READ, tags=TAGS)
async def get_usage(here: Here, kind: Kind, key: Kind, field: Kind | None = None) -> dict[str, Any]:
    """What uses this definition, or one field of an object."""
    kind_of(kind)
    ref = Ref("field", f"{key}.{field}") if field else Ref(kind, key)
    return {"rows": [user.as_dict() for user in await here.read(lambda uow: usage(uow, ref))]}


def _may_write(here: Here, kind: str) -> None:
    if (right := right_of(kind)) is not None:
        here.require(right)


def _draft(draft: Draft | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    return {
        "version": draft.version, "document": shown(draft.kind, draft.document), "base_version": draft.base_version,
        "note": draft.note, "saved_at": draft.saved_at, "saved_by": draft.saved_by, "revision": draft.revision,
        "origin": draft.origin,
    }  # fmt: skip


def _problems(problems: list[Problem]) -> list[dict[str, Any]]:
    return [problem.as_dict() for problem in problems]


def _published(result: PublishResult) -> dict[str, Any]:
    return {"rev": result.rev, "items": result.items, "warnings": _problems(result.warnings)}


ROUTES = [
    list_kinds, list_definitions, get_definition, put_draft, delete_draft, check_definition, dry_run_definition,
    publish_definition, roll_back_definition, release_definition, retire_definition, get_history, compare_versions, get_usage,
    make_keys,
]  # fmt: skip
