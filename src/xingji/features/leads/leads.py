"""Reading one lead for a command, within the actor's reach. Owns the refusals every command of leads shares."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.core.errors import conflict, forbidden, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import CARRIED
from xingji.kernel.records.behalf import on_behalf

CLOSED = ("converted", "invalid")


async def reach(uow: UnitOfWork, lead: UUID, object_key: str = "lead") -> dict[str, Any]:
    """The whole record, when the actor may read it. Raises: `records.not_found`.

    The values are those the system sees: a command decides on facts its actor may be shown masked.
    """
    if uow.actor.policy is not None:
        await records.get_record(uow, object_key, lead)
    return await whole(uow, lead, object_key)


async def whole(uow: UnitOfWork, record: UUID, object_key: str = "lead") -> dict[str, Any]:
    """The record as the system sees it. Raises: `records.not_found`."""
    row = await records.get_record(on_behalf(uow), object_key, record)
    if row is None:
        raise not_found("records.not_found", object=object_key, id=str(record))
    return dict(row)


def open_lead(row: dict[str, Any]) -> None:
    """Passes for a lead still in work. Raises: `leads.closed`."""
    if row.get("status") in CLOSED:
        raise conflict("leads.closed", status=row.get("status"))


def carries(row: Mapping[str, Any]) -> dict[str, bool]:
    """{carried: True} where a lead was given to somebody already and came back to no pool: the customer has waited since then."""
    return {CARRIED: True} if row.get("assigned_at") and (row.get("owner") or not row.get("pool")) else {}


def may_assign(uow: UnitOfWork) -> None:
    """Passes when the actor may give leads to people. Raises: `access.right_missing`."""
    policy = uow.actor.policy
    if uow.actor.kind != "system" and (policy is None or not policy.may("assign")):
        raise forbidden("access.right_missing", right="assign", who="supervisor")
