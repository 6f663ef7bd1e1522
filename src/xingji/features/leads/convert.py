"""Converting a lead, and taking it back. Creates or links customer and contact, opens a deal if asked, deletes nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xingji.features.leads.leads import reach
from xingji.features.leads.literals import repr_id
from xingji.kernel import records
from xingji.kernel.cel import text_literal
from xingji.kernel.core.errors import conflict, forbidden
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records.behalf import on_behalf

PASSED_ON = ("uscc", "industry", "region", "area")


async def convert_lead(
    uow: UnitOfWork, lead: UUID, *, customer: UUID | Mapping[str, Any] | None = None,
    contact: UUID | Mapping[str, Any] | None = None, deal: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Marks a lead converted; ids of customer, contact and deal, and which of them are new.

    Emits: lead.converted. Raises: `leads.converted_already`, `leads.invalid_lead`, `records.invalid`.
    """
    row = await _mine(uow, lead)
    if row["status"] == "converted":
        raise conflict("leads.converted_already", customer=row.get("customer"))
    if row["status"] == "invalid":
        raise conflict("leads.invalid_lead")
    for object_key, given in (("customer", customer), ("contact", contact), ("deal", deal)):
        if isinstance(given, Mapping):
            await records.refuse_values(uow, object_key, given)
    created: list[tuple[str, str]] = []
    customer_id = await _customer(uow, row, customer, created)
    contact_id = await _contact(uow, row, customer_id, contact, created)
    deal_id = await _deal(uow, row, customer_id, deal, created) if deal is not None else row.get("deal")
    values = {"status": "converted", "converted_at": uow.now.isoformat(), "customer": customer_id, "contact": contact_id, "deal": deal_id}
    before = {key: row.get(key) for key in ("status", "customer", "contact", "deal", "pool")}
    await records.write(uow, [records.Change("update", "lead", lead, {**values, "pool": None}, row["version"])], owned=True)
    data = {"customer": customer_id, "contact": contact_id, "deal": deal_id, "created": dict(created), "before": before}
    await append_events(uow, [NewEvent("lead.converted", "lead", lead, data, brand=row.get("brand"))])
    return {"customer": customer_id, "contact": contact_id, "deal": deal_id, "created": dict(created), "change": str(uow.change)}


async def _mine(uow: UnitOfWork, lead: UUID) -> dict[str, Any]:
    """The lead, when the actor may change it."""
    if uow.actor.policy is not None:
        seen = await records.get_record(uow, "lead", lead)
        if not seen["can"]["update"]:
            raise forbidden("access.denied", object="lead", verb="update", who="owner")
    return await reach(uow, lead)


async def _customer(uow: UnitOfWork, row: dict[str, Any], given: Any, created: list[tuple[str, str]]) -> str:
    if isinstance(given, (UUID, str)):
        return str((await reach(uow, UUID(str(given)), "customer"))["id"])
    if given is None and row.get("customer"):
        return str(row["customer"])
    if given is None and row.get("uscc"):
        query = records.Query("customer", fields=["id"], filter=f'uscc == "{row["uscc"]}"', limit=1)
        if found := (await records.query(on_behalf(uow), query)).rows:
            return str(found[0]["id"])
    name = row.get("company") or row.get("name") or "未具名客户"
    values = {"name": name, "kind": "company" if row.get("company") else "person", "owner": row.get("owner"), "brand": row.get("brand")}
    values |= {key: row.get(key) for key in PASSED_ON}
    if not row.get("company"):
        values["phone"] = row.get("mobile")
    return await _create(uow, "customer", {**values, **(given or {})}, created)


async def _contact(uow: UnitOfWork, row: dict[str, Any], customer: str, given: Any, created: list[tuple[str, str]]) -> str | None:
    if isinstance(given, (UUID, str)):
        return str((await reach(uow, UUID(str(given)), "contact"))["id"])
    if given is None and row.get("contact"):
        return str(row["contact"])
    values = {key: row.get(key) for key in ("name", "mobile", "email", "wechat")}
    values |= {"customer": customer, "owner": row.get("owner"), "brand": row.get("brand"), **(given or {})}
    if not values.get("name"):
        if not values.get("mobile") and not values.get("email"):
            return None
        values["name"] = values.get("mobile") or values.get("email")
    if given is None and values.get("mobile"):
        query = records.Query("contact", fields=["id"], filter=f"customer == {repr_id(customer)} && mobile == {text_literal(values['mobile'])}", limit=1)
        if found := (await records.query(on_behalf(uow), query)).rows:
            return str(found[0]["id"])
    return await _create(uow, "contact", values, created)


async def _deal(uow: UnitOfWork, row: dict[str, Any], customer: str, given: Mapping[str, Any], created: list[tuple[str, str]]) -> str:
    name = row.get("need") or row.get("company") or row.get("name") or "商机"
    values = {"name": str(name)[:60], "amount": row.get("budget"), "owner": row.get("owner"), "brand": row.get("brand"), **given}
    return await _create(uow, "deal", {**values, "customer": customer, "lead": row["id"]}, created)


async def _create(uow: UnitOfWork, object_key: str, values: dict[str, Any], created: list[tuple[str, str]]) -> str:
    fields = (await records.load_schema(uow)).object(object_key).fields
    known = {key: value for key, value in values.items() if value is not None and key in fields}
    made = str((await records.write(on_behalf(uow), [records.Change("create", object_key, None, known)], owned=True)).ids[0])
    created.append((object_key, made))
    return made


async def unconvert_lead(uow: UnitOfWork, lead: UUID) -> dict[str, Any]:
    """Takes a conversion back: the lead is as before, what the conversion created is deleted (restorable) when nobody
    used it since; {removed, kept}.

    Emits: lead.unconverted. Raises: `leads.not_converted`.
    """
    row = await _mine(uow, lead)
    said = await uow.fetchval("select data from event where record = $1 and type = 'lead.converted' order by occurred_at desc, id desc limit 1", lead)
    if row["status"] != "converted" or said is None:
        raise conflict("leads.not_converted", status=row["status"])
    before = said["before"]
    values = {**{key: before.get(key) for key in ("customer", "contact", "deal")}, "status": before["status"] or "working", "converted_at": None}
    # The gate keeps people from changing the status by hand; this command is the way back it names.
    await records.write(uow, [records.Change("update", "lead", lead, values, row["version"])], gate=False, owned=True)
    removed, kept = [], []
    for object_key in ("deal", "contact", "customer"):
        if (made := said["created"].get(object_key)) is None:
            continue
        if await _used(uow, object_key, made):
            kept.append({"object": object_key, "id": made})
            continue
        await records.write(on_behalf(uow), [records.Change("delete", object_key, UUID(made))], gate=False, owned=True)
        removed.append({"object": object_key, "id": made})
    data = {"removed": removed, "kept": kept}
    await append_events(uow, [NewEvent("lead.unconverted", "lead", lead, data, brand=row.get("brand"))])
    return {**data, "change": str(uow.change)}


async def _used(uow: UnitOfWork, object_key: str, record: str) -> bool:
    """Whether somebody changed the record since it was made, or anything else leads to it."""
    inside = on_behalf(uow)
    found = await records.get_records(inside, object_key, [UUID(record)], ["version"])
    if not found or found[0]["version"] > 1:
        return True
    for kind in (await records.load_schema(uow)).objects.values():
        for spec in kind.stored:
            if spec.kind.key == "relation" and spec.to == object_key:
                query = records.Query(kind.key, fields=["id"], filter=f'{spec.key} == "{UUID(record)}"', limit=1)
                if (await records.query(inside, query)).rows:
                    return True
    return False
