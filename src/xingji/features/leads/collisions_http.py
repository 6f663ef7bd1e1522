"""HTTP routes of collisions: what stands open, both histories, the ruling."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post

from xingji.features.leads.collisions import list_collisions, read_collision, rule_collision
from xingji.kernel.http import SIGNED_IN, Here, needs

MINE = needs(SIGNED_IN)
TAGS = ["leads"]


class RulingBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which lead goes on, the share of each lead's owner (together 1), and why."""

    continues: UUID
    shares: dict[UUID, float]
    reason: Annotated[str, msgspec.Meta(max_length=1000, pattern="^[^\\x00]*$")] = ""


@get("/api/v1/collisions", opt=MINE, tags=TAGS)
async def get_collisions(here: Here) -> dict[str, Any]:
    """Customers two people follow; a side the reader may not see is named by its team only."""
    return await here.read(list_collisions)


@get("/api/v1/collisions/{id:uuid}", opt=MINE, tags=TAGS)
async def get_collision(here: Here, id: UUID) -> dict[str, Any]:
    """Both sides with what each did, for who may read both."""
    return await here.read(lambda uow: read_collision(uow, id))


@post("/api/v1/collisions/{id:uuid}/rule", opt=MINE, tags=TAGS, status_code=200)
async def rule(here: Here, id: UUID, data: RulingBody) -> dict[str, Any]:
    """Says who goes on and how credit is split."""
    return await here.run(lambda uow: rule_collision(uow, id, data.continues, data.shares, data.reason))


ROUTES = [get_collisions, get_collision, rule]
