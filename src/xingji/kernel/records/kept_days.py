"""Aggregates at every level, answered from days that are kept and, for all else, from the records.

A kept day (`keep_days`) holds what the rows of one day give, as columns, with the few columns that row scopes use. It is
read only where it says to the digit what the records would: of the same expressions under the same calendar, untouched
since (`kept_stale`), of whole days of the window, and by a scope it can be asked. Whatever is left is read as ever. The
reader's policy stands in both: expressions are compiled for the reader and must come out as those that were kept, the
scope is asked of the kept columns by the same SQL, and the brand fence lies over this table too.
"""

import asyncio
import hashlib
import re
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, compress, pairwise
from typing import Any

import msgspec

from xingji.kernel.cel import Kind, conjuncts, to_sql
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.levels import Cells, Rows, Window, tell
from xingji.kernel.records.query import Query, narrowed, plan_by_values
from xingji.kernel.records.schema import ObjectType, load_schema, quoted
from xingji.kernel.records.sink import RecordSink, scope_sql
from xingji.kernel.records.statement import PLACEHOLDER
from xingji.kernel.records.visibility import reach

#: Columns that row scopes use; a scope that asks anything else is answered by the records.
SCOPED = ("owner", "unit", "brand", "pool")
GROUP_KINDS = frozenset({Kind.text, Kind.integer, Kind.boolean})
MOST_RANGES = 12
BREATH = 8
"""So many days are taken in before others get their turn."""

READ = """select d.day, d.cells, d.numbers, d.scopes, case when $5 then d.scope_of end as scope_of, d.measured, d.open, d.brand is null as base from kept_day d
  where d.object = $1 and d.signature = $2 and ($3::date is null or d.day >= $3) and ($4::date is null or d.day < $4)
    and not exists (select 1 from kept_stale s where s.object = d.object and s.day = d.day) and not exists (select 1 from kept_stale s where s.object = '*')
  order by d.day"""
#: What an expression may read that is kept: the row itself, and the working calendar, whose changes `kept_stale` notes.
READS = re.compile(r"(?<!distinct )\bfrom\s+(\S+)|\b(j\d+)\.", re.IGNORECASE)
CALENDAR = re.compile(r"spans\d+|calendar_span")
COLUMN = re.compile(r'\br\.("[^"]+"|\w+)')  # one without quotes is none of those kept

Range = tuple[datetime | None, datetime | None]


async def aggregate_levels(uow: UnitOfWork, wanted: Query, window: Window) -> list[dict[str, Any]]:
    """As `aggregate` over the window, by every leading part of `group`: each row says under `LEVEL` how many groups it is told by.

    fn: count | share | sum | avg | min | max | median | above (how many of its values lie above the median of all), of numbers.
    """
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, wanted.object, wanted.verb)
    reading = narrowed(uow, schema, kind, wanted)
    reading.sink.statement.many = True
    rows = Rows(reading, wanted.group)
    figures = [rows.figure(n, spec) for n, spec in enumerate(wanted.aggregates)]
    cells = Cells(len(rows.values))
    left = await take_kept(uow, rows, wanted, window, cells)
    reading.narrow(window.filter())
    if left is not None:
        reading.conditions.append(left.sql(rows))
    await plan_by_values(uow)  # a general plan reads the whole window for what is left of it
    found = await uow.fetch(uow.mark() + rows.statement, *reading.sink.values)
    cells.add(found, len(rows.groups))
    return tell(rows, figures, cells)


# ── whether kept days say the same ───────────────────────────────────────────────────────────────────────────────────


def lasting(rows: Rows, sql: str) -> str | None:
    """An expression with its bound values written out; None when an hour or another record may change what it says."""
    for other, joined in READS.findall(sql):
        if joined or not CALENDAR.fullmatch(other):
            return None
    values, now = rows.reading.sink.values, rows.reading.sink.now
    bound = [values[int(number) - 1] for number in PLACEHOLDER.findall(sql)]
    if any(value is now or value == now for value in bound):
        return None
    return PLACEHOLDER.sub(lambda found: repr(values[int(found[1]) - 1]), sql)


def lasting_part(rows: Rows, sql: str) -> tuple[bool, str] | None:
    """Of a condition the part that no hour changes, as SQL, and whether that is all of it; None where there is none."""
    if lasting(rows, sql) is not None:
        return True, sql
    parts = [to_sql(part, rows.reading.sink, only_true=True) for part in conjuncts(rows.conditions[sql])]
    kept = [part for part in parts if lasting(rows, part) is not None]
    return (False, f"({' and '.join(kept)})") if kept else None


def signature(rows: Rows, scoped: Sequence[str]) -> str | None:
    """What a kept day must have been made of to answer these rows; None when nothing kept can."""
    if any(kind not in GROUP_KINDS for _, kind in rows.groups):
        return None
    parts = [lasting_part(rows, sql) for sql in rows.conditions]
    told = [lasting(rows, sql) for sql in (*(sql for sql, _ in rows.groups), *rows.values)]
    if None in parts or None in told:
        return None
    said = [list(scoped), len(rows.groups), told, [(part[0], lasting(rows, part[1])) for part in parts if part]]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def scoped_columns(kind: ObjectType) -> list[str]:
    """The columns of an object that are kept for row scopes."""
    return [key for key in SCOPED if key in kind.fields and kind.fields[key].column and _type(kind, key) in ("text", "uuid")]


def _type(kind: ObjectType, key: str) -> str:
    return str(kind.fields[key].pg_type).partition(" ")[0]


