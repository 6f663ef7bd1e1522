"""HTTP routes of imports and exports."""

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from xingji.kernel.core.errors import invalid
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.http import Here, needs
from xingji.kernel.records.exporters import export_file
from xingji.kernel.records.http import ListAsked, view_query
from xingji.kernel.records.import_files import template_workbook
from xingji.kernel.records.import_job import levels_of
from xingji.kernel.records.import_mapping import children_of
from xingji.kernel.records.importers import (
    describe_import,
    edit_import,
    list_imports,
    preview_import,
    queue_import,
    start_import,
    undo_import,
)
from xingji.kernel.records.schema import load_schema
from xingji.kernel.records.visibility import reach

IMPORT = needs("import")
TAGS = ["imports"]
FORMS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PreviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """A mapping other than the proposed one, and how the import is to count."""

    mapping: dict[str, Any] | None = None
    mode: str | None = None


class RunBody(msgspec.Struct, forbid_unknown_fields=True):
    """How the import counts, and what it may set going."""

    mode: str = "import"
    fire: Annotated[list[str], msgspec.Meta(max_length=10)] = []


class EditBody(msgspec.Struct, forbid_unknown_fields=True):
    """Changed cells ({row: {column: text}}) and what becomes of rows ({row: join | apart | leave | take})."""

    cells: Annotated[dict[str, dict[str, str]], msgspec.Meta(max_length=1_000)] = {}
    decisions: Annotated[dict[str, str], msgspec.Meta(max_length=10_000)] = {}


@post("/api/v1/imports", opt=IMPORT, tags=TAGS, status_code=201)
async def begin_import(
    here: Here,
    object_key: Annotated[str, Parameter(query="object", max_length=63)],
    name: Annotated[str, Parameter(max_length=300)] = "import.csv",
) -> dict[str, Any]:
    """Stores the body, a CSV or XLSX file or a pasted block, and proposes which column is which field."""
    content = await here.request.body()
    return await here.run(lambda uow: start_import(uow, object_key, name, content))


@get("/api/v1/imports", opt=IMPORT, tags=TAGS)
async def past_imports(here: Here) -> dict[str, Any]:
    """One's own imports, newest first."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"rows": await list_imports(uow)}

    return await here.read(command)


@post("/api/v1/imports/{id:uuid}/preview", opt=IMPORT, tags=TAGS, status_code=200)
async def preview(here: Here, id: UUID, data: PreviewBody) -> dict[str, Any]:
    """What would happen, row by row; stores the mapping and nothing else."""
    mode = Mode.HISTORY if data.mode == "history" else Mode.IMPORT
    return await here.run(lambda uow: preview_import(uow, id, data.mapping, data.mode), mode=mode)


@post("/api/v1/imports/{id:uuid}/edit", opt=IMPORT, tags=TAGS, status_code=200)
async def edit(here: Here, id: UUID, data: EditBody) -> dict[str, Any]:
    """Keeps cells mended in the preview and decisions about rows; the next preview shows what came of them."""
    return await here.run(lambda uow: edit_import(uow, id, data.cells, data.decisions))


@post("/api/v1/imports/{id:uuid}/run", opt=IMPORT, tags=TAGS, status_code=202)
async def start_run(here: Here, id: UUID, data: RunBody) -> dict[str, Any]:
    """Hands the import to the worker."""
    return await here.run(lambda uow: queue_import(uow, id, mode=data.mode, fire=data.fire))


@get("/api/v1/imports/{id:uuid}", opt=IMPORT, tags=TAGS)
async def read_import(here: Here, id: UUID) -> dict[str, Any]:
    """How far the import is."""
    return await here.read(lambda uow: describe_import(uow, id))


@post("/api/v1/imports/{id:uuid}/undo", opt=IMPORT, tags=TAGS, status_code=200)
async def take_back(here: Here, id: UUID) -> dict[str, Any]:
    """Takes the whole import back."""
    return await undo_import(here.database, here.workspace, id, here.actor)


@get("/api/v1/import-templates/{object_key:str}", opt=needs("import", files=[FORMS["xlsx"]]), tags=TAGS)
async def import_template(here: Here, object_key: str) -> Response[bytes]:
    """An empty workbook for an object: choices as drop-downs, an example row, a page of help."""

    async def command(uow: UnitOfWork) -> bytes:
        schema = await load_schema(uow)
        kind = reach(schema, uow.actor, object_key, "create")
        return template_workbook(kind, levels_of(schema, uow.actor, kind), children_of(schema, kind))

    content = await here.read(command)
    return Response(content, media_type=FORMS["xlsx"], headers=download_headers(f"{object_key}.xlsx"))


def download_headers(name: str) -> dict[str, str]:
    """Headers of a file that is kept, not shown."""
    return {
        "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }


@get("/api/v1/records/{object_key:str}/export", opt=needs("export", files=(*FORMS.values(),)), tags=TAGS)
async def export_records(
    here: Here,
    object_key: str,
    filter: str | None = None,
    sort: str | None = None,
    search: str | None = None,
    fields: str | None = None,
    view: str | None = None,
    group: str | None = None,
    form: str = "csv",
) -> Response[bytes]:
    """What the reader may export of what is on screen, as a file; noted in the audit."""
    if form not in FORMS:
        raise invalid("export.unknown_form", forms=sorted(FORMS))

    async def command(uow: UnitOfWork) -> bytes:
        asked = ListAsked(filter, sort, search, view, fields, 50, None, None)
        wanted = await view_query(uow, object_key, asked)
        if wanted.fields is None and view:
            columns = ((await load_published(uow)).get("list_view", view) or {}).get("columns")
            wanted = replace(wanted, fields=list(columns) if columns else None)
        if group:
            # Groups on screen stand one after another: the file keeps that order and has the group in front.
            kept = [name for name in wanted.fields or () if name != group]
            wanted = replace(wanted, fields=[group, *kept] if kept else None, sort=[group, *wanted.sort])
        return (await export_file(uow, wanted, form))[0]

    content = await here.read(command)
    return Response(content, media_type=FORMS[form], headers=download_headers(f"{object_key}.{form}"))


ROUTES = [
    begin_import, past_imports, preview, edit, start_run, read_import, take_back, import_template, export_records,
]  # fmt: skip
