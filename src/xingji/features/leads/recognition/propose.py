"""Recognition after the commit, set-based: keys, proposals, and what a credit code joins. Never merges anything itself.

Reads the log by its own cursor, so nothing is forgotten and nothing waits for it.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from xingji.features.leads.literals import rows_where_in
from xingji.features.leads.recognition.keys import COMPARED, Key, keys_of, replace_keys
from xingji.features.leads.recognition.normalise import company_key
from xingji.features.leads.recognition.score import reasons_of
from xingji.kernel import records
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.events import advance_lanes, append_events, claim_lanes, ensure_cursors, pace_of, read_batch
from xingji.kernel.work import Notice, notify

CONSUMER = "recognition"
SUFFIXES = ("created", "updated", "deleted", "restored")
MOST_HOLDERS = 20  # a key that more records share (a switchboard) is asked no further

PAIRS = """select k.object, k.record, k.kind, k.field, m.object as other_object, m.record as other, m.field as other_field
  from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as k(object, record, kind, value, field)
  cross join lateral (select o.object, o.record, o.field from match_key o
    where o.kind = k.kind and o.value = k.value and o.record <> k.record
      and (o.object = k.object or (k.object, o.object) in (('lead', 'customer'), ('customer', 'lead')))
    order by o.record desc limit $6) m"""

PROPOSE = """insert into proposal (id, object, record, other_object, other, reasons, score, at)
  select id, object, record, other_object, other, reasons->'v', score, $1
  from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::jsonb[], $8::float8[])
    as n(id, object, record, other_object, other, reasons, score)
  on conflict (object, record, other) do update set reasons = excluded.reasons, score = excluded.score
  where proposal.status = 'open'"""


async def recognise_once(database: Database, workspace: str) -> int:
    """Looks at what was written since the last time; how many events were read."""
    limit = pace_of(database, workspace, CONSUMER).limit
    async with database.work(workspace) as uow:
        await ensure_cursors(uow, CONSUMER)
        lanes = await claim_lanes(uow, CONSUMER)
        events = await read_batch(uow, lanes, limit)
        if not events:
            return 0
        await recognise(uow, touched(events))
        await _keep_former_names(uow, events)
        await advance_lanes(uow, CONSUMER, events)
    return len(events)


def touched(events: Iterable[Any]) -> dict[str, set[UUID]]:
    """Records by object whose compared fields may have changed."""
    found: dict[str, set[UUID]] = {}
    for event in events:
        object_key, _, suffix = event["type"].rpartition(".")
        if object_key not in COMPARED or suffix not in SUFFIXES or event["record"] is None:
            continue
        changes = event["data"].get("changes") or {}
        if suffix != "updated" or set(changes) & {*COMPARED[object_key], "customer"}:
            found.setdefault(object_key, set()).add(event["record"])
    return found


async def recognise(uow: UnitOfWork, wanted: dict[str, set[UUID]]) -> int:
    """Keys and proposals of these records; how many proposals were made or renewed."""
    rows = {key: await records.get_records(uow, key, sorted(ids), _fields(key)) for key, ids in wanted.items() if ids}
    customers = {UUID(row["customer"]) for row in rows.get("contact", ()) if row.get("customer")}
    missing = customers - wanted.get("customer", set())
    if missing:
        rows["customer"] = [*rows.get("customer", ()), *await records.get_records(uow, "customer", sorted(missing), _fields("customer"))]
    keys = [key for object_key, found in rows.items() for row in found for key in keys_of(object_key, row)]
    keys += await _contact_keys(uow, rows.get("customer", ()))
    everything = [*(id for ids in wanted.values() for id in ids), *missing]
    await replace_keys(uow, everything, keys)
    await _join_by_code(uow, rows.get("lead", ()))
    await _names_seen(uow, rows.get("lead", ()))
    return await _propose(uow, keys, rows)


def _fields(object_key: str) -> list[str]:
    more = {"lead": ["customer", "status", "name", "owner"], "contact": ["customer", "name"], "customer": ["owner"]}[object_key]
    return list(dict.fromkeys([*COMPARED[object_key], *more]))


async def _contact_keys(uow: UnitOfWork, customers: Sequence[dict[str, Any]]) -> list[Key]:
    if not customers:
        return []
    rows = await rows_where_in(uow, "contact", "customer", [row["id"] for row in customers], fields=_fields("contact"))
    return [key for row in rows for key in keys_of("contact", row, as_object="customer", as_record=UUID(row["customer"]))]


async def _join_by_code(uow: UnitOfWork, leads: Sequence[dict[str, Any]]) -> None:
    """A lead with a customer's credit code belongs to that customer, however it came in."""
    codes = {row["uscc"] for row in leads if row.get("uscc") and not row.get("customer")}
    if not codes:
        return
    found = await rows_where_in(uow, "customer", "uscc", codes, fields=["uscc"])
    by_code = {row["uscc"]: row["id"] for row in found}
    changes = []
    for row in leads:
        if not row.get("customer") and (customer := by_code.get(row.get("uscc"))):
            row["customer"] = customer
            changes.append(records.Change("update", "lead", UUID(row["id"]), {"customer": customer}))
    if changes:
        await records.write(uow, changes, gate=False, owned=True)