# ── taking them in ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Left:
    """What of a window the records themselves must answer: stretches of it, and single records of the days taken in."""

    ranges: list[Range]
    open: list[Any] = field(default_factory=list)

    def sql(self, rows: Rows) -> str:
        """The condition, which an index serves part by part."""
        bind = rows.reading.sink.bind
        parts = [f"r.id = any ({bind(self.open, 'uuid[]')})"] if self.open else []
        for since, until in self.ranges:
            ends = [f"r.created_at >= {bind(since, 'timestamptz')}"] if since else []
            ends += [f"r.created_at < {bind(until, 'timestamptz')}"] if until else []
            parts.append(f"({' and '.join(ends) or 'true'})")
        return f"({' or '.join(parts) or 'false'})"


async def take_kept(uow: UnitOfWork, rows: Rows, wanted: Query, window: Window, cells: Cells) -> Left | None:
    """Adds the days that are kept; what is left of the window, None when all of it is."""
    kind = rows.reading.kind
    plain = not (wanted.filter or wanted.search or wanted.ids or wanted.where_in) and wanted.verb == "read" and window.at == "created_at"
    scoped = scoped_columns(kind)
    asked = signature(rows, scoped) if plain else None
    if asked is None:
        return None
    scope = scope_sql(sink := RecordSink(rows.reading.schema, kind.key, now=uow.now, actor=uow.actor), "read")
    if not set(COLUMN.findall("".join(scope))) <= {quoted(str(kind.fields[key].column)) for key in scoped}:
        return None
    first = _whole_day(window.since, up=True) if window.since else None
    last = _whole_day(window.until, up=False) if window.until else None
    days = await uow.fetch(READ, kind.key, asked, first, last, scope[0] != "true")
    left = Left(_ranges(window, [row["day"] for row in days if row["base"]]))
    days = [row for row in days if not _among(row["day"], left.ranges)]
    if not days:
        return None
    reached = None
    if scope[0] != "true":
        reached = await _reached(uow, kind, sink, scope, {name for row in days for name in row["scopes"]})
    for n, row in enumerate(days):
        _take(row, reached, cells)
        left.open += row["open"]
        if n % BREATH == BREATH - 1:
            await asyncio.sleep(0)
    return left


def _take(row: Mapping[str, Any], reached: Collection[str] | None, cells: Cells) -> None:
    """Adds the rows of a day that the reader reaches, None: all. They are ordered by cell and first value, NaN (none) last."""
    places, picks = [_place(name) for name in row["cells"]], None
    ends = list(accumulate(row["numbers"]))
    if reached is not None:
        seen = [name in reached for name in row["scopes"]]
        picks = list(map(seen.__getitem__, array("I", row["scope_of"])))
        ends = list(accumulate(sum(picks[end - n : end]) for n, end in zip(row["numbers"], ends, strict=True)))
    begun = 0
    for place, end in zip(places, ends, strict=True):
        if end > begun:
            cells.counts[place] += end - begun
            begun = end
    for n, (values, said) in enumerate(zip(cells.values, row["measured"], strict=True)):
        kept, begun = array("d", said), 0
        some = kept.tolist() if picks is None else list(compress(kept, picks))
        for place, end in zip(places, ends, strict=True):
            if end > begun:
                part, begun = some[begun:end], end
                values[place] += part if n == 0 and part[-1] == part[-1] else [value for value in part if value == value]


@lru_cache(maxsize=20_000)
def _place(name: str) -> tuple[Any, ...]:
    return tuple(msgspec.json.decode(name))


async def _reached(uow: UnitOfWork, kind: ObjectType, sink: RecordSink, scope: tuple[str, str], names: Collection[str]) -> Collection[str]:
    """Those of the kept scopes that the reader's row scope holds for."""
    told = sink.bind(list(names), "text[]")
    row = ", ".join(
        f"(s.name::jsonb ->> {n})::{kind.fields[key].pg_type} as {quoted(str(kind.fields[key].column))}" for n, key in enumerate(scoped_columns(kind))
    )
    sql = f"select r.name from (select s.name, {row} from unnest({told}) s(name) offset 0) r{scope[1]} where {scope[0]}"
    return {found["name"] for found in await uow.fetch(uow.mark() + sql, *sink.values)}


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def beginning(day: date) -> datetime:
    """The instant a kept day begins: days of UTC, so that no change of zone moves them."""
    return datetime.combine(day, time(), UTC)


def _whole_day(at: datetime, *, up: bool) -> date:
    day = at.astimezone(UTC).date()
    return day + timedelta(days=1) if up and beginning(day) < at else day


def _ranges(window: Window, days: Sequence[date]) -> list[Range]:
    """The stretches of the window that these days, ascending, leave; not too many, at the price of a day here and there."""
    found: list[Range] = []
    at = window.since
    for n, day in enumerate(days):
        if n == 0 or day > days[n - 1] + timedelta(days=1):
            found.append((at, beginning(day)))
        at = beginning(day + timedelta(days=1))
    if not days:
        return [(window.since, window.until)]
    found.append((at, window.until))
    found = [(since, until) for since, until in found if since is None or until is None or since < until]
    while len(found) > MOST_RANGES:
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(found) if earlier[1] and later[0]]
        n = gaps.index(min(gaps))
        found[n : n + 2] = [(found[n][0], found[n + 1][1])]
    return found


def _among(day: date, ranges: Sequence[Range]) -> bool:
    at = beginning(day)
    return any((since is None or at >= since) and (until is None or at < until) for since, until in ranges)
