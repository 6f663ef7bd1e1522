"""The outbox: claims what is due, lets it be sent outside any transaction, and marks what came of it.

Owns `outbox` and `channel_state`. A message is claimed for the time of a lease; a worker that dies in between leaves
it to the next one, so the other side may get it twice, with the same dedupe key. All instants here are real time.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.work.channels import Delivery, Message, Outcome, Rate, Recipient

LEASE_SECONDS = 60.0
MAX_ATTEMPTS = 8
MAX_LIMITED = 50
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 3600.0

# A skip scan: one step per channel, however many messages wait.
DUE_CHANNELS = """with recursive due(channel) as (
    (select channel from outbox where status in ('waiting', 'sending') order by channel limit 1)
    union all
    select (select o.channel from outbox o where o.status in ('waiting', 'sending') and o.channel > due.channel
        order by o.channel limit 1) from due where due.channel is not null)
  select d.channel from due d where d.channel is not null
    and exists (select from outbox o where o.channel = d.channel and o.status in ('waiting', 'sending')
        and o.next_at <= now())
    and not exists (select from channel_state s where s.channel = d.channel and s.paused_until > now())"""

LOCK_STATE = """select recent, paused_until, clock_timestamp() as real_now from channel_state
  where channel = $1 for update skip locked"""

CLAIM = """update outbox set status = 'sending', attempts = attempts + 1, next_at = now() + $3
  where ctid = any(array(
    select ctid from outbox where channel = $1 and status in ('waiting', 'sending') and next_at <= now()
    order by next_at, id limit $2 for update skip locked))
  returning id, dedupe, recipient, message, attempts, limited, created_at"""

# `attempts` fences: a worker whose lease ran out cannot overwrite what the next one found.
MARK = """update outbox set status = $3, next_at = coalesce(now() + $4, next_at), answer = $5, error = $6,
    attempts = attempts - $7, limited = limited + $7,
    done_at = case when $3 in ('sent', 'dead') then now() end
  where id = $1 and attempts = $2 and status = 'sending'"""

MARK_STATE = """update channel_state set
    failures = case when $2 then 0 else failures + 1 end,
    sent_at = case when $2 then now() else sent_at end,
    failed_at = case when $2 then failed_at else now() end,
    error = case when $2 then error else $3 end,
    paused_until = greatest(paused_until, now() + $4)
  where channel = $1"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message in hand: its row, and the attempt as the channel sees it."""

    id: int
    attempts: int
    limited: int
    delivery: Delivery


async def due_channels(uow: UnitOfWork) -> list[str]:
    """Channels with something due that are not pausing."""
    return [row["channel"] for row in await uow.fetch(DUE_CHANNELS)]


async def claim(uow: UnitOfWork, channel: str, rates: Sequence[Rate], batch: int) -> list[Claimed]:
    """Takes what is due on a channel, as much as its rates leave; nothing while another process is claiming."""
    await uow.execute("insert into channel_state (channel) values ($1) on conflict do nothing", channel)
    state = await uow.fetchrow(LOCK_STATE, channel)
    if state is None or (state["paused_until"] and state["paused_until"] > state["real_now"]):
        return []
    room = budget(rates, state["recent"], state["real_now"], batch)
    if room == 0:
        return []
    rows = await uow.fetch(CLAIM, channel, room, timedelta(seconds=LEASE_SECONDS))
    if rates:
        longest = timedelta(seconds=max(rate.seconds for rate in rates))
        kept = [at for at in state["recent"] if at > state["real_now"] - longest]
        recent = kept + [state["real_now"]] * len(rows)
        await uow.execute("update channel_state set recent = $2 where channel = $1", channel, recent)
    return [_claimed(row, state["real_now"]) for row in sorted(rows, key=lambda row: row["id"])]


def budget(rates: Sequence[Rate], recent: Sequence[datetime], now: datetime, batch: int) -> int:
    """How many more messages every rate allows at this moment, at most `batch`."""
    room = batch
    for rate in rates:
        used = sum(at > now - timedelta(seconds=rate.seconds) for at in recent)
        room = min(room, rate.count - used)
    return max(room, 0)


