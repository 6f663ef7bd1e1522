"""One flush: receipts, keys, leads and events of many deliveries in one transaction with a fixed number of statements.

Rules, dispatch and recognition of look-alikes come after the commit and share no latency with the answer. Only what
joins for certain is decided here: the same delivery, and the same credit code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from xingji.features.leads.intake.ground import lead_ground
from xingji.features.leads.intake.prepare import Item, Prepared, prepare
from xingji.features.leads.intake.receipt import INLINE_BYTES, Kept, claim_keys, known_receipts, store_receipts
from xingji.features.leads.intake.words import problem
from xingji.features.leads.recognition.credit import Holder, hold_codes
from xingji.kernel import records
from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import Actor, NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events

INTAKE = Actor(kind="source", name="intake")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery: accepted | joined | duplicate | refused | ignored."""

    receipt: UUID
    status: str
    lead: UUID | None = None
    problems: Sequence[Problem] = ()
    prepared: Prepared | None = None


async def flush(uow: UnitOfWork, items: Sequence[Item]) -> list[Outcome]:
    """The outcomes of these deliveries, in order, once the unit of work is committed.

    Emits: lead.created (by the write path), lead.received, lead.enquired, touch.response, touch.followup.
    """
    ground = await lead_ground(uow)
    prepared = [prepare(item, ground) for item in items]
    first = {(p.item.source, p.key): p for p in reversed(prepared)}
    outcomes: dict[UUID, Outcome] = {}
    work = await _new_ones(uow, list(first.values()), outcomes)
    await _settle(uow, work, outcomes)
    return [_outcome_of(p, first, outcomes) for p in prepared]


def _outcome_of(p: Prepared, first: dict[tuple[str, str], Prepared], outcomes: dict[UUID, Outcome]) -> Outcome:
    leader = first[(p.item.source, p.key)]
    outcome = outcomes[leader.item.receipt]
    if leader is p:
        return replace(outcome, prepared=p)
    if p.keyed and p.body_hash != leader.body_hash:
        return Outcome(outcome.receipt, "refused", None, [problem("intake.key_reused", "idempotency-key")], p)
    status = "duplicate" if outcome.status in ("accepted", "joined") else outcome.status
    return replace(outcome, status=status, prepared=p)


async def _new_ones(uow: UnitOfWork, wanted: list[Prepared], outcomes: dict[UUID, Outcome]) -> list[Prepared]:
    """Those to be worked on; the others get the outcome of the receipt that already stands for them."""
    holders = await claim_keys(uow, wanted)
    old = [h["receipt"] for p in wanted if (h := holders[(p.item.source, p.key)])["receipt"] != p.item.receipt]
    known = await known_receipts(uow, old) if old else {}
    work = []
    for p in wanted:
        holder = holders[(p.item.source, p.key)]
        standing = known.get(holder["receipt"])
        if holder["receipt"] == p.item.receipt or standing is None:
            work.append(p)
        elif p.keyed and holder["body_hash"] != p.body_hash:
            reused = [problem("intake.key_reused", "idempotency-key")]
            outcomes[p.item.receipt] = Outcome(standing["id"], "refused", None, reused)
        elif standing["status"] == "refused":
            # A failure is run again, not replayed: the mapping may have been mended meanwhile.
            outcomes[p.item.receipt] = Outcome(standing["id"], "again")
            work.append(p)
        else:
            status = "ignored" if standing["status"] == "ignored" else "duplicate"
            outcomes[p.item.receipt] = Outcome(standing["id"], status, standing["lead"])
    return work


async def _settle(uow: UnitOfWork, work: list[Prepared], outcomes: dict[UUID, Outcome]) -> None:
    """Leads, events and receipts of what is new."""
    receipts = {p.item.receipt: _receipt_id(p, outcomes) for p in work}
    good = [p for p in work if not p.problems and p.reading is not None and p.reading.ignored is None]
    holders = await hold_codes(uow, [p.credit for p in good if p.credit])
    joined, created = _split(good, holders)
    leads = {p.item.receipt: uuid7() for p in created}
    created = await _create(uow, created, leads, holders)
    for p in joined:
        holder = holders[str(p.credit)]
        leads[p.item.receipt] = holder.lead or leads.get(holder.first)  # type: ignore[arg-type]
    joined = [p for p in joined if leads.get(p.item.receipt)]
    await append_events(uow, _events(created, joined, leads, receipts))
    kept = []
    for p in work:
        status = _status(p, joined)
        lead = leads.get(p.item.receipt) if status in ("accepted", "joined") else None
        note = p.reading.ignored if p.reading else None
        file = await _file_of(uow, p)
        kept.append(Kept(p, receipts[p.item.receipt], status, p.problems, lead, note, file))
        outcomes[p.item.receipt] = Outcome(receipts[p.item.receipt], status, lead, p.problems)
    await store_receipts(uow, kept)