async def _names_seen(uow: UnitOfWork, leads: Sequence[dict[str, Any]]) -> None:
    """Says when a customer, known by its code, comes under a name it never had: most likely it was renamed."""
    coded = [row for row in leads if row.get("uscc") and row.get("customer") and row.get("company")]
    if not coded:
        return
    ids = sorted({UUID(row["customer"]) for row in coded})
    customers = {row["id"]: row for row in await records.get_records(uow, "customer", ids, ["name", "former_names", "owner", "uscc"])}
    said = await uow.fetch("select data->>'lead' as lead from event where type = 'customer.name_seen' and record = any($1)", ids)
    told = {row["lead"] for row in said}
    events, notices = [], []
    for row in coded:
        customer = customers.get(row["customer"])
        if customer is None or customer.get("uscc") != row["uscc"] or row["id"] in told:
            continue
        names = {company_key(str(name)).full for name in (customer["name"], *(customer.get("former_names") or ()))}
        if company_key(str(row["company"])).full in names:
            continue
        record = UUID(customer["id"])
        data = {"name": row["company"], "known_as": customer["name"], "lead": row["id"]}
        events.append(NewEvent("customer.name_seen", "customer", record, data))
        if customer.get("owner"):
            title = {"zh": "老客户可能改名：{known_as} → {new_name}", "en": "A known customer may have a new name: {known_as} → {new_name}"}
            notices.append(Notice(
                UUID(customer["owner"]), "recognition", title,
                {"zh": "统一社会信用代码相同，询价已并入该客户", "en": "The credit code is the same; the enquiry joined this customer"},
                "customer", record, dedupe=f"renamed:{record}:{row['company']}",
                values={"known_as": customer["name"], "new_name": row["company"]},
            ))  # fmt: skip
    await append_events(uow, events)
    await notify(uow, notices)


async def _keep_former_names(uow: UnitOfWork, events: Iterable[Any]) -> None:
    """A customer's old name is kept when it gets a new one, so that it is recognised under both."""
    renamed: dict[UUID, list[str]] = {}
    for event in events:
        if event["type"] == "customer.updated" and "name" in (event["data"].get("changes") or {}):
            old, new = event["data"]["changes"]["name"]
            if old and new and company_key(str(old)).full != company_key(str(new)).full:
                renamed.setdefault(event["record"], []).append(str(old))
    if not renamed:
        return
    changes = []
    for row in await records.get_records(uow, "customer", sorted(renamed), ["name", "former_names"]):
        held = list(row.get("former_names") or ())
        more = [name for name in renamed[UUID(row["id"])] if name not in held and name != row["name"]]
        if more:
            changes.append(records.Change("update", "customer", UUID(row["id"]), {"former_names": [*held, *more]}))
    if changes:
        await records.write(uow, changes, gate=False, owned=True)


async def _propose(uow: UnitOfWork, keys: Sequence[Key], rows: dict[str, list[dict[str, Any]]]) -> int:
    if not keys:
        return 0
    pairs: dict[tuple[str, UUID, str, UUID], list[tuple[str, str, str]]] = {}
    for row in await uow.fetch(PAIRS, *map(list, zip(*keys, strict=True)), MOST_HOLDERS):
        name, match = _oriented(row)
        pairs.setdefault(name, []).append(match)
    linked = {(UUID(row["id"]), UUID(row["customer"])) for row in rows.get("lead", ()) if row.get("customer")}
    made = []
    for (object_key, record, other_object, other), matches in sorted(pairs.items(), key=lambda item: (item[0][1], item[0][3])):
        if (record, other) in linked:
            continue
        score, reasons = reasons_of(matches)
        made.append((uuid7(), object_key, record, other_object, other, {"v": reasons}, score))
    if made:
        await uow.execute(PROPOSE, uow.now, *map(list, zip(*made, strict=True)))
    return len(made)


def _oriented(row: Any) -> tuple[tuple[str, UUID, str, UUID], tuple[str, str, str]]:
    """A pair as it is stored: a lead before a customer, the younger before the older."""
    one, other = (row["object"], row["record"], row["field"]), (row["other_object"], row["other"], row["other_field"])
    swap = one[0] == "customer" and other[0] == "lead" if one[0] != other[0] else one[1] < other[1]
    if swap:
        one, other = other, one
    return (one[0], one[1], other[0], other[1]), (row["kind"], one[2], other[2])
