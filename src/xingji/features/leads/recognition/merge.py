"""Merging two records that are one: preview, merge, undo. Owns the table `merge`; the events of both stay as they are.

The kept record takes over what it lacks; everything that led to the other one leads to it; the other one is deleted
(restorable). Undo puts back what has not been changed since and lists the rest.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xingji.features.leads.leads import reach
from xingji.kernel import access, records
from xingji.kernel.core.errors import conflict, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records.behalf import on_behalf

MERGEABLE = ("lead", "customer", "contact")
NOT_TAKEN = {"id", "version", "can", "created_at", "created_by", "updated_at", "updated_by", "write_mode", "unit", "status", "pool"}
LISTS = ("tags", "former_names")


async def preview_merge(uow: UnitOfWork, object_key: str, keep: UUID, merged: UUID) -> dict[str, Any]:
    """What a merge would do: both records, the fields in question, and how many records move.

    Raises: `merge.same`, `merge.not_this_object`, `records.not_found`.
    """
    _check(object_key, keep, merged)
    one, other = await _visible(uow, object_key, keep), await _visible(uow, object_key, merged)
    schema = await records.load_schema(uow)
    fields = []
    for key, value in merged_values(schema.object(object_key), one, other).items():
        fields.append({"field": key, "kept": one.get(key), "other": other.get(key), "result": value})
    moves = {name: len(ids) for name, ids in (await _leading_to(uow, object_key, merged)).items()}
    moves["events"] = await uow.fetchval("select count(*) from event where record = $1", merged)
    return {"keep": one, "merged": other, "fields": fields, "moves": moves}


async def merge(uow: UnitOfWork, object_key: str, keep: UUID, merged: UUID, *, proposal: UUID | None = None) -> dict[str, Any]:
    """Makes two records one; the id of the merge, to undo it by.

    Emits: <object>.merged on the kept one, <object>.deleted and updates by the write path. Raises: `access.right_missing`.
    """
    _check(object_key, keep, merged)
    access.require(uow.actor, "merge")
    one, other = await _updatable(uow, object_key, keep), await _updatable(uow, object_key, merged)
    schema = await records.load_schema(uow)
    values = merged_values(schema.object(object_key), one, other)
    leading = await _leading_to(uow, object_key, merged)
    if object_key == "customer" and one.get("uscc") and other.get("uscc") and one["uscc"] != other["uscc"]:
        raise conflict("merge.two_codes", kept=one["uscc"], other=other["uscc"], who="supervisor")
    inside = on_behalf(uow)
    moved = [
        records.Change("update", name.split(".")[0], UUID(id), {name.split(".")[1]: str(keep)})
        for name, ids in leading.items() for id in ids
    ]  # fmt: skip
    if moved:
        await records.write(inside, moved, gate=False, owned=True)
    # The other one goes before the kept one takes over: only then may a unique value pass to it.
    await records.write(inside, [records.Change("delete", object_key, merged)], gate=False, owned=True)
    if values:
        await records.write(inside, [records.Change("update", object_key, keep, values)], gate=False, owned=True)
    merge_id = uuid7()
    snapshot = {"kept": {key: one.get(key) for key in values}, "values": values, "leading": leading}
    await uow.execute(
        "insert into merge (id, object, kept, merged, snapshot, change, proposal, at, by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        merge_id, object_key, keep, merged, snapshot, uow.change, proposal, uow.now, uow.actor.person,
    )  # fmt: skip
    data = {"merge": str(merge_id), "merged": str(merged), "fields": sorted(values)}
    await append_events(uow, [NewEvent(f"{object_key}.merged", object_key, keep, data, brand=one.get("brand"))])
    await uow.execute(
        "update proposal set status = 'merged', decided_by = $3, decided_at = $4 where status = 'open'"
        " and ((record = $1 and other = $2) or (record = $2 and other = $1))", keep, merged, uow.actor.person, uow.now,
    )  # fmt: skip
    return {"merge": str(merge_id), "keep": str(keep), "change": str(uow.change)}


async def undo_merge(uow: UnitOfWork, merge_id: UUID) -> dict[str, Any]:
    """Takes a merge back: {restored, cannot: what has changed since and stays}. Raises: `merge.unknown`, `merge.undone`."""
    access.require(uow.actor, "merge")
    row = await uow.fetchrow("select * from merge where id = $1 for update", merge_id)
    if row is None:
        raise not_found("merge.unknown", merge=str(merge_id))
    if row["undone_at"] is not None:
        raise conflict("merge.undone", at=row["undone_at"].isoformat())
    object_key, kept = row["object"], row["kept"]
    await _updatable(uow, object_key, kept)
    inside, snapshot = on_behalf(uow), row["snapshot"]
    now = await records.get_record(inside, object_key, kept)
    back, cannot = {}, []
    for key, value in snapshot["values"].items():
        if now.get(key) == value:
            back[key] = snapshot["kept"].get(key)
        else:
            cannot.append({"record": str(kept), "field": key})
    if back:
        await records.write(inside, [records.Change("update", object_key, kept, back)], gate=False, owned=True)
    await records.write(inside, [records.Change("restore", object_key, row["merged"])], gate=False, owned=True)
    moved = []
    for name, ids in snapshot["leading"].items():
        other_object, field = name.split(".")
        for record in await records.get_records(inside, other_object, [UUID(id) for id in ids], [field]):
            if record[field] == str(kept):
                moved.append(records.Change("update", other_object, UUID(record["id"]), {field: str(row["merged"])}))
            else:
                cannot.append({"record": record["id"], "field": field})
    if moved:
        await records.write(inside, moved, gate=False, owned=True)
    await uow.execute("update merge set undone_at = $2 where id = $1", merge_id, uow.now)
    await uow.execute("update proposal set status = 'open', decided_by = null, decided_at = null where id = $1", row["proposal"])
    await append_events(uow, [NewEvent(f"{object_key}.unmerged", object_key, kept, {"merge": str(merge_id), "merged": str(row["merged"])})])
    return {"restored": len(back) + len(moved) + 1, "cannot": cannot, "change": str(uow.change)}


def merged_values(kind: Any, one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What the kept record takes over: values it lacks, tags added; a customer's other name becomes a former one. Pure."""
    values: dict[str, Any] = {}
    for key, spec in kind.fields.items():
        if key in NOT_TAKEN or spec.column is None:
            continue
        mine, theirs = one.get(key), other.get(key)
        if key in LISTS:
            more = [item for item in theirs or () if item not in (mine or ())]
            if more:
                values[key] = [*(mine or ()), *more]
        elif mine in (None, "", []) and theirs not in (None, "", []):
            values[key] = theirs
    names = (one.get("name"), other.get("name"))
    if kind.key == "customer" and names[1] and names[0] != names[1]:
        held = values.get("former_names", list(one.get("former_names") or ()))
        if names[1] not in held:
            values["former_names"] = [*held, names[1]]
    return values


