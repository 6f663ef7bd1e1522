"""Process health of running records: completeness, timeliness, collaboration gaps. Owns the table `process_health`.

score = w₁·completeness + w₂·timeliness + w₃·(1 − gaps/confirmations due); completeness = done/should over the required
actions of the stages left behind and those of the present stage whose time limit has passed; timeliness = 1 within the
stage's limit, then limit/taken in working minutes. Weights (0.6, 0.25, 0.15) and bands (green above 0.9, red below 0.7)
are defaults a playbook's `health` may change. One statement per playbook version, however many records.
"""

from collections.abc import Sequence
from uuid import UUID

from xingji.features.process.health_sql import BANDS, compile_health
from xingji.features.process.sight import Pinned, playbook_versions, playbooks_of
from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events

__all__ = ["BANDS", "refresh_health"]
GONE = """delete from process_health h where h.object = $1 and ($2::uuid[] is null or h.record = any ($2))
  and not exists (select from unnest($3::text[], $4::int[]) as b(key, version) where b.key = h.playbook and b.version = h.version)"""


async def refresh_health(uow: UnitOfWork, object_key: str, ids: Sequence[UUID] | None = None) -> int:
    """Computes the health of the open records among these (all open ones without ids), keeps it; how many.

    Emits: `process.health_changed` for records whose band changed. Closed records lose their row; those brought in from
    elsewhere have none before their next move.
    """
    books = await playbook_versions(uow, await pins_in_use(uow, object_key, ids))
    if not books:
        return 0
    schema = await records.load_schema(uow)
    few = ids is not None
    count = 0
    await uow.execute(GONE, object_key, list(ids) if ids is not None else None, [book.key for book in books.values()], [book.version for book in books.values()])
    for book in books.values():
        compiled = schema.memo(("process.health", book.object, book.key, book.version, few), lambda book=book: compile_health(schema, book, few=few))
        rows = await uow.fetch(f"{uow.mark()}{compiled.sql}", *compiled.bound(uow.now, ids))
        count += next(row["total"] for row in rows if row["id"] is None)
        await append_events(uow, [
            NewEvent("process.health_changed", book.object, row["id"],
                     {"from": row["before"], "to": row["band"], "score": round(row["score"], 4), "missing": row["missing"]}, brand=row["brand"])
            for row in rows if row["id"] is not None
        ])  # fmt: skip
    return count


async def pins_in_use(uow: UnitOfWork, object_key: str, ids: Sequence[UUID] | None = None) -> list[Pinned]:
    """The playbook versions that records of the object (all, or these) follow."""
    if not await playbooks_of(uow, object_key):
        return []
    query = records.Query(object_key, group=["playbook", "playbook_version"], filter="playbook != null", ids=ids)
    return [(row["playbook"], int(row["playbook_version"])) for row in await records.aggregate(records.on_behalf(uow), query) if row["playbook_version"] is not None]
