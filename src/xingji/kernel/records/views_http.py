"""HTTP routes of personal list views, of forms while they are filled in, and of guidance at a moment."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post, put

from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import SIGNED_IN, Here, needs
from xingji.kernel.records.form_rules import evaluate_form, known_values
from xingji.kernel.records.guidance import guidance_on_open, note_opened
from xingji.kernel.records.known import origins_of
from xingji.kernel.records.saved_views import choose_default, delete_view, save_view

MINE = needs(SIGNED_IN)
TAGS = ["records"]
Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
ViewKey = Annotated[str, msgspec.Meta(pattern="^(my:)?[a-z0-9][a-z0-9_-]{0,62}$")]


class ViewBody(msgspec.Struct, forbid_unknown_fields=True):
    """A list view as its definition would be written."""

    document: dict[str, Any]


class DefaultBody(msgspec.Struct, forbid_unknown_fields=True):
    """The view a list opens with; none: the first one."""

    object: Key
    view: ViewKey | None = None


class FormBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is typed so far, over a record or over nothing; `form` stands in for the one in force (designer)."""

    values: dict[str, Any] = {}
    id: UUID | None = None
    form: dict[str, Any] | None = None


class OpenedBody(msgspec.Struct, forbid_unknown_fields=True):
    """Guidance somebody has read, with the items they ticked."""

    guidance: Key
    items: Annotated[list[Key], msgspec.Meta(max_length=50)] = []


@post("/api/v1/views", opt=MINE, tags=TAGS, status_code=201)
async def create_view(here: Here, data: ViewBody) -> dict[str, Any]:
    """A new personal view."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"key": await save_view(uow, data.document)}

    return await here.run(command)


@put("/api/v1/views/{id:uuid}", opt=MINE, tags=TAGS)
async def change_view(here: Here, id: UUID, data: ViewBody) -> dict[str, Any]:
    """Changes a personal view of one's own."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"key": await save_view(uow, data.document, id)}

    return await here.run(command)


@delete("/api/v1/views/{id:uuid}", opt=MINE, tags=TAGS, status_code=200)
async def remove_view(here: Here, id: UUID) -> dict[str, Any]:
    """Deletes a personal view; its document comes back, so that it can be saved again."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"document": await delete_view(uow, id)}

    return await here.run(command)


@put("/api/v1/views/default", opt=MINE, tags=TAGS)
async def set_default_view(here: Here, data: DefaultBody) -> dict[str, Any]:
    """Which view one's own list of an object opens with."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        await choose_default(uow, data.object, data.view)
        return {"object": data.object, "view": data.view}

    return await here.run(command)


@post("/api/v1/records/{object_key:str}/evaluate-form", opt=MINE, tags=TAGS, status_code=200)
async def evaluate(here: Here, object_key: str, data: FormBody) -> dict[str, Any]:
    """Which fields of the form are shown, required and closed for these values, and what is known of a new record already."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        known = await known_values(uow, object_key, data.values) if data.id is None and data.form is None else {}
        return {"fields": await evaluate_form(uow, object_key, data.values, data.id, data.form), "known": known}

    return await here.read(command)


@get("/api/v1/records/{object_key:str}/{id:uuid}/origins", opt=MINE, tags=TAGS)
async def record_origins(here: Here, object_key: str, id: UUID) -> dict[str, Any]:
    """Where the record's values came from: a person, what was known already, a source, the system."""
    return await here.read(lambda uow: origins_of(uow, object_key, id))


@get("/api/v1/records/{object_key:str}/{id:uuid}/guidance", opt=MINE, tags=TAGS)
async def record_guidance(here: Here, object_key: str, id: UUID) -> dict[str, Any]:
    """What this person should be told on opening the record and has not acknowledged yet."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"rows": await guidance_on_open(uow, object_key, id)}

    return await here.read(command)


@post("/api/v1/records/{object_key:str}/{id:uuid}/guidance", opt=MINE, tags=TAGS, status_code=200)
async def acknowledge_guidance(here: Here, object_key: str, id: UUID, data: OpenedBody) -> dict[str, Any]:
    """Notes that this person has read guidance shown on opening the record."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        await note_opened(uow, object_key, id, data.guidance, data.items)
        return {"guidance": data.guidance}

    return await here.run(command)


ROUTES = [
    create_view, change_view, remove_view, set_default_view, evaluate, record_guidance, record_origins, acknowledge_guidance,
]  # fmt: skip
