"""Credit codes join: one code is one customer. Owns `credit_key`, the lock under which a flush decides.

A further enquiry is an event on the customer's open lead, or a new lead of that customer when none is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from xingji.features.leads.literals import rows_where_in
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.behalf import on_behalf

OPEN = ("new", "assigned", "working", "qualified")
OPEN_CEL = 'status in ["new", "assigned", "working", "qualified"]'

# Sorted, so that two flushes with the same codes wait for each other; the second then sees what the first decided.
HOLD = """insert into credit_key (code) select code from unnest($1::text[]) code order by code
  on conflict (code) do update set at = now() returning code, lead"""


@dataclass(slots=True)
class Holder:
    """Who stands behind a code: its customer, its open lead. `first`: the receipt of this flush that opens a lead."""

    code: str
    customer: UUID | None = None
    lead: UUID | None = None
    first: UUID | None = None
    opened: UUID | None = None


async def hold_codes(uow: UnitOfWork, codes: Sequence[str]) -> dict[str, Holder]:
    """Customer and open lead of each code, held until this transaction ends. A handful of statements, however many codes."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    await uow.fetch(HOLD, wanted)
    holders = {code: Holder(code) for code in wanted}
    inside = on_behalf(uow)
    by_customer = {}
    for row in await rows_where_in(inside, "customer", "uscc", wanted, fields=["id", "uscc"]):
        holders[row["uscc"]].customer = UUID(row["id"])
        by_customer[row["id"]] = row["uscc"]
    fields = ["id", "uscc", "customer"]
    leads = await rows_where_in(inside, "lead", "uscc", wanted, fields=fields, more=OPEN_CEL)
    leads += await rows_where_in(inside, "lead", "customer", by_customer, fields=fields, more=OPEN_CEL)
    for row in leads:
        code = row["uscc"] if row["uscc"] in holders else by_customer.get(row["customer"])
        if code is not None and holders[code].lead is None:
            holders[code].lead = UUID(row["id"])
    return holders
