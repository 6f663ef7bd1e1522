"""Messages held back until their people may be disturbed. Owns `notice_held` and `notice_setting`; judges nothing itself.

What is due together for one person on one channel leaves as one message.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import invalid
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.work.disturbing import check_settings, settings_of

BATCH = 500
LINES = 10
KEPT = "30 days"

HOLD = """insert into notice_held (person, channel, kind, due, why, dedupe, recipient, message, object, record, rule, change, at)
  select person, channel, kind, due, why, dedupe, recipient, message, object, record, rule, $1, $2
  from unnest($3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::jsonb[], $10::jsonb[],
    $11::text[], $12::uuid[], $13::text[]) as h(person, channel, kind, due, why, dedupe, recipient, message, object, record, rule)
  where not exists (select from outbox o where o.dedupe = h.dedupe) on conflict (dedupe) do nothing"""
CLAIM = """select * from notice_held where released_at is null and due <= $1 order by due, id limit $2 for update skip locked"""
RELEASED = "update notice_held set released_at = now() where id = any($1::bigint[])"
SEND = """insert into outbox (channel, dedupe, recipient, message, object, record, person, rule, change)
  select * from unnest($1::text[], $2::text[], $3::jsonb[], $4::jsonb[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::uuid[])
  on conflict (dedupe) do nothing"""


async def read_settings(uow: UnitOfWork, person: UUID) -> dict[str, Any]:
    """How a person wants to be told."""
    return settings_of(await uow.fetchval("select document from notice_setting where person = $1", person))


async def write_settings(uow: UnitOfWork, person: UUID, document: Mapping[str, Any], channels: Sequence[str]) -> dict[str, Any]:
    """Keeps a person's settings. Raises: `notices.invalid` with every problem."""
    if problems := check_settings(document, channels):
        raise invalid("notices.invalid", problems, count=len(problems))
    await uow.execute(
        "insert into notice_setting values ($1, $2, $3) on conflict (person) do update set document = excluded.document, at = excluded.at",
        person, settings_of(document), uow.now,
    )  # fmt: skip
    return await read_settings(uow, person)


async def hold(uow: UnitOfWork, rows: Sequence[tuple[Any, str, datetime, str]]) -> None:
    """Holds messages back: (outgoing, kind, due, why) each, one statement."""
    if rows:
        await uow.execute(
            HOLD, uow.change, uow.now, [m.person for m, *_ in rows], [m.channel for m, *_ in rows], [kind for _, kind, _, _ in rows],
            [due for _, _, due, _ in rows], [why for *_, why in rows], [m.dedupe for m, *_ in rows], [dict(m.recipient) for m, *_ in rows],
            [dict(m.message) for m, *_ in rows], [m.object for m, *_ in rows], [m.record for m, *_ in rows], [m.rule for m, *_ in rows],
        )  # fmt: skip


async def release_once(database: Database, workspace: str) -> int:
    """Sends what has become due on the workspace's clock; how many held messages were dealt with."""
    async with database.work(workspace, SYSTEM) as uow:
        rows = await uow.fetch(CLAIM, uow.now, BATCH)
        if not rows:
            return 0
        together: dict[tuple[UUID, str], list[Any]] = {}
        for row in rows:
            together.setdefault((row["person"], row["channel"]), []).append(row)
        sent = [_one(held) for held in together.values()]
        await uow.execute(SEND, *map(list, zip(*sent, strict=True)))
        await uow.execute(RELEASED, [row["id"] for row in rows])
        return len(rows)


def _one(held: Sequence[Any]) -> tuple[Any, ...]:
    """One message as it was, several as their digest; the dedupe key tells it from the held ones."""
    first = held[0]
    key = f"held:{first['id']}"
    if len(held) == 1:
        return (
            first["channel"], key, first["recipient"], first["message"], first["object"], first["record"], first["person"], first["rule"], first["change"],
        )  # fmt: skip
    lines = [f"· {row['message']['title']}" for row in held[:LINES]]
    if len(held) > LINES:
        lines.append(f"… +{len(held) - LINES}")
    strong = any(row["message"].get("urgency") == "strong" for row in held)
    message = {
        "title": f"{len(held)} 条提醒 · {len(held)} notices", "body": "\n".join(lines), "urgency": "strong" if strong else "normal",
        "link": None, "type": "notice.digest", "data": {"count": len(held)},
    }  # fmt: skip
    return first["channel"], key, first["recipient"], message, None, None, first["person"], None, None


async def forget_held(uow: UnitOfWork) -> int:
    """Drops what was released a month ago. At most 10,000 at a time."""
    tag = await uow.execute(
        f"delete from notice_held where id in (select id from notice_held where released_at < now() - interval '{KEPT}' order by id limit 10000)"
    )
    return int(tag.rpartition(" ")[2])
