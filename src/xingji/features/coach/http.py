"""HTTP routes of the coach: a stuck deal, the review, the register of what is recorded, diligence."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post

from xingji.features.coach.diligence import read_diligence, say_seen
from xingji.features.coach.register import confirm_register, list_registers
from xingji.features.coach.review import ask_review
from xingji.features.coach.stuck import read_coach
from xingji.kernel.http import SIGNED_IN, Here, needs

MINE = needs(SIGNED_IN)
TAGS = ["coach"]
Words = Annotated[str, msgspec.Meta(max_length=1000, pattern="^[^\\x00]*$")]


class ReviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the review is about."""

    note: Words = ""


class SeenBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the person says of it."""

    word: Words = ""


@get("/api/v1/coach/{object_key:str}/{id:uuid}", opt=MINE, tags=TAGS)
async def coach_of(here: Here, object_key: str, id: UUID) -> dict[str, Any]:
    """What helped in this stage, how this customer's objections ended, and the review."""
    return await here.read(lambda uow: read_coach(uow, object_key, id))


@post("/api/v1/coach/{object_key:str}/{id:uuid}/review", opt=MINE, tags=TAGS, status_code=200)
async def ask_for_review(here: Here, object_key: str, id: UUID, data: ReviewBody) -> dict[str, Any]:
    """Asks the line manager for fifteen minutes."""
    return await here.run(lambda uow: ask_review(uow, object_key, id, data.note))


@get("/api/v1/monitoring", opt=MINE, tags=TAGS)
async def read_registers(here: Here) -> dict[str, Any]:
    """What is recorded of people's work, why, who sees it, how long, and whether one confirmed it."""
    return await here.read(list_registers)


@post("/api/v1/monitoring/{key:str}/confirm", opt=MINE, tags=TAGS, status_code=200)
async def confirm_reading(here: Here, key: str) -> dict[str, Any]:
    """Confirms having read it."""
    return await here.run(lambda uow: confirm_register(uow, key))


@get("/api/v1/diligence", opt=MINE, tags=TAGS)
async def diligence(here: Here) -> dict[str, Any]:
    """One's own pattern, and those below one who saw theirs."""
    return await here.read(read_diligence)


@post("/api/v1/diligence/{id:uuid}/seen", opt=MINE, tags=TAGS, status_code=200)
async def diligence_seen(here: Here, id: UUID, data: SeenBody) -> dict[str, Any]:
    """Says that one has seen it, with a word on it."""
    return await here.run(lambda uow: say_seen(uow, id, data.word))


ROUTES = [coach_of, ask_for_review, read_registers, confirm_reading, diligence, diligence_seen]
