"""Running a kept delivery again, and keeping one that could not be stored. Nothing that arrived is lost."""

from typing import Any
from uuid import UUID

from xingji.features.leads.behalf import on_behalf
from xingji.features.leads.intake.flush import INTAKE, Outcome, flush
from xingji.features.leads.intake.prepare import Item, Prepared
from xingji.features.leads.intake.receipt import Kept, delivery_of, receipt_payload, store_receipts
from xingji.features.leads.intake.words import problem
from xingji.kernel import records
from xingji.kernel.core.errors import conflict
from xingji.kernel.db import Database, UnitOfWork


async def run_again(uow: UnitOfWork, receipt: UUID) -> Outcome:
    """The outcome of a refused delivery under today's mapping. Raises: `intake.receipt_unknown`, `intake.not_refused`."""
    source, row = await receipt_payload(uow, receipt)
    if row["status"] != "refused":
        raise conflict("intake.not_refused", status=row["status"], lead=str(row["lead"]) if row["lead"] else None)
    body = row["body"] if row["file"] is None else await _read_file(uow, row["file"])
    item = Item(source, delivery_of(row, bytes(body or b"")), receipt, again=True)
    return (await flush(uow, [item]))[0]


async def _read_file(uow: UnitOfWork, file: UUID) -> bytes:
    return (await records.read_file(on_behalf(uow), file))[1]


async def keep_failed(database: Database, workspace: str, item: Item, error: Exception) -> Outcome:
    """The receipt of a delivery whose flush failed: refused, with its payload, to be run again."""
    found = problem("intake.failed", detail=type(error).__name__)

    async def keep(uow: UnitOfWork) -> Outcome:
        prepared = Prepared(item, f"failed:{item.receipt}", b"", problems=[found])
        await store_receipts(uow, [Kept(prepared, item.receipt, "refused", [found], None, None)])
        return Outcome(item.receipt, "refused", None, [found], prepared)

    return await database.run(workspace, INTAKE, keep)


def receipt_json(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON."""
    return {
        "receipt": str(outcome.receipt), "lead": str(outcome.lead) if outcome.lead else None, "status": outcome.status,
        "problems": [p.as_dict() for p in outcome.problems],
    }  # fmt: skip
