"""A draft playbook over the moves that really happened: which of them it would have stopped, where and by what.

A record is looked at as it was when it moved: fields from the log, evidence and confirmations by their times. Counts of
events inside fingerprints are today's, and the answer says so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.process.decide import Missing, Said, Seen, missing_for
from xingji.features.process.document import Playbook, read_playbook
from xingji.features.process.sight import holding, labels_of
from xingji.kernel import records
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records import Change, Row

MOST_MOVES = 2_000
SAMPLES = 20


async def rehearse(uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime) -> dict[str, Any]:
    """{moves, records, stopped, by: [{stage, action, kind, count}], samples, capped} of the window's moves; changes nothing."""
    book = read_playbook(str(document.get("key") or "draft"), 0, document)
    moves = await _past_moves(uow, book, since, until)
    rows = await _as_they_were(uow, book, moves)
    schema = await records.load_schema(uow)
    kind = schema.object(book.object)
    truths, broken = await holding(uow, schema, kind, rows, [*book.conditions, *([book.when] if book.when else [])])
    said, events = await _said_by_then(uow, moves), await _events_by_then(uow, book, moves)
    stopped: list[tuple[Row, Mapping[str, Any], list[Missing]]] = []
    concerned = 0
    labels = labels_of(kind)
    for row, move in zip(rows, moves, strict=True):
        holds = frozenset(truths.get(row.n, ()))
        if book.when and book.when not in holds:
            continue
        concerned += 1
        seen = Seen({key: row.value(key) for key in kind.fields}, holds, said.get(row.n, {}), events.get(row.n, {}), broken=broken)
        if found := missing_for(book, seen, move["origin"], move["target"], labels):
            stopped.append((row, move, found))
    return _answer(kind.title, concerned, stopped, len(moves) == MOST_MOVES, fingerprints=any(a.fingerprint for a in book.actions))


def _answer(title: str, concerned: int, stopped: Sequence[Any], capped: bool, *, fingerprints: bool) -> dict[str, Any]:
    by = Counter((one.stage, one.action, one.kind, one.message["zh"], one.message["en"]) for _, _, found in stopped for one in found)
    first = next(iter(by.most_common(1)), None)
    cause = {"zh": f"，最多的是：{first[0][3]}（{first[1]} 次）", "en": f", most often by: {first[0][4]} ({first[1]})"} if first else {"zh": "", "en": ""}
    return {
        "sentence": {
            "zh": f"{concerned} 次推进里，{len(stopped)} 次会在这里被拦下{cause['zh']}。",
            "en": f"{len(stopped)} of {concerned} moves would have been stopped here{cause['en']}.",
        },
        "moves": concerned,
        "count": len(stopped),
        "stopped": len(stopped),
        "records": len({row.id for row, _, _ in stopped}),
        "by": [
            {"stage": stage, "action": action, "kind": kind, "message": {"zh": zh, "en": en}, "count": count}
            for (stage, action, kind, zh, en), count in by.most_common()
        ],
        "samples": [
            {
                "record": str(row.id), "title": row.value(title), "at": move["at"].isoformat(), "from": move["origin"], "to": move["target"],
                "missing": [{"zh": one.message["zh"], "en": one.message["en"]} for one in found],
            }
            for row, move, found in stopped[:SAMPLES]
        ],
        "capped": capped,
        "approximate": fingerprints,
    }  # fmt: skip


async def _past_moves(uow: UnitOfWork, book: Playbook, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Forward moves of the window, oldest first."""
    rows = await uow.fetch(
        """select record, occurred_at, id, data -> 'changes' -> $2 as pair from event
            where type = $1 || '.updated' and occurred_at >= $3 and occurred_at < $4 and data -> 'changes' ? $2
            order by occurred_at, id limit $5""",
        book.object, book.field, since, until, MOST_MOVES,
    )  # fmt: skip
    moves = [{"record": row["record"], "at": row["occurred_at"], "event": row["id"], "origin": row["pair"][0], "target": row["pair"][1]} for row in rows]
    return [move for move in moves if book.index(move["target"]) > max(book.index(move["origin"]), 0)]


async def _as_they_were(uow: UnitOfWork, book: Playbook, moves: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Each record with the values it had just after its move: today's, with later changes taken back."""
    ids = list({move["record"] for move in moves})
    schema = await records.load_schema(uow)
    kind = schema.object(book.object)
    today = {row["id"]: row for row in await records.get_records(records.on_behalf(uow), book.object, ids)}
    later: dict[UUID, list[Any]] = {}
    for row in await uow.fetch(
        "select record, occurred_at, id, data -> 'changes' as changes from event where record = any($1::uuid[]) and type = $2 order by occurred_at desc, id desc",
        ids, f"{book.object}.updated",
    ):  # fmt: skip
        later.setdefault(row["record"], []).append(row)
    rows = []
    for n, move in enumerate(moves):
        values = dict(today.get(str(move["record"]), {}))
        for change in later.get(move["record"], ()):
            if (change["occurred_at"], change["id"]) <= (move["at"], move["event"]):
                break
            values |= {key: pair[0] for key, pair in (change["changes"] or {}).items() if key in kind.fields}
        rows.append(Row(n, Change("update", book.object, move["record"]), kind, move["record"], {}, values))
    return rows


async def _said_by_then(uow: UnitOfWork, moves: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Said]]:
    kept: dict[UUID, list[Any]] = {}
    for row in await uow.fetch("select * from process_action where record = any($1::uuid[])", list({move["record"] for move in moves})):
        kept.setdefault(row["record"], []).append(row)
    found: dict[int, dict[str, Said]] = {}
    for n, move in enumerate(moves):
        for row in kept.get(move["record"], ()):
            evidence = [one for one in row["evidence"] if datetime.fromisoformat(one["at"]) <= move["at"]]
            confirmed = row["confirmed_at"] is not None and row["confirmed_at"] <= move["at"]
            claimed = row["claimed_at"] is not None and row["claimed_at"] <= move["at"]
            waived = row["state"] == "na" and row["decided_at"] is not None and row["decided_at"] <= move["at"]
            state = "na" if waived else "confirmed" if confirmed else "claimed" if claimed else None
            if state:
                found.setdefault(n, {})[row["action"]] = Said(state, evidence, row["claimed_by"], row["confirmed_by"])
    return found


async def _events_by_then(uow: UnitOfWork, book: Playbook, moves: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, int]]:
    types = sorted({name for action in book.actions if action.evidence for name in action.evidence.events})
    if not types or not moves:
        return {}
    found: dict[int, dict[str, int]] = {}
    for row in await uow.fetch(
        f"""select m.n, e.type, count(*) as count from unnest($1::uuid[], $2::timestamptz[]) with ordinality as m(record, at, n)
             join event e on e.record = m.record and e.type = any($3::text[]) and not e.claimed and e.occurred_at <= m.at
             and {standing("e")} group by 1, 2""",
        [move["record"] for move in moves], [move["at"] for move in moves], types,
    ):  # fmt: skip
        found.setdefault(row["n"] - 1, {})[row["type"]] = row["count"]
    return found
