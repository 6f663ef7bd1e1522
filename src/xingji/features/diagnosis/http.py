"""HTTP routes of the diagnosis: the report, the morning page, wake-up tasks, whether there is anything here yet."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post

from xingji.features.diagnosis.figures import diagnose
from xingji.features.diagnosis.morning import morning
from xingji.features.diagnosis.rhythm import silences
from xingji.features.diagnosis.wake import MOST, wake_customers
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import SIGNED_IN, Here, needs
from xingji.kernel.records import Query, query

TAGS = ["diagnosis"]
READ = needs("metrics.read")


class WakeBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to wake, and within how many days."""

    customers: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=MOST)]
    days: Annotated[int, msgspec.Meta(ge=0, le=60)] = 3


@get("/api/v1/diagnosis", opt=READ, tags=TAGS)
async def read_diagnosis(here: Here) -> dict[str, Any]:
    """Five figures of one's own records, each with its money and its rows, and what cannot be said."""
    return await here.read(diagnose)


@get("/api/v1/diagnosis/morning", opt=READ, tags=TAGS)
async def read_morning(here: Here, tomorrow: bool = False) -> dict[str, Any]:
    """The page of 8:30, today's or tomorrow's."""
    return await here.read(lambda uow: morning(uow, tomorrow=tomorrow))


@get("/api/v1/diagnosis/silences", opt=READ, tags=TAGS)
async def read_silences(here: Here) -> dict[str, Any]:
    """How often in the past year nobody touched a customer for a month, and with whom: what days alone can tell."""
    return await here.read(silences)


@post("/api/v1/diagnosis/wake", opt=needs(SIGNED_IN), tags=TAGS, status_code=200)
async def wake(here: Here, data: WakeBody) -> dict[str, Any]:
    """Tasks for the owners of sleeping customers, and a text for the chat group; sends nothing."""
    return await here.run(lambda uow: wake_customers(uow, data.customers, data.days))


@get("/api/v1/start", opt=needs(SIGNED_IN), tags=TAGS)
async def read_start(here: Here) -> dict[str, Any]:
    """Whether the reader sees any customer or lead yet: an empty workspace begins with an import."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        for object_key in ("customer", "lead"):
            if (await query(uow, Query(object_key, ["id"], limit=1))).rows:
                return {"empty": False}
        return {"empty": True}

    return await here.read(command)


ROUTES = [read_diagnosis, read_morning, read_silences, wake, read_start]
