"""HTTP route that tries a formula nobody has published: its problems, and what it makes of the newest records."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post

from xingji.kernel.cel import CelError, check
from xingji.kernel.core.errors import Problem
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import Here, needs
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.field_kinds.formula import RESULTS
from xingji.kernel.records.query import Query, aggregate, query
from xingji.kernel.records.schema import load_schema

SAMPLES = 3


class TryBody(msgspec.Struct, forbid_unknown_fields=True):
    """A formula of an object and the kind of value it should have."""

    object: Annotated[str, msgspec.Meta(max_length=63)]
    expr: Annotated[str, msgspec.Meta(max_length=4_000)]
    result: Annotated[str, msgspec.Meta(max_length=20)] = "number"


async def try_formula(uow: UnitOfWork, object_key: str, expr: str, result: str) -> dict[str, Any]:
    """{problems, samples: [{title, value}]}: under the reader's own policy, changing nothing.

    Raises: `records.unknown_object`, `access.denied`.
    """
    schema = await load_schema(uow)
    kind = schema.object(object_key)
    if result not in RESULTS:
        text = {"zh": "没有这种结果类型", "en": "No such kind of result"}
        return {"problems": [Problem("records.bad_result", "result", {}, text).as_dict()], "samples": []}
    try:
        check(expr, cel_env(schema, object_key, policy=uow.actor.policy), RESULTS[result])
        newest = (await query(uow, Query(object_key, [kind.title], sort=["-created_at"], limit=SAMPLES))).rows
        ids = [UUID(str(row["id"])) for row in newest]
        made = {str(row["id"]): row[expr] for row in await aggregate(uow, Query(object_key, group=["id", expr], ids=ids))} if ids else {}
    except CelError as error:
        return {"problems": [problem.as_dict() for problem in error.problems], "samples": []}
    return {"problems": [], "samples": [{"title": row.get(kind.title), "value": made.get(str(row["id"]))} for row in newest]}


@post("/api/v1/formulas/try", opt=needs("definitions.read"), tags=["records"], status_code=200)
async def try_it(here: Here, data: TryBody) -> dict[str, Any]:
    """What is wrong with a formula, and its value for the newest records."""
    return await here.read(lambda uow: try_formula(uow, data.object, data.expr, data.result))


ROUTES = [try_it]
