"""The quick way in: many plain deliveries become receipts, keys, leads and events by one statement, its own transaction.

Plain is what is new, readable, without credit code, touch or large payload, and what the records floor can plan without a
question. For every other delivery the answer is None, and `flush` looks at it: it decides, refuses, joins and recognises.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from xingji.features.leads.intake.flush import INTAKE, Outcome
from xingji.features.leads.intake.ground import lead_ground
from xingji.features.leads.intake.prepare import Ground, Item, Prepared, prepare
from xingji.features.leads.intake.receipt import INLINE_BYTES, headers_kept
from xingji.kernel import records
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.db.arrays import array_text
from xingji.kernel.db.coalescer import AWAY
from xingji.kernel.db.single import REAL_NOW, STILL, Known, Single
from xingji.kernel.events import lane_expression, say_moved

log = logging.getLogger("xingji.intake")

OWN = "record uuid, receipt uuid, source text, delivery text, body_hash bytea, occurred_at timestamptz, body bytea, method text, query text, headers text, ip text, brand text, created text, received text"
ARRAYS = [(name, kind) for name, kind in (column.split() for column in OWN.split(", "))]

# Keys are inserted in their order, so that two flushes with the same keys wait for each other and never deadlock. Only
# those whose key is new go on; of the others the key's holder is looked at by `flush`.
STATEMENT = """with n as materialized (select * from unnest({arrays}) as n({names}) where {still}),
  k as (insert into delivery_key (source, delivery, receipt, body_hash) select source, delivery, receipt, body_hash from n
    order by source, delivery on conflict do nothing returning receipt),
  fresh as materialized (select n.* from n join k on k.receipt = n.receipt),
  led as ({insert}),
  said as (insert into event (lane, occurred_at, type, object, record, brand, mode, change, data)
    select {lane}, $6, e.type, 'lead', e.record, e.brand, 'live', $7, e.data::jsonb
    from (select 1 as step, 'lead.created' as type, record, brand, created as data from fresh
      union all select 2, 'lead.received', record, brand, received from fresh) e order by e.record, e.step),
  kept as (insert into receipt (id, source, delivery, occurred_at, body, method, query, headers, ip, status, lead)
    select receipt, source, delivery, occurred_at, body, method, query, headers::jsonb, ip, 'accepted', record from fresh)
  select array(select receipt from k) as fresh, {still} as still, {real_now}"""

_encode = msgspec.json.Encoder(enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class Learnt:
    """What reading and planning need of a workspace."""

    ground: Ground
    schema: records.Schema
    spared: bool


async def learn(uow: UnitOfWork) -> Learnt:
    """The ground and the schema of a workspace as this unit of work sees it."""
    schema = await records.load_schema(uow)
    return Learnt(await lead_ground(uow), schema, await records.is_spared(uow, schema, "lead"))


class QuickIntake:
    """The quick way of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._single: Single[Learnt] = Single(database, INTAKE, learn)

    async def store(self, workspace: str, items: Sequence[Item]) -> list[Outcome | None]:
        """What became of each delivery; None for those that need a closer look. Raises when the database is away."""
        known = await self._single.known(workspace)
        plain = plain_ones(items, known.made.ground, known) if known.made.spared else []
        outcomes: dict[UUID, Outcome] = {}
        if plain:
            try:
                outcomes = await self._write(workspace, known, plain)
            except AWAY:
                raise
            except asyncpg.PostgresError as error:
                # A value the database refuses, a schema that moved: the careful way finds out which delivery it is.
                log.warning("a quick flush was given up: %s", error)
                self._single.forget(workspace)
        return [outcomes.get(item.receipt) for item in items]

    async def _write(self, workspace: str, known: Known[Learnt], plain: list[Prepared]) -> dict[UUID, Outcome]:
        changes = [records.Change("create", "lead", uuid7(), p.values) for p in plain]
        planned = records.plan_creates(known.made.schema, INTAKE, changes)
        if not planned.rows:
            return {}
        chosen = [plain[place] for place in planned.places]
        fields = planned.columns()
        names = [*(name for name, _ in ARRAYS), *(f"c{place}" for place in range(len(fields)))]
        kinds = [*(kind for _, kind in ARRAYS), *("text" for _ in fields)]
        sql = f"/* {known.state.schema} {known.state.definitions_rev} */ " + STATEMENT.format(
            arrays=", ".join(f"${place}::text::{kind}[]" for place, kind in enumerate(kinds, 8)),
            names=", ".join(names),
            still=STILL,
            real_now=REAL_NOW,
            insert=records.insert_planned(planned, fields, "fresh", ("$6::timestamptz", "'live'")),
            lane=lane_expression("e.record", "null", "null"),
        )
        now = known.now
        rows = [_row(p, row.id, data, now) for p, row, data in zip(chosen, planned.rows, planned.events, strict=True)]
        columns = [*zip(*rows, strict=True), *records.column_texts(planned, fields)]
        (answer,) = await self._single.fetch(known, sql, now, uuid7(), *map(array_text, columns))
        known.told(answer["real_now"])
        if not answer["still"]:
            self._single.forget(workspace)
        fresh = set(answer["fresh"])
        if fresh:
            say_moved(self._database, workspace)
        return {
            p.item.receipt: Outcome(p.item.receipt, "accepted", row.id, (), p)
            for p, row in zip(chosen, planned.rows, strict=True)
            if p.item.receipt in fresh
        }


def plain_ones(items: Sequence[Item], ground: Ground, known: Known[Any]) -> list[Prepared]:
    """The deliveries that may go the quick way, as far as they themselves tell; of several with one key the first."""
    ground = ground.at(known.now)
    found: dict[tuple[str, str], Prepared] = {}
    for item in items:
        p = prepare(item, ground)
        if (
            not p.problems
            and p.reading is not None
            and p.reading.ignored is None
            and p.reading.touch is None
            and p.credit is None
            and len(item.delivery.body) <= INLINE_BYTES
        ):
            found.setdefault((item.source, p.key), p)
    return list(found.values())


def _hexadecimal(value: bytes) -> str:
    return "\\x" + value.hex()


def _row(p: Prepared, record: UUID, created: str, now: Any) -> tuple[Any, ...]:
    delivery, item = p.item.delivery, p.item
    received: dict[str, Any] = {"receipt": item.receipt, "source": item.source, "channel": p.values.get("channel")}
    if p.occurred_at is not None:
        received["sent_at"] = p.occurred_at.isoformat()
    return (
        str(record), str(item.receipt), item.source, p.key, _hexadecimal(p.body_hash), (p.occurred_at or now).isoformat(),
        _hexadecimal(delivery.body), delivery.method, delivery.query, _encode(headers_kept(delivery)).decode(), delivery.ip, p.values.get("brand"), created,
        _encode(received).decode(),
    )  # fmt: skip
