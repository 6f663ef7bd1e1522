"""HTTP routes of records: lists, single records, writes, bulk, figures, search, history, undo, files."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Parameter

from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError, invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import SIGNED_IN, Here, needs, reads
from xingji.kernel.records.bulk import BulkAsked, Deed, Selection, preview_bulk, run_bulk, run_portion
from xingji.kernel.records.changes import Change, WriteResult
from xingji.kernel.records.contact_audit import audit_contact_query
from xingji.kernel.records.figures import named_figures
from xingji.kernel.records.files import file_headers, find_file, read_file, save_file
from xingji.kernel.records.guidance import GUIDANCE, acknowledge, log_acknowledged
from xingji.kernel.records.history import history, timeline
from xingji.kernel.records.list_views import sorts_of
from xingji.kernel.records.query import Page, Query, get_record, get_record_page, query, suggest
from xingji.kernel.records.related import read_related, search_everything
from xingji.kernel.records.saved_views import view_document
from xingji.kernel.records.undo import undo
from xingji.kernel.records.write import write

MINE = needs(SIGNED_IN)
TAGS = ["records"]
Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
Cel = Annotated[str, msgspec.Meta(max_length=4096)]
Most = Annotated[int, Parameter(ge=1, le=500)]


class ChangeBody(msgspec.Struct, forbid_unknown_fields=True):
    """One change of a bulk write."""

    op: str
    id: UUID | None = None
    values: dict[str, Any] = {}
    expected_version: int | None = None


class BulkBody(msgspec.Struct, forbid_unknown_fields=True):
    """Either `changes`, or `set` for all records of a `filter`."""

    changes: Annotated[list[ChangeBody], msgspec.Meta(max_length=10_000)] | None = None
    filter: Cel | None = None
    set: dict[str, Any] | None = None
    dry_run: bool = False


class SelectionBody(msgspec.Struct, forbid_unknown_fields=True):
    """One thing done to a selection: `ids`, or everything `filter` and `search` show. `after` and `change` go on with it."""

    ids: Annotated[list[UUID], msgspec.Meta(max_length=10_000)] | None = None
    filter: Cel | None = None
    search: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    set: dict[str, Any] = {}
    add: dict[str, list[str]] = {}
    remove: dict[str, list[str]] = {}
    delete: bool = False
    command: Key | None = None
    value: Any = None
    after: UUID | None = None
    change: UUID | None = None

    def chosen(self, object_key: str) -> tuple[Selection, Deed]:
        """The selection and what is done to it."""
        deed = Deed(self.set, self.add, self.remove, self.delete, self.command, self.value)
        return Selection(object_key, self.ids, self.filter, self.search), deed


class AggregateBody(msgspec.Struct, forbid_unknown_fields=True):
    """Figures over records: {as, fn, field | expr, filter} each."""

    filter: Cel | None = None
    search: str | None = None
    group: Annotated[list[Cel], msgspec.Meta(max_length=8)] = []
    aggregates: Annotated[list[dict[str, Any]], msgspec.Meta(max_length=50)] = []


class ListAsked(msgspec.Struct):
    """The query string of a list."""

    filter: str | None
    sort: str | None
    search: str | None
    view: str | None
    fields: str | None
    limit: int
    after: str | None
    count: str | None


def page_answer(page: Page) -> dict[str, Any]:
    """A page as JSON."""
    return {
        "rows": page.rows, "next": page.next, "count": page.count, "count_capped": page.count_capped,
        "people": page.people, "related": page.related,
    }  # fmt: skip


async def view_query(uow: UnitOfWork, object_key: str, asked: ListAsked) -> Query:
    """The query of a list; a named view brings columns, filter and order, the request adds its own filter."""
    conditions, sort, fields = [asked.filter] if asked.filter else [], _parts(asked.sort), _parts(asked.fields) or None
    if asked.view:
        view = await view_document(uow, object_key, asked.view)
        conditions = [*([str(view["filter"])] if view.get("filter") else []), *conditions]
        sort = sort or sorts_of(view)
    if asked.count not in (None, "", "capped", "exact"):
        raise invalid("records.bad_count", count=asked.count[:20])
    both = " && ".join(f"({one})" for one in conditions) if len(conditions) > 1 else "".join(conditions)
    return Query(
        object_key, fields=fields, filter=both or None, sort=sort, search=asked.search, limit=asked.limit,
        after=asked.after or None, count=asked.count or None, names=True,
    )  # fmt: skip


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


@get("/api/v1/records/{object_key:str}", opt=MINE, tags=TAGS)
async def list_records(
    here: Here,
    object_key: str,
    filter: str | None = None,
    sort: str | None = None,
    search: str | None = None,
    view: str | None = None,
    fields: str | None = None,
    limit: Most = 50,
    after: str | None = None,
    count: str | None = None,
) -> dict[str, Any]:
    """A page of records the reader may see."""
    asked = ListAsked(filter, sort, search, view, fields, limit, after, count)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        page = await query(uow, await view_query(uow, object_key, asked))
        await audit_contact_query(uow, object_key, filter, search, len(page.rows))
        return page_answer(page)

    return await here.read(command)


@post("/api/v1/records/{object_key:str}", opt=MINE, tags=TAGS, status_code=201)
async def create_record(here: Here, object_key: str, data: dict[str, Any]) -> Response[dict[str, Any]]:
    """A new record."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return await write_one(here, uow, Change("create", object_key, values=data))

    return tagged(here, await here.run(command), 201)


