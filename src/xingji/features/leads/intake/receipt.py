"""Receipts: the raw payload of every delivery with what became of it. Owns the tables `receipt` and `delivery_key`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from xingji.features.leads.intake.prepare import Prepared
from xingji.features.leads.intake.sources.way import HEADERS_KEPT, Delivery
from xingji.kernel.core.errors import Problem, not_found
from xingji.kernel.db import UnitOfWork

INLINE_BYTES = 256 * 1024

# Old or new without a race. A key that stands for a body counts for a day; the sender's own keys count for ever.
# Sorted, so that two flushes with the same keys wait for each other and never deadlock.
CLAIM = """insert into delivery_key as k (source, delivery, receipt, body_hash)
  select * from unnest($1::text[], $2::text[], $3::uuid[], $4::bytea[]) as n(source, delivery, receipt, body_hash)
  order by 1, 2
  on conflict (source, delivery) do update set
    receipt = case when k.delivery not like 'id:%' and k.delivery not like 'key:%'
        and k.received_at < now() - interval '24 hours' then excluded.receipt else k.receipt end,
    received_at = case when k.delivery not like 'id:%' and k.delivery not like 'key:%'
        and k.received_at < now() - interval '24 hours' then now() else k.received_at end
  returning source, delivery, receipt, body_hash"""

STORE = """insert into receipt as r (id, source, delivery, occurred_at, body, file, method, query, headers, ip, status, problems, note, lead)
  select id, source, delivery, occurred_at, body, file, method, query, headers, ip, status, problems->'v', note, lead
  from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::bytea[], $6::uuid[], $7::text[], $8::text[],
    $9::jsonb[], $10::text[], $11::text[], $12::jsonb[], $13::text[], $14::uuid[])
    as n(id, source, delivery, occurred_at, body, file, method, query, headers, ip, status, problems, note, lead)
  on conflict (id) do update set delivery = excluded.delivery, body = excluded.body, file = excluded.file,
    method = excluded.method, query = excluded.query, headers = excluded.headers, status = excluded.status,
    problems = excluded.problems, note = excluded.note, lead = excluded.lead, attempts = r.attempts + 1"""

LISTED = "id, source, received_at, occurred_at, status, problems, note, lead, ip, attempts"


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt as it is to be stored."""

    prepared: Prepared
    receipt: UUID
    status: str
    problems: Sequence[Problem]
    lead: UUID | None
    note: str | None
    file: UUID | None = None


async def claim_keys(uow: UnitOfWork, wanted: Sequence[Prepared]) -> dict[tuple[str, str], asyncpg.Record]:
    """For each (source, key) the receipt that holds it now; one's own when the delivery is new."""
    rows = await uow.fetch(
        CLAIM,
        [p.item.source for p in wanted],
        [p.key for p in wanted],
        [p.item.receipt for p in wanted],
        [p.body_hash for p in wanted],
    )
    return {(row["source"], row["delivery"]): row for row in rows}


async def known_receipts(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, asyncpg.Record]:
    """Status and lead of receipts that stand already."""
    rows = await uow.fetch("select id, status, lead, problems from receipt where id = any($1)", ids)
    return {row["id"]: row for row in rows}


async def store_receipts(uow: UnitOfWork, kept: Sequence[Kept]) -> None:
    """Writes receipts with their payloads, in one statement; a re-run receipt is updated."""
    if not kept:
        return
    rows = [
        (
            k.receipt, k.prepared.item.source, k.prepared.key, k.prepared.occurred_at or uow.now,
            None if k.file else k.prepared.item.delivery.body, k.file, k.prepared.item.delivery.method,
            k.prepared.item.delivery.query, headers_kept(k.prepared.item.delivery), k.prepared.item.delivery.ip,
            k.status, {"v": [p.as_dict() for p in k.problems]} if k.problems else None, k.note, k.lead,
        )
        for k in kept
    ]  # fmt: skip
    await uow.execute(STORE, *map(list, zip(*rows, strict=True)))


def headers_kept(delivery: Delivery) -> dict[str, str]:
    """The headers a second reading needs; no cookie, no authorisation."""
    return {
        name: value[:1000] for name, value in delivery.headers.items()
        if name in HEADERS_KEPT or name.startswith("x-signature")
    }  # fmt: skip


async def list_receipts(
    uow: UnitOfWork, status: str | None = None, source: str | None = None, before: UUID | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Receipts, newest first, without their payloads."""
    rows = await uow.fetch(
        f"select {LISTED} from receipt where ($1::text is null or status = $1) and ($2::text is null or source = $2)"
        " and ($3::uuid is null or id < $3) order by id desc limit $4",
        status, source, before, min(limit, 200),
    )  # fmt: skip
    return [veiled(uow, dict(row)) for row in rows]


CONTACT = ("mobile", "email", "wechat")


def sees_payloads(uow: UnitOfWork) -> bool:
    """Whether the actor may see what deliveries say: every lead, and contact data in the clear."""
    policy = uow.actor.policy
    return policy is None or (
        policy.rows("lead", "read").everything and all(policy.field("lead", name) in ("read", "write") for name in CONTACT)
    )


def veiled(uow: UnitOfWork, row: dict[str, Any]) -> dict[str, Any]:
    """A receipt as the actor may see it: without values of the payload unless they see payloads."""
    if sees_payloads(uow):
        return row
    problems = [veiled_problem(problem) for problem in row.get("problems") or ()]
    return {**row, "problems": problems or None, "ip": None, **({"headers": None} if "headers" in row else {})}


def veiled_problem(problem: Mapping[str, Any]) -> dict[str, Any]:
    """A problem without the value that caused it; its words, which may quote it, are left to the reader's program."""
    params = {key: value for key, value in problem.get("params", {}).items() if key in ("field", "kind", "path", "format")}
    return {**{key: value for key, value in problem.items() if key != "message"}, "params": params}


async def receipt_payload(uow: UnitOfWork, receipt: UUID) -> tuple[str, Mapping[str, Any]]:
    """(source, row) of a receipt with its payload. Raises: `intake.receipt_unknown`."""
    row = await uow.fetchrow("select * from receipt where id = $1 for update", receipt)
    if row is None:
        raise not_found("intake.receipt_unknown", receipt=str(receipt))
    return row["source"], row


def delivery_of(row: Mapping[str, Any], body: bytes, received_at: datetime | None = None) -> Delivery:
    """The delivery of a kept receipt, as it came."""
    return Delivery(row["method"], row["headers"], row["query"], body, row["ip"], received_at or row["received_at"])
