"""HTTP routes of imports and exports."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from xingji.kernel.core.errors import invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import Here, needs
from xingji.kernel.records.exporters import export_file
from xingji.kernel.records.importers import describe_import, preview_import, queue_import, start_import, undo_import
from xingji.kernel.records.query import Query

IMPORT = needs("import")
TAGS = ["imports"]
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PreviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """A mapping other than the proposed one."""

    mapping: dict[str, Any] | None = None


class RunBody(msgspec.Struct, forbid_unknown_fields=True):
    """How the import counts, and what it may set going."""

    mode: str = "import"
    fire: Annotated[list[str], msgspec.Meta(max_length=10)] = []


@post("/api/v1/imports", opt=IMPORT, tags=TAGS, status_code=201)
async def begin_import(
    here: Here,
    object_key: Annotated[str, Parameter(query="object", max_length=63)],
    name: Annotated[str, Parameter(max_length=300)] = "import.csv",
) -> dict[str, Any]:
    """Stores the body, a CSV or XLSX file, and proposes which column is which field."""
    content = await here.request.body()
    return await here.run(lambda uow: start_import(uow, object_key, name, content))


@post("/api/v1/imports/{id:uuid}/preview", opt=IMPORT, tags=TAGS, status_code=200)
async def preview(here: Here, id: UUID, data: PreviewBody) -> dict[str, Any]:
    """What the import would do: new, updated, conflicting and refused rows, with every error."""
    return await here.run(lambda uow: preview_import(uow, id, data.mapping))


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


@get("/api/v1/records/{object_key:str}/export", opt=needs("export"), tags=TAGS)
async def export_records(
    here: Here,
    object_key: str,
    filter: str | None = None,
    sort: str | None = None,
    search: str | None = None,
    fields: str | None = None,
    form: str = "csv",
) -> Response[bytes]:
    """What the reader may export, as a file; noted in the audit."""
    if form not in FORMS:
        raise invalid("export.unknown_form", forms=sorted(FORMS))
    parts = [part for part in (fields or "").split(",") if part] or None
    order = [part for part in (sort or "").split(",") if part]
    wanted = Query(object_key, fields=parts, filter=filter, sort=order, search=search)

    async def command(uow: UnitOfWork) -> bytes:
        return (await export_file(uow, wanted, form))[0]

    content = await here.read(command)
    headers = {
        "Content-Disposition": f'attachment; filename="{object_key}.{form}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=FORMS[form], headers=headers)


ROUTES = [begin_import, preview, start_run, read_import, take_back, export_records]