@get("/api/v1/records/{object_key:str}/{id:uuid}", opt=MINE, tags=TAGS)
async def read_record(here: Here, object_key: str, id: UUID, fields: str | None = None) -> Response[dict[str, Any]]:
    """One record with every field the reader sees."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        record, page = await get_record_page(uow, object_key, id, _parts(fields) or None)
        return {**record, "people": page.people, "related": page.related}

    return tagged(here, await here.read(command))


@patch("/api/v1/records/{object_key:str}/{id:uuid}", opt=MINE, tags=TAGS)
async def change_record(here: Here, object_key: str, id: UUID, data: dict[str, Any]) -> Response[dict[str, Any]]:
    """Changes fields of a record; with If-Match only while it still has that version."""
    change = Change("update", object_key, id, data, here.if_match)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return await write_one(here, uow, change)

    return tagged(here, await here.run(command))


@delete("/api/v1/records/{object_key:str}/{id:uuid}", opt=MINE, tags=TAGS, status_code=200)
async def delete_record(here: Here, object_key: str, id: UUID) -> dict[str, Any]:
    """Deletes a record; it can be restored for 30 days."""
    change = Change("delete", object_key, id, expected_version=here.if_match)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"id": str(id), "change": str((await write(uow, [change])).change)}

    return await here.run(command)


@post("/api/v1/records/{object_key:str}/{id:uuid}/restore", opt=MINE, tags=TAGS, status_code=200)
async def restore_record(here: Here, object_key: str, id: UUID) -> dict[str, Any]:
    """Brings a deleted record back."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return await answer_of(uow, object_key, await write(uow, [Change("restore", object_key, id)]))

    return await here.run(command)


@post("/api/v1/records/{object_key:str}/bulk", opt=needs("bulk"), tags=TAGS, status_code=200)
async def bulk_write(here: Here, object_key: str, data: BulkBody) -> dict[str, Any]:
    """Many changes, all or none; with `dry_run` only what would happen."""
    changes = None
    if data.changes is not None:
        given = [n for n, one in enumerate(data.changes) if one.op == "create" and one.id is not None]
        if given:  # ids are made here
            raise invalid(
                "records.invalid", [Problem("records.id_not_expected", f"changes.{n}.id") for n in given[:100]]
            )
        changes = [Change(one.op, object_key, one.id, one.values, one.expected_version) for one in data.changes]
    asked = BulkAsked(object_key, changes, data.filter, data.set, data.dry_run)
    return await here.run(lambda uow: run_bulk(uow, asked))


@post("/api/v1/records/{object_key:str}/bulk/preview", opt=needs("bulk"), tags=TAGS, status_code=200)
async def bulk_preview(here: Here, object_key: str, data: SelectionBody) -> dict[str, Any]:
    """How many records a deed would change, which it would not and why, and the first of them before and after."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        acknowledge(uow, here.request.headers.get(GUIDANCE))
        return await preview_bulk(uow, *data.chosen(object_key))

    return await here.read(command)


@post("/api/v1/records/{object_key:str}/bulk/run", opt=needs("bulk"), tags=TAGS, status_code=200)
async def bulk_run(here: Here, object_key: str, data: SelectionBody) -> dict[str, Any]:
    """The next portion of a deed; records that are refused are left out and named."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        acknowledge(uow, here.request.headers.get(GUIDANCE))
        done = await run_portion(uow, *data.chosen(object_key), after=data.after, change=data.change)
        await log_acknowledged(uow)
        return done

    return await here.run(command)


@post("/api/v1/records/{object_key:str}/aggregate", opt=reads(SIGNED_IN), tags=TAGS, status_code=200)
async def aggregate_records(here: Here, object_key: str, data: AggregateBody) -> dict[str, Any]:
    """Figures over the records the reader may see."""
    figures = data.aggregates or [{"as": "count", "fn": "count"}]
    wanted = Query(object_key, filter=data.filter, search=data.search, group=data.group, aggregates=figures)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return await named_figures(uow, wanted)

    return await here.read(command)


