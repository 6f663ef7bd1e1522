"""HTTP routes of the radar: the list, one record's risks, silencing, and how often each rule was right."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post

from xingji.features.radar.read import accuracy, list_risks, risks_of_record
from xingji.features.radar.silence import silence, unsilence
from xingji.kernel.http import SIGNED_IN, Here, needs

MINE = needs(SIGNED_IN)
TAGS = ["radar"]


class SilenceBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why, and until when (the whole day)."""

    reason: Annotated[str, msgspec.Meta(max_length=500, pattern="^[^\\x00]*$")]
    until: date


@get("/api/v1/risks", opt=MINE, tags=TAGS)
async def read_risks(here: Here, rule: str | None = None, silenced: bool = False) -> dict[str, Any]:
    """Open risks of the records the reader sees; with `silenced` those that are hushed."""
    return await here.read(lambda uow: list_risks(uow, rule, silenced=silenced))


@get("/api/v1/risks/accuracy", opt=needs("metrics.read"), tags=TAGS)
async def read_accuracy(here: Here) -> dict[str, Any]:
    """How often each rule was right, of the records the reader sees, and its limits in force."""
    return await here.read(accuracy)


@get("/api/v1/risks/{object_key:str}/{id:uuid}", opt=MINE, tags=TAGS)
async def read_risks_of(here: Here, object_key: str, id: UUID) -> dict[str, Any]:
    """Risks of one record: open and past."""
    return await here.read(lambda uow: risks_of_record(uow, object_key, id))


@post("/api/v1/risks/{id:uuid}/silence", opt=MINE, tags=TAGS, status_code=200)
async def silence_risk(here: Here, id: UUID, data: SilenceBody) -> dict[str, Any]:
    """Silences a risk with a reason until a day."""
    return await here.run(lambda uow: silence(uow, id, data.reason, data.until))


@post("/api/v1/risks/{id:uuid}/unsilence", opt=MINE, tags=TAGS, status_code=200)
async def unsilence_risk(here: Here, id: UUID) -> dict[str, Any]:
    """Lets it be heard again."""
    return await here.run(lambda uow: unsilence(uow, id))


ROUTES = [read_risks, read_accuracy, read_risks_of, silence_risk, unsilence_risk]