def _receipt_id(p: Prepared, outcomes: dict[UUID, Outcome]) -> UUID:
    standing = outcomes.get(p.item.receipt)
    return standing.receipt if standing is not None else p.item.receipt


def _status(p: Prepared, joined: list[Prepared]) -> str:
    if p.problems:
        return "refused"
    if p.reading is not None and p.reading.ignored is not None:
        return "ignored"
    return "joined" if p in joined else "accepted"


def _split(good: list[Prepared], holders: dict[str, Holder]) -> tuple[list[Prepared], list[Prepared]]:
    """(those that join an open lead by their credit code, those that become leads)."""
    joined, created = [], []
    for p in good:
        holder = holders.get(p.credit) if p.credit else None
        if holder is None:
            created.append(p)
        elif holder.lead is not None or holder.first is not None:
            joined.append(p)
        else:
            holder.first = p.item.receipt
            created.append(p)
    return joined, created


async def _create(
    uow: UnitOfWork, created: list[Prepared], leads: dict[UUID, UUID], holders: dict[str, Holder]
) -> list[Prepared]:
    """Writes the new leads; what the write path refuses is marked with its problems and left out."""
    for p in created:
        holder = holders.get(p.credit) if p.credit else None
        if holder is not None and holder.customer is not None:
            p.values["customer"] = str(holder.customer)
        if p.reading is not None and p.reading.touch is not None:
            p.values |= _touched(uow, p.reading.touch)
    while created:
        changes = [records.Change("create", "lead", leads[p.item.receipt], p.values) for p in created]
        try:
            await records.write(uow, changes, owned=True)
            break
        except XingjiError as error:
            if error.kind is not ErrorKind.INVALID or not (bad := _blamed(error, created)):
                raise
            created = [p for n, p in enumerate(created) if n not in bad]
    for p in created:
        if p.credit and (holder := holders.get(p.credit)) is not None:
            holder.opened = leads[p.item.receipt]
    return created


def _blamed(error: XingjiError, created: list[Prepared]) -> set[int]:
    """Places of the leads an error names ("changes.3.budget"); their problems are noted."""
    bad: set[int] = set()
    for found in error.problems:
        parts = found.path.split(".")
        if len(parts) >= 2 and parts[0] == "changes" and parts[1].isdigit() and int(parts[1]) < len(created):
            place = int(parts[1])
            bad.add(place)
            name = ".".join(parts[2:])
            created[place].problems.append(found if found.message else problem("intake.field_refused", name, field=name, code=found.code))
    return bad


def _touched(uow: UnitOfWork, touch: Any) -> dict[str, Any]:
    at = uow.now.isoformat()
    values = {"status": "working", "first_response_at": at, "last_touch_at": at}
    return values | ({"first_followup_at": at, "last_followup_at": at} if touch.get("answered") else {})


def _events(
    created: list[Prepared], joined: list[Prepared], leads: dict[UUID, UUID], receipts: dict[UUID, UUID]
) -> list[NewEvent]:
    events = []
    for p in created:
        lead, data = leads[p.item.receipt], _about(p, receipts)
        events.append(NewEvent("lead.received", "lead", lead, data, brand=p.values.get("brand")))
        if p.reading is not None and p.reading.touch is not None:
            said = dict(p.reading.touch)
            seconds = said.pop("duration_sec", None)
            kinds = ("touch.response", "touch.followup") if said.get("answered") else ("touch.response",)
            events += [NewEvent(kind, "lead", lead, said, duration_sec=seconds, brand=p.values.get("brand")) for kind in kinds]
    for p in joined:
        values = {key: value for key, value in p.values.items() if value not in (None, "")}
        events.append(NewEvent("lead.enquired", "lead", leads[p.item.receipt], {**_about(p, receipts), "values": values}))
    return events


def _about(p: Prepared, receipts: dict[UUID, UUID]) -> dict[str, Any]:
    about: dict[str, Any] = {
        "receipt": str(receipts[p.item.receipt]), "source": p.item.source, "channel": p.values.get("channel"),
    }  # fmt: skip
    if p.occurred_at is not None:
        about["sent_at"] = p.occurred_at.isoformat()
    return about


async def _file_of(uow: UnitOfWork, p: Prepared) -> UUID | None:
    """The file of a payload too large to lie in its row."""
    delivery = p.item.delivery
    if len(delivery.body) <= INLINE_BYTES:
        return None
    return (await records.save_file(uow, f"receipt-{p.item.receipt}", delivery.body)).id