@get("/api/v1/records/{object_key:str}/suggest", opt=MINE, tags=TAGS)
async def suggest_records(
    here: Here, object_key: str, q: str, limit: Annotated[int, Parameter(ge=1, le=50)] = 10
) -> dict[str, Any]:
    """Records a text may mean, for pickers."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"rows": await suggest(uow, object_key, q[:200], limit)}

    return await here.read(command)


@get("/api/v1/records/{object_key:str}/{id:uuid}/history", opt=MINE, tags=TAGS)
async def record_history(
    here: Here, object_key: str, id: UUID, limit: Most = 50, after: str | None = None
) -> dict[str, Any]:
    """Every change of a record, newest first."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        found = await history(uow, object_key, id, limit=limit, after=after)
        return {"rows": found.rows, "next": found.next, "people": found.people, "related": found.related}

    return await here.read(command)


@get("/api/v1/records/{object_key:str}/{id:uuid}/timeline", opt=MINE, tags=TAGS)
async def record_timeline(
    here: Here, object_key: str, id: UUID, limit: Most = 50, after: str | None = None
) -> dict[str, Any]:
    """Everything that happened to a record, newest first."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        found = await timeline(uow, object_key, id, limit=limit, after=after)
        return {"rows": found.rows, "next": found.next, "people": found.people, "related": found.related}

    return await here.read(command)


@get("/api/v1/records/{object_key:str}/{id:uuid}/related/{inverse:str}", opt=MINE, tags=TAGS)
async def related_records(
    here: Here, object_key: str, id: UUID, inverse: str, limit: Most = 50, after: str | None = None
) -> dict[str, Any]:
    """A relation seen from its other side."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        other, page = await read_related(uow, object_key, id, inverse, limit=limit, after=after)
        return {"object": other, **page_answer(page)}

    return await here.read(command)


@get("/api/v1/search", opt=MINE, tags=TAGS)
async def search(here: Here, q: str, limit: Annotated[int, Parameter(ge=1, le=20)] = 5) -> dict[str, Any]:
    """Records of every object a text may mean."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        rows = await search_everything(uow, q[:200], limit)
        await audit_contact_query(uow, None, None, q[:200], len(rows))
        return {"rows": rows}

    return await here.read(command)


@post("/api/v1/changes/{change:uuid}/undo", opt=MINE, tags=TAGS, status_code=200)
async def undo_change(here: Here, change: UUID) -> dict[str, Any]:
    """Takes back what a command changed, and says what cannot be taken back."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        done = await undo(uow, change)
        return {"change": str(done.change), "restored": done.restored, "cannot": done.cannot}

    return await here.run(command)


@post("/api/v1/files", opt=MINE, tags=["files"], status_code=201)
async def upload_file(here: Here, name: Annotated[str, Parameter(max_length=300)] = "file") -> dict[str, Any]:
    """Stores the body as a file; a record's file field then names its id."""
    content = await here.request.body()

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        stored = await save_file(uow, name, content)
        return {"id": str(stored.id), "name": stored.name, "content_type": stored.content_type, "size": stored.size}

    return await here.run(command)


@get("/api/v1/files/{id:uuid}", opt=MINE, tags=["files"])
async def download_file(here: Here, id: UUID) -> Response[bytes]:
    """The content of a file, never as something a browser would run."""
    stored, content = await here.read(lambda uow: read_file(uow, id))
    return Response(content, headers=file_headers(stored), media_type=stored.content_type)


@get("/api/v1/files/{id:uuid}/about", opt=MINE, tags=["files"])
async def describe_file(here: Here, id: UUID) -> dict[str, Any]:
    """Name, type and size of a file."""
    stored = await here.read(lambda uow: find_file(uow, id))
    return {"id": str(stored.id), "name": stored.name, "content_type": stored.content_type, "size": stored.size}


async def write_one(here: Here, uow: UnitOfWork, change: Change) -> dict[str, Any]:
    """One record written with the guidance its writer has acknowledged; what `answer_of` says."""
    acknowledge(uow, here.request.headers.get(GUIDANCE))
    result = await write(uow, [change])
    await log_acknowledged(uow)
    return await answer_of(uow, change.object, result)


async def answer_of(uow: UnitOfWork, object_key: str, result: WriteResult) -> dict[str, Any]:
    """What a write of one record answers: the record as the writer may see it, and the id of the change for undo."""
    id, version = result.ids[0], result.versions[0]
    try:
        record = await get_record(uow, object_key, id)
    except XingjiError as error:
        if error.kind not in (ErrorKind.NOT_FOUND, ErrorKind.FORBIDDEN):
            raise
        record = {"id": str(id), "version": version, "can": {}}  # written out of one's own reach
    return {**record, "change": str(result.change)}


def tagged(here: Here, record: dict[str, Any], status: int = 200) -> Response[dict[str, Any]]:
    """An answer with the record's version as its ETag."""
    return Response(record, status_code=status, headers={"ETag": here.etag(record["version"])})


ROUTES = [
    list_records, create_record, read_record, change_record, delete_record, restore_record, bulk_write, bulk_preview,
    bulk_run, aggregate_records,
    suggest_records, record_history, record_timeline, related_records, search, undo_change, upload_file, download_file,
    describe_file,
]  # fmt: skip
