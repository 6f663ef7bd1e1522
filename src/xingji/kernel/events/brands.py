"""The brand of events that name a record but no brand, so that the brand fence holds for what comes from outside too.

Asks the port handed in, and only where the workspace has an isolated brand. Knows no table of records.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace

from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db.database import UnitOfWork

BrandsOf = Callable[[UnitOfWork, str, Sequence[UUID]], Awaitable[Mapping[UUID, str]]]
"""(unit of work, object, records) to the brands of those that have one."""

_port: dict[str, BrandsOf] = {}


def configure_brands(brands_of: BrandsOf) -> None:
    """Hands in where the brands of records come from."""
    _port["brands_of"] = brands_of


async def with_brands(uow: UnitOfWork, events: Mapping[int, NewEvent]) -> dict[int, NewEvent]:
    """The same events, those of a record without a brand of their own now with the record's."""
    open_ones = [event for event in events.values() if event.brand is None and event.record and event.object]
    if not open_ones or "brands_of" not in _port or not await _isolates(uow):
        return dict(events)
    brands: dict[UUID, str] = {}
    for object_key in {str(event.object) for event in open_ones}:
        ids = sorted({event.record for event in open_ones if event.object == object_key and event.record})
        brands |= await _port["brands_of"](uow, object_key, ids)
    return {
        place: replace(event, brand=event.brand or brands.get(event.record)) if event.record else event
        for place, event in events.items()
    }


async def _isolates(uow: UnitOfWork) -> bool:
    cache, state = uow.database.cache, uow.workspace
    held = cache.get(("brands.isolated", state.key))
    if held is None or held[0] != state.access_rev:
        found = await uow.fetchval("select exists (select from brand where isolated)")
        held = cache["brands.isolated", state.key] = (state.access_rev, found)
    return held[1]
