"""Credit codes join: one code is one customer. Owns `credit_key`, the lock under which a flush decides.

A further enquiry is an event on the customer's open lead, or a new lead of that customer when none is open.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from xingji.features.leads.behalf import on_behalf
from xingji.kernel import records
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records import Query

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
    """Customer and open lead of each code, held until this transaction ends. Three statements however many codes."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    await uow.fetch(HOLD, wanted)
    holders = {code: Holder(code) for code in wanted}
    listed = ", ".join(f'"{code}"' for code in wanted)  # valid codes are letters and digits
    customers = await records.query(
        on_behalf(uow), Query("customer", fields=["id", "uscc"], filter=f"uscc in [{listed}]", limit=len(wanted))
    )
    by_customer = {}
    for row in customers.rows:
        holders[row["uscc"]].customer = UUID(str(row["id"]))
        by_customer[str(row["id"])] = row["uscc"]
    mine = f"uscc in [{listed}]" + (f" || customer in [{', '.join(repr_id(i) for i in by_customer)}]" if by_customer else "")
    leads = await records.query(
        on_behalf(uow),
        Query("lead", fields=["id", "uscc", "customer"], filter=f"({mine}) && {OPEN_CEL}", sort=["created_at"], limit=1000),
    )
    for row in leads.rows:
        code = row["uscc"] if row["uscc"] in holders else by_customer.get(str(row["customer"]))
        if code is not None and holders[code].lead is None:
            holders[code].lead = UUID(str(row["id"]))
    return holders


def repr_id(text: str) -> str:
    """A record id as a CEL literal."""
    return f'"{UUID(str(text))}"'


def repr_text(text: object) -> str:
    """A text as a CEL literal; what it contains cannot leave it."""
    return json.dumps(str(text), ensure_ascii=False)
