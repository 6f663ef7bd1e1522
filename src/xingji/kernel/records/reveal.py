"""Showing one masked value to somebody who says why: asked once, answered once, one line of the audit log each time."""

from typing import Any
from uuid import UUID

from xingji.kernel.access import audit
from xingji.kernel.core.errors import Problem, conflict, forbidden, invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.behalf import on_behalf
from xingji.kernel.records.query import get_record
from xingji.kernel.records.schema import load_schema
from xingji.kernel.records.visibility import visible_fields

LEAST_REASON = 2


async def reveal_field(
    uow: UnitOfWork, object_key: str, id: UUID, field: str, reason: str, ip: str | None = None
) -> dict[str, Any]:
    """{field, value} of a masked field of a record the actor reads; the value itself is kept nowhere.

    What a pool hides until it is picked stays hidden. Raises: `records.not_found`, `records.unknown_field`,
    `records.not_masked`, `records.reveal_in_pool`, `records.reveal_reason`.
    """
    await get_record(uow, object_key, id, ["id"])
    schema = await load_schema(uow)
    level = visible_fields(schema, uow.actor, object_key).get(field)
    if level is None:
        raise invalid("records.invalid", [Problem("records.unknown_field", "field", {"field": field[:80]})])
    row = await get_record(uow, object_key, id, [field])
    if field in row.get("masked", ()):
        raise forbidden("records.reveal_in_pool", object=object_key, field=field, who="owner")
    if level != "masked":
        raise conflict("records.not_masked", field=field)
    if len(reason.strip()) < LEAST_REASON:
        raise invalid("records.invalid", [Problem("records.reveal_reason", "reason", {"least": LEAST_REASON})])
    whole = await get_record(on_behalf(uow), object_key, id, [field])
    await audit(uow, "field.revealed", object_key=object_key, record=id, ip=ip, field=field, reason=reason.strip())
    return {"field": field, "value": whole[field]}
