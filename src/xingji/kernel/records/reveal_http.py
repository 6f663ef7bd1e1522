"""HTTP route that shows one masked value."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post

from xingji.kernel.http import Here, needs
from xingji.kernel.records.reveal import reveal_field


class RevealBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which field, and why: the reason goes into the audit log."""

    field: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
    reason: Annotated[str, msgspec.Meta(max_length=500, pattern="^[^\\x00]*$")] = ""


@post("/api/v1/records/{object_key:str}/{id:uuid}/reveal", opt=needs("reveal"), tags=["records"], status_code=200)
async def reveal(here: Here, object_key: str, id: UUID, data: RevealBody) -> dict[str, Any]:
    """The whole value of a masked field, this once."""
    return await here.run(lambda uow: reveal_field(uow, object_key, id, data.field, data.reason, here.ip))


ROUTES = [reveal]