async def mark(uow: UnitOfWork, channel: str, claimed: Claimed, outcome: Outcome, max_attempts: int) -> str:
    """Writes what came of an attempt; the message's new status."""
    status, pause = decide(outcome, claimed.attempts, claimed.limited, max_attempts)
    answer = {"status": outcome.status, "code": outcome.code, "detail": outcome.detail}
    error = None if status == "sent" else f"{outcome.code}: {outcome.detail}"[:500]
    uncounted = 1 if outcome.limited and status == "waiting" else 0
    wait = None if pause is None else timedelta(seconds=pause)
    await uow.execute(MARK, claimed.id, claimed.attempts, status, wait, answer, error, uncounted)
    # Only a limit speaks for the whole channel; other failures hold back their own message alone.
    channel_pause = timedelta(seconds=outcome.after or FIRST_PAUSE) if outcome.limited else None
    await uow.execute(MARK_STATE, channel, status == "sent", error, channel_pause)
    return status


def decide(outcome: Outcome, attempts: int, limited: int, max_attempts: int) -> tuple[str, float | None]:
    """The status after an attempt and the seconds until the next one."""
    if outcome.status == "delivered":
        return "sent", None
    if outcome.status == "dead":
        return "dead", None
    if outcome.limited:
        return ("dead", None) if limited >= MAX_LIMITED else ("waiting", jittered(outcome.after or FIRST_PAUSE))
    if attempts >= max_attempts:
        return "dead", None
    return "waiting", max(outcome.after or 0.0, jittered(min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)))


def jittered(seconds: float) -> float:
    """The pause plus up to half of it, so that what failed together does not come again together."""
    return seconds * (1 + random.random() / 2)


async def resend(uow: UnitOfWork, ids: Sequence[int]) -> list[int]:
    """Puts dead letters back, with their dedupe keys and a new count of attempts; the ids that were dead."""
    rows = await uow.fetch(
        "update outbox set status = 'waiting', attempts = 0, limited = 0, next_at = now(), done_at = null, error = null"
        " where id = any($1) and status = 'dead' returning id",
        list(ids),
    )
    return sorted(row["id"] for row in rows)


async def forget_messages(uow: UnitOfWork) -> int:
    """Drops what left, or was cancelled, more than ninety days ago; dead letters stay. At most 10,000 at a time."""
    tag = await uow.execute(
        "delete from outbox where id in (select id from outbox where status in ('sent', 'cancelled')"
        " and done_at < now() - interval '90 days' order by id limit 10000)"
    )
    return int(tag.rpartition(" ")[2])


async def list_outbox(
    uow: UnitOfWork,
    *,
    status: str | None = None,
    channel: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Messages, newest first, below the id `before`."""
    rows = await uow.fetch(
        "select id, dedupe, channel, status, attempts, message, recipient, object, record, person, rule, error, answer,"
        " created_at, next_at, done_at from outbox where ($1::text is null or status = $1)"
        " and ($2::text is null or channel = $2) and ($3::bigint is null or id < $3) order by id desc limit $4",
        status,
        channel,
        before,
        limit,
    )
    return [dict(row) for row in rows]


async def channel_health(uow: UnitOfWork) -> dict[str, Mapping[str, Any]]:
    """By channel: waiting and dead messages, failures in a row, pause and last success."""
    rows = await uow.fetch(
        "select channel, count(*) filter (where status in ('waiting', 'sending')) as waiting,"
        " count(*) filter (where status = 'dead') as dead from outbox"
        " where status in ('waiting', 'sending', 'dead') group by channel"
    )
    states = await uow.fetch("select channel, failures, paused_until, sent_at, failed_at, error from channel_state")
    health: dict[str, dict[str, Any]] = {row["channel"]: {"waiting": 0, "dead": 0, **row} for row in states}
    for row in rows:
        health[row["channel"]] = {**health.get(row["channel"], {}), **row}
    return health


def _claimed(row: Mapping[str, Any], now: datetime) -> Claimed:
    said, whom = row["message"], row["recipient"]
    message = Message(
        title=said.get("title", ""),
        body=said.get("body", ""),
        urgency=said.get("urgency", "normal"),
        link=said.get("link"),
        type=said.get("type", "message"),
        data=said.get("data") or {},
    )
    recipient = Recipient(
        tuple(whom.get("mobiles") or ()), tuple(whom.get("emails") or ()), tuple(whom.get("user_ids") or ())
    )
    attempts = row["attempts"]
    delivery = Delivery(row["dedupe"], message, recipient, attempts, now, row["created_at"])
    return Claimed(row["id"], attempts, row["limited"], delivery)
