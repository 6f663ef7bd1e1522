"""Who lies in which pool since when, who held it before, and until when that person cools down. Owns `pool_entry`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.db import UnitOfWork

ENTER = """insert into pool_entry (record, object, pool, entered_at, previous_owner, cool_until, reason)
  select record, $1, pool, $2, previous, case when previous is null then null else $3::timestamptz end, $4
  from unnest($5::uuid[], $6::text[], $7::uuid[]) as n(record, pool, previous)
  on conflict (record) do update set pool = excluded.pool, entered_at = excluded.entered_at, reason = excluded.reason,
    previous_owner = coalesce(excluded.previous_owner, pool_entry.previous_owner),
    cool_until = coalesce(excluded.cool_until, pool_entry.cool_until)"""


async def enter_pool(
    uow: UnitOfWork, object_key: str, entries: Sequence[tuple[UUID, str, UUID | None]], cool_until: datetime | None,
    reason: Mapping[str, Any],
) -> None:  # fmt: skip
    """Notes (record, pool, previous owner); a former cool-down stays until it ends."""
    if entries:
        records, pools, previous = map(list, zip(*entries, strict=True))
        await uow.execute(ENTER, object_key, uow.now, cool_until, dict(reason), records, pools, previous)


async def cooled_owners(uow: UnitOfWork, records: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """For each record the persons who may not get it yet."""
    rows = await uow.fetch(
        "select record, previous_owner from pool_entry where record = any($1) and cool_until > $2 and previous_owner is not null",
        list(records), uow.now,
    )  # fmt: skip
    return {row["record"]: frozenset({row["previous_owner"]}) for row in rows}
