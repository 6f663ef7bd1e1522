"""Imported event logs: bringing one in, listing them. Owns `process_log` and `process_log_case`."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from xingji.features.mining.log import Case, Log
from xingji.features.mining.xes import Trace, read_xes
from xingji.kernel.core.errors import Problem, invalid, not_found
from xingji.kernel.db import UnitOfWork

BATCH = 1_000
MOST_WORDS = 10_000
MOST_EVENTS = 5_000_000
KEY = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


async def import_log(uow: UnitOfWork, path: Path, key: str, name: str | None = None) -> dict[str, Any]:
    """Reads an XES file into the log of that key, in place of what was there: {log, cases, events, activities}.

    Raises: `mining.not_xes`, `mining.bad_key`, `mining.too_many`. Nothing is kept of a refused file.
    """
    if not KEY.match(key):
        raise invalid("mining.bad_key", [Problem("mining.bad_key", "log", {"key": key[:80]}, {"zh": "日志名只用小写字母、数字和下划线", "en": "The log's key takes small letters, digits and underscores"})])
    await uow.execute("delete from process_log where key = $1", key)
    await uow.execute(
        "insert into process_log (key, name, file, words, cases, events, imported_by, imported_at) values ($1, $2, $3, '[]', 0, 0, $4, $5)",
        key, name or path.name, path.name, uow.actor.person, uow.now,
    )  # fmt: skip
    words: dict[tuple[str, str], int] = {}
    cases = events = 0
    batches = _batches(read_xes(path))
    while traces := await asyncio.to_thread(next, batches, None):  # others are served meanwhile
        rows = []
        for trace in traces:
            steps = [words.setdefault(word, len(words)) for word in trace.words]
            rows.append((key, cases, trace.key, steps, trace.at, trace.resources, trace.data))
            cases, events = cases + 1, events + len(steps)
        if len(words) > MOST_WORDS or events > MOST_EVENTS:
            raise invalid("mining.too_many", [Problem("mining.too_many", "file", {"activities": MOST_WORDS, "events": MOST_EVENTS}, {"zh": f"最多 {MOST_EVENTS:,} 个事件、{MOST_WORDS:,} 种活动", "en": f"At most {MOST_EVENTS:,} events and {MOST_WORDS:,} kinds of activity"})])
        await uow.executemany(
            "insert into process_log_case (log, n, case_key, steps, at, resources, data) values ($1, $2, $3, $4, $5, $6, $7)", rows
        )
    await uow.execute("update process_log set words = $2, cases = $3, events = $4 where key = $1", key, [list(word) for word in words], cases, events)
    return {"log": key, "cases": cases, "events": events, "activities": len({activity for activity, _ in words})}


def _batches(traces: Iterator[Trace]) -> Iterator[list[Trace]]:
    while some := list(islice(traces, BATCH)):
        yield some


async def list_logs(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Every imported log, newest first, with the attributes its cases can be told apart by."""
    rows = await uow.fetch(
        """select l.key, l.name, l.file, l.cases, l.events, l.imported_at,
             array(select distinct k from (select data from process_log_case where log = l.key order by n limit 100) c, jsonb_object_keys(c.data) k order by 1) as fields
           from process_log l order by l.imported_at desc, l.key limit 500"""
    )
    return [dict(row) | {"imported_at": row["imported_at"].isoformat()} for row in rows]


async def load_log(uow: UnitOfWork, key: str, lifecycle: Sequence[str] = (), fields: Sequence[str] = ()) -> Log:
    """An imported log by activity name, all events in the order of the file. Raises: `mining.no_log`."""
    words = await uow.fetchval("select words from process_log where key = $1", key)
    if words is None:
        raise not_found("mining.no_log", log=key)
    names = list(dict.fromkeys(activity for activity, _ in words))
    place = {name: n for n, name in enumerate(names)}
    as_step = [place[activity] for activity, _ in words]
    kept = {n for n, (_, state) in enumerate(words) if not lifecycle or state in lifecycle}
    rows = await uow.fetch(
        "select case_key, steps, at, array(select data ->> f from unnest($2::text[]) f) as data from process_log_case where log = $1 order by n"
        if fields else "select case_key, steps, at, array[]::text[] as data from process_log_case where log = $1 and $2::text[] is not null order by n",
        key, list(fields),
    )  # fmt: skip
    cases = []
    for case_key, steps, at, data in rows:
        if lifecycle:
            pairs = [(step, when) for step, when in zip(steps, at, strict=True) if step in kept]
            steps, at = [step for step, _ in pairs], [when for _, when in pairs]
        if steps:
            cases.append(Case(case_key, tuple([as_step[step] for step in steps]), at, tuple(data)))
    return Log(names, [{"zh": name, "en": name} for name in names], cases)
