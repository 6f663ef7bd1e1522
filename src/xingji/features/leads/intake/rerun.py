"""Running a kept delivery again, and keeping one that could not be stored. Nothing that arrived is lost."""

from typing import Any
from uuid import UUID

from xingji.features.leads.intake.flush import INTAKE, Outcome, flush
from xingji.features.leads.intake.prepare import Item, Prepared
from xingji.features.leads.intake.receipt import (
    Kept,
    delivery_of,
    receipt_payload,
    sees_payloads,
    store_receipts,
    veiled,
)
from xingji.features.leads.intake.words import problem
from xingji.kernel import access, records
from xingji.kernel.core.errors import conflict
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.records.behalf import on_behalf


async def run_again(uow: UnitOfWork, receipt: UUID) -> Outcome:
    """The outcome of a refused delivery under today's mapping. Raises: `intake.receipt_unknown`, `intake.not_refused`."""
    source, row = await receipt_payload(uow, receipt)
    if row["status"] != "refused":
        raise conflict("intake.not_refused", status=row["status"], lead=str(row["lead"]) if row["lead"] else None)
    body = row["body"] if row["file"] is None else await _read_file(uow, row["file"])
    item = Item(source, delivery_of(row, bytes(body or b"")), receipt)
    return (await flush(on_behalf(uow), [item]))[0]


SHOWN = 64 * 1024


async def read_receipt(uow: UnitOfWork, receipt: UUID) -> dict[str, Any]:
    """A receipt with its payload as text; the reading is audited. Raises: `intake.receipt_unknown`.

    Whoever sees contact fields masked or not at all gets no payload: it holds them in the clear.
    """
    source, row = await receipt_payload(uow, receipt)
    may = sees_payloads(uow)
    text = None
    if may:
        body = row["body"] if row["file"] is None else await _read_file(uow, row["file"])
        text = bytes(body or b"")[:SHOWN].decode("utf-8", "replace")
        await access.audit(uow, "receipt.read", object_key="lead", record=row["lead"], receipt=str(receipt))
    shown = ("id", "received_at", "occurred_at", "status", "problems", "note", "lead", "ip", "attempts", "method", "headers")
    return veiled(uow, {"source": source, "payload": text, "payload_hidden": not may, **{name: row[name] for name in shown}})


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


def receipt_json(uow: UnitOfWork, outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON, as the actor may see it."""
    return veiled(uow, {
        "receipt": str(outcome.receipt), "lead": str(outcome.lead) if outcome.lead else None, "status": outcome.status,
        "problems": [p.as_dict() for p in outcome.problems],
    })  # fmt: skip