async def _leading_to(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, list[str]]:
    """Records whose relation leads to this one, by object.field."""
    schema = await records.load_schema(uow)
    found: dict[str, list[str]] = {}
    for kind in schema.objects.values():
        for spec in kind.stored:
            if spec.kind.key != "relation" or spec.to != object_key:
                continue
            query = records.Query(kind.key, fields=["id"], filter=f'{spec.key} == "{record}"', limit=5_000, sort=["id"])
            ids = [row["id"] for row in (await records.query(on_behalf(uow), query)).rows]
            if ids:
                found[f"{kind.key}.{spec.key}"] = ids
    return found


def _check(object_key: str, keep: UUID, merged: UUID) -> None:
    if object_key not in MERGEABLE:
        raise invalid("merge.not_this_object", object=object_key, known=list(MERGEABLE))
    if keep == merged:
        raise invalid("merge.same", record=str(keep))


async def _visible(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, Any]:
    return await records.get_record(uow, object_key, record)


async def _updatable(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, Any]:
    """The whole record, when the actor may change it: one may not merge away what is not one's own."""
    if uow.actor.policy is not None:
        seen = await records.get_record(uow, object_key, record)
        if not seen["can"]["update"]:
            raise not_found("records.not_found", object=object_key, id=str(record))
    return await reach(uow, record, object_key)
