"""HTTP route of the registry: what screens are drawn from."""

from typing import Any

from litestar import get

from xingji.kernel.http import SIGNED_IN, Here, needs
from xingji.kernel.records.described import describe_schema


@get("/api/v1/schema", opt=needs(SIGNED_IN), tags=["records"])
async def read_schema(here: Here) -> dict[str, Any]:
    """Objects, fields and list views as far as this session may see them, with names of people and keys."""
    return await here.read(describe_schema)


ROUTES = [read_schema]
