"""Following the end of the log: which records changed since the last look. Owns no state in the database."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from xingji.kernel.core.protocols import Actor
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events.reader import LANES, LATEST_COMMIT, SETTLED

Cursor = tuple[int, int]
PER_LANE = 400
NEAR = 2_000
"""So many transactions back the log is read again for somebody who was there; whoever comes from further starts anew."""

# Each lane is its own short index scan; a plain scan by (xid, id) would have no index.
READ = f"""select e.* from generate_series(0, {LANES - 1}) l(lane) cross join lateral (
    select e.xid::text::bigint as xid, e.id, e.lane, e.type, e.object, e.record,
      case when e.type like '%.updated' or e.type like '%.deleted' then e.data #>> '{{changes,owner,0}}' end as old_owner
    from event e where e.lane = l.lane and (e.xid, e.id) > ($1::xid8, $2) and {SETTLED}
      and e.received_at >= now() - {LATEST_COMMIT}
    order by e.xid, e.id limit {PER_LANE}) e order by e.xid, e.id"""


@dataclass(frozen=True, slots=True)
class Change:
    """A record that changed: where in the log, and who owned it before when its owner changed or it was deleted."""

    cursor: Cursor
    object: str
    record: UUID
    owners: frozenset[str] = frozenset()
    deleted: bool = False

    def after(self, earlier: "Change | None") -> "Change":
        """This change with what an earlier one of the same record knew."""
        if earlier is None:
            return self
        return Change(self.cursor, self.object, self.record, self.owners | earlier.owners, self.deleted)

    def was_readable(self, actor: Actor) -> bool:
        """Whether a reader who cannot read the record now could before, as far as the owner decides."""
        if self.deleted and (actor.policy is None or actor.policy.rows(self.object, "read").everything):
            return True
        return any(UUID(owner) in actor.people for owner in self.owners)


def read_cursor(text: str | None) -> Cursor | None:
    """The cursor of a text such as "812.4711", None when it is none."""
    first, _, second = (text or "").partition(".")
    return (int(first), int(second)) if first.isdecimal() and second.isdecimal() and len(text or "") < 40 else None


async def find_end(uow: UnitOfWork) -> Cursor:
    """The place below which everything is in what this transaction sees; what is read after it was not."""
    return (await uow.fetchval("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"), 0)


async def end_of_log(uow: UnitOfWork) -> str:
    """The same as a text a reader of the live stream may begin from."""
    return ".".join(map(str, await find_end(uow)))


class Tail:
    """The end of one workspace's log."""

    def __init__(self, after: Cursor | None = None) -> None:
        """From the end on, or from a place a reader was at a moment ago."""
        self.cursor: Cursor | None = None
        self.begins: Cursor = (0, 0)
        self._after = after
        self._state: tuple[Any, ...] | None = None
        self._topics: set[str] = set()

    async def read(self, uow: UnitOfWork) -> list[Change]:
        """What changed since the last call, in order; the first call finds where to begin."""
        if self.cursor is None:
            end = await find_end(uow)
            near = self._after is not None and 0 <= end[0] - self._after[0] <= NEAR
            self.cursor = self.begins = self._after if near and self._after else end
            if not near:
                return []
        rows = await uow.fetch(READ, *self.cursor)
        by_lane: dict[int, list[Any]] = {}
        for row in rows:
            by_lane.setdefault(row["lane"], []).append(row)
        # A lane cut off at its limit may have more below what other lanes answered: stop at the first such end.
        ends = [(lane[-1]["xid"], lane[-1]["id"]) for lane in by_lane.values() if len(lane) == PER_LANE]
        end = min(ends) if ends else None
        rows = [row for row in rows if end is None or (row["xid"], row["id"]) <= end]
        if rows:
            self.cursor = (rows[-1]["xid"], rows[-1]["id"])
        return [
            Change(
                (row["xid"], row["id"]), row["object"], row["record"],
                frozenset([row["old_owner"]] if row["old_owner"] else []), row["type"].endswith(".deleted"),
            )
            for row in rows if row["object"] and row["record"]
        ]  # fmt: skip

    def topics(self, uow: UnitOfWork) -> set[str]:
        """`definitions`, `access` and `clock`, when they moved since the last call."""
        state = uow.workspace
        clock = uow.now if state.clock_moved else None
        now = (state.definitions_rev, state.access_rev, clock)
        before, self._state = self._state, now
        if before is None:
            return set()
        moved = {name for name, old, new in zip(("definitions", "access"), before, now, strict=False) if old != new}
        if (clock is None) != (before[2] is None) or (
            clock and before[2] and abs((clock - before[2]).total_seconds()) > 5
        ):
            moved.add("clock")
        return moved
