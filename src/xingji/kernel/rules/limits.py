"""What keeps rules from running away: depth, fan-out, once-per keys and cool-down. Owns `rule_mark`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.rules.actions.protocol import Hit
from xingji.kernel.rules.document import Rule

COUNTED_FROM = 20
"""Groups of one cause smaller than this in a batch are not counted: the limit is about thousands."""

CRON = "cron"
"""The type of a hit that no event but the time of day brought."""

ONCE = """insert into rule_mark (rule, key, at) select $1, key, $3 from unnest($2::text[]) key
  on conflict do nothing returning key"""

COOL = """insert into rule_mark as held (rule, key, at) select $1, key, $3 from unnest($2::text[]) key
  on conflict (rule, key) do update set at = excluded.at where held.at <= excluded.at - $4::interval returning key"""

COUNT = """insert into rule_mark as held (rule, key, at, n) select $1, key, $4, n from unnest($2::text[], $3::int[]) t(key, n)
  on conflict (rule, key) do update set n = held.n + excluded.n, at = excluded.at returning key, held.n"""

# The tail of a cause that is counted already.
COUNT_ON = """update rule_mark m set n = m.n + t.n from unnest($2::text[], $3::int[]) t(key, n)
  where m.rule = $1 and m.key = t.key returning m.key, m.n"""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Hits that a limit stopped, and which: stopped_depth | stopped_fan_out | once | cooled_down."""

    outcome: str
    hits: list[Hit]


async def admit(
    uow: UnitOfWork, rule: Rule, hits: Sequence[Hit], once_keys: Sequence[str | None]
) -> tuple[list[Hit], list[Stopped]]:
    """The hits a rule may act on, and those it may not, by reason. `once_keys` stand beside the hits; None: no limit."""
    keys = dict(zip(map(id, hits), once_keys, strict=True))
    stopped: list[Stopped] = []

    def split(outcome: str, allowed: list[Hit], before: list[Hit]) -> list[Hit]:
        held = set(map(id, allowed))
        if len(held) < len(before):
            stopped.append(Stopped(outcome, [hit for hit in before if id(hit) not in held]))
        return allowed

    found = split("stopped_depth", [hit for hit in hits if hit.depth < rule.depth], list(hits))
    found = split("stopped_fan_out", await _within_fan_out(uow, rule, found), found)
    if rule.cool_down is not None:
        found = split("cooled_down", await _cooled(uow, rule, found), found)
    if rule.once_per != "none":
        found = split("once", await _once(uow, rule, found, keys), found)
    return found, stopped


async def _once(uow: UnitOfWork, rule: Rule, hits: list[Hit], keys: dict[int, str | None]) -> list[Hit]:
    limited = {f"once:{keys[id(hit)]}" for hit in hits if keys[id(hit)] is not None}
    rows = await uow.fetch(ONCE, rule.key, sorted(limited), uow.now) if limited else []
    new = {row["key"] for row in rows}
    found = []
    for hit in hits:
        key = keys[id(hit)]
        if key is None or f"once:{key}" in new:
            new.discard(f"once:{key}")  # of several hits with one key in a batch the first acts
            found.append(hit)
    return found


async def _cooled(uow: UnitOfWork, rule: Rule, hits: list[Hit]) -> list[Hit]:
    subjects = sorted({f"cool:{hit.record or ''}" for hit in hits})
    rows = (
        await uow.fetch(COOL, rule.key, subjects, uow.now, timedelta(minutes=rule.cool_down or 0)) if subjects else []
    )
    free = {row["key"] for row in rows}
    found = []
    for hit in hits:
        if f"cool:{hit.record or ''}" in free:
            free.discard(f"cool:{hit.record or ''}")
            found.append(hit)
    return found


def group_of(hit: Hit, cause: int | None) -> str | None:
    """What counts as one cause: the event a rule answered, or the command by which a person changed many records.

    Deliveries from outside share a transaction for speed alone; they are causes of their own and have no group.
    """
    if hit.type == CRON:
        return f"fan:t{hit.timer}:{hit.at.isoformat()}"
    if hit.depth > 0:
        return f"fan:e{cause}" if cause is not None else None
    return f"fan:c{hit.change}" if hit.person is not None and hit.change is not None else None


async def _within_fan_out(uow: UnitOfWork, rule: Rule, hits: list[Hit]) -> list[Hit]:
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        if group := group_of(hit, hit.cause):
            groups.setdefault(group, []).append(hit)
    sizes = {group: len(found) for group, found in groups.items()}
    large = sorted(group for group, size in sizes.items() if size >= COUNTED_FROM)
    small = sorted(group for group, size in sizes.items() if size < COUNTED_FROM)
    rows = await uow.fetch(COUNT, rule.key, large, [sizes[g] for g in large], uow.now) if large else []
    rows += await uow.fetch(COUNT_ON, rule.key, small, [sizes[g] for g in small]) if small else []
    over: set[int] = set()
    for row in rows:
        found = groups[row["key"]]
        allowed = max(0, rule.fan_out - (row["n"] - len(found)))
        over.update(map(id, found[allowed:]))
    return [hit for hit in hits if id(hit) not in over]


async def forget_marks(uow: UnitOfWork) -> int:
    """Drops counts of causes that are over for a day and cool-downs of more than a year; how many rows."""
    done = await uow.execute(
        """delete from rule_mark where (key like 'fan:%' and at < $1::timestamptz - interval '1 day')
          or (key like 'cool:%' and at < $1::timestamptz - interval '400 days')""",
        uow.now,
    )
    return int(done.split()[-1])


def once_key(rule: Rule, record: UUID | None, day: str, value: object) -> str | None:
    """The key by which a rule acts once: per record, per record and local day, or what its own CEL answered."""
    if rule.once_per == "none":
        return None
    if rule.once_per == "record":
        return str(record or "")
    if rule.once_per == "record_day":
        return f"{record or ''}:{day}"
    return None if value is None else str(value)
