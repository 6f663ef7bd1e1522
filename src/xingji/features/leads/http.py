"""HTTP routes of leads: touches, assignment, conversion, ledger, proposals, pools, capture, fairness, receipts."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from xingji.features.leads.assign import assign_lead
from xingji.features.leads.capture import LONGEST, recognise_text
from xingji.features.leads.convert import convert_lead, unconvert_lead
from xingji.features.leads.dispatch import http as dispatch_http
from xingji.features.leads.dispatch.fairness_window import fairness_between, leads_behind
from xingji.features.leads.dispatch.ledger import read_ledger
from xingji.features.leads.intake.receipt import list_receipts
from xingji.features.leads.intake.rerun import read_receipt, receipt_json, run_again
from xingji.features.leads.leads import reach
from xingji.features.leads.pools import list_pools, pick, pool_entries
from xingji.features.leads.recognition.merge import merge, preview_merge, undo_merge
from xingji.features.leads.recognition.proposals import decide_proposal, dismiss, find_duplicates, list_proposals
from xingji.features.leads.touch_back import take_back, triggered
from xingji.features.leads.touches import Touch, record_touch
from xingji.kernel.core.errors import invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import SIGNED_IN, Here, needs, reads
from xingji.kernel.records.guidance import GUIDANCE, acknowledge, log_acknowledged

MINE, RECEIPTS, FIGURES = needs(SIGNED_IN), needs("receipts.read"), needs("metrics.read")
TAGS = ["leads"]
Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
Text = Annotated[str, msgspec.Meta(max_length=4000, pattern="^[^\\x00]*$")]
Limit = Annotated[int, Parameter(ge=1, le=200)]


class TouchBody(msgspec.Struct, forbid_unknown_fields=True):
    """What happened between us and the customer. kind: call, message, meeting, form_reply, visit or note."""

    kind: Text
    direction: Text = "out"
    answered: bool = False
    text: Text = ""
    at: datetime | None = None
    duration_sec: Annotated[float, msgspec.Meta(ge=0, le=86_400)] | None = None
    solution: bool = False


class AssignBody(msgspec.Struct, forbid_unknown_fields=True):
    """A person or a pool, one of them."""

    person: UUID | None = None
    pool: Key | None = None
    reason: Text = ""


class ConvertBody(msgspec.Struct, forbid_unknown_fields=True):
    """Customer and contact: an id to link, values to create, or neither. `deal`: its values; null opens none."""

    customer: UUID | dict[str, Any] | None = None
    contact: UUID | dict[str, Any] | None = None
    deal: dict[str, Any] | None = None


class DecideBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which of the two stays; the older one when not said."""

    keep: UUID | None = None
    dry_run: bool = False


class MergeBody(msgspec.Struct, forbid_unknown_fields=True):
    """Two records of one object."""

    object: Key
    keep: UUID
    merged: UUID
    dry_run: bool = False


class PickBody(msgspec.Struct, forbid_unknown_fields=True):
    """The record to pick."""

    record: UUID


class RecogniseBody(msgspec.Struct, forbid_unknown_fields=True):
    """A pasted text."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST)]


class DuplicatesBody(msgspec.Struct, forbid_unknown_fields=True):
    """Values being typed; `besides`: the record they belong to, when it stands already."""

    object: Key
    fields: dict[str, Any]
    besides: UUID | None = None


@post("/api/v1/leads/{id:uuid}/touch", opt=MINE, tags=TAGS, status_code=200)
async def touch_lead(here: Here, id: UUID, data: TouchBody) -> dict[str, Any]:
    """Records a touch; what it counted as."""
    touch = Touch(data.kind, data.direction, data.answered, data.text, data.at, data.duration_sec, data.solution)
    return await here.run(lambda uow: record_touch(uow, id, touch))


@get("/api/v1/leads/{id:uuid}/touches/{change:uuid}", opt=MINE, tags=TAGS)
async def get_triggered(here: Here, id: UUID, change: UUID) -> dict[str, Any]:
    """What one's own entry set going."""
    return await here.read(lambda uow: triggered(uow, id, change))


@post("/api/v1/leads/{id:uuid}/touches/{change:uuid}/take-back", opt=MINE, tags=TAGS, status_code=200)
async def take_touch_back(here: Here, id: UUID, change: UUID) -> dict[str, Any]:
    """Takes one's own touch back; the clocks it stopped run on."""
    return await here.run(lambda uow: take_back(uow, id, change))


@post("/api/v1/leads/{id:uuid}/assign", opt=MINE, tags=TAGS, status_code=200)
async def assign(here: Here, id: UUID, data: AssignBody) -> dict[str, Any]:
    """Gives the lead to a person or a pool."""
    return await here.run(lambda uow: assign_lead(uow, id, person=data.person, pool=data.pool, reason=data.reason))


@post("/api/v1/leads/{id:uuid}/convert", opt=MINE, tags=TAGS, status_code=200)
async def convert(here: Here, id: UUID, data: ConvertBody) -> dict[str, Any]:
    """Converts the lead; customer, contact and deal."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        acknowledge(uow, here.request.headers.get(GUIDANCE))
        made = await convert_lead(uow, id, customer=data.customer, contact=data.contact, deal=data.deal)
        await log_acknowledged(uow)
        return made

    return await here.run(command)


@post("/api/v1/leads/{id:uuid}/unconvert", opt=MINE, tags=TAGS, status_code=200)
async def unconvert(here: Here, id: UUID) -> dict[str, Any]:
    """Takes the conversion back; what was removed and what stays."""
    return await here.run(lambda uow: unconvert_lead(uow, id))


@get("/api/v1/leads/{id:uuid}/ledger", opt=MINE, tags=TAGS)
async def get_ledger(here: Here, id: UUID) -> dict[str, Any]:
    """Why this person and not the others, newest first."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        await reach(uow, id)
        return await read_ledger(uow, id)

    return await here.read(command)


@get("/api/v1/leads/{id:uuid}/proposals", opt=MINE, tags=TAGS)
async def get_proposals(here: Here, id: UUID) -> dict[str, Any]:
    """Records that may be the same as this lead, with reasons."""
    return await here.read(lambda uow: list_proposals(uow, id))


@post("/api/v1/proposals/{id:uuid}/merge", opt=MINE, tags=TAGS, status_code=200)
async def merge_proposal(here: Here, id: UUID, data: DecideBody) -> dict[str, Any]:
    """Merges the two (or links the lead to the customer); a dry run shows what would happen."""
    return await here.run(lambda uow: decide_proposal(uow, id, data.keep, dry_run=data.dry_run))


@post("/api/v1/proposals/{id:uuid}/dismiss", opt=MINE, tags=TAGS, status_code=200)
async def dismiss_proposal(here: Here, id: UUID) -> dict[str, Any]:
    """The two are not one."""
    return await here.run(lambda uow: dismiss(uow, id))


@post("/api/v1/merges", opt=MINE, tags=TAGS, status_code=200)
async def merge_records(here: Here, data: MergeBody) -> dict[str, Any]:
    """Merges two records nobody proposed; a dry run shows what would happen."""
    command = preview_merge if data.dry_run else merge
    return await here.run(lambda uow: command(uow, data.object, data.keep, data.merged))


@post("/api/v1/merges/{id:uuid}/undo", opt=MINE, tags=TAGS, status_code=200)
async def undo_a_merge(here: Here, id: UUID) -> dict[str, Any]:
    """Takes a merge back, and lists what has changed since."""
    return await here.run(lambda uow: undo_merge(uow, id))


@get("/api/v1/pools", opt=MINE, tags=TAGS)
async def get_pools(here: Here) -> dict[str, Any]:
    """The pools the signed-in person may look into."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"rows": await list_pools(uow)}

    return await here.read(command)


@get("/api/v1/pools/{key:str}/entries", opt=MINE, tags=TAGS)
async def get_pool_entries(here: Here, key: str, sort: str = "", after: str = "", limit: Limit = 50) -> dict[str, Any]:
    """What lies in a pool."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        page = await pool_entries(uow, key, sort=sort or None, after=after or None, limit=limit)
        return {"rows": page.rows, "next": page.next, "count": page.count, "count_capped": page.count_capped}

    return await here.read(command)


@post("/api/v1/pools/{key:str}/pick", opt=MINE, tags=TAGS, status_code=200)
async def pick_from_pool(here: Here, key: str, data: PickBody) -> dict[str, Any]:
    """Gives a record of the pool to the signed-in person."""
    return await here.run(lambda uow: pick(uow, key, data.record))


@post("/api/v1/capture/recognise", opt=reads(SIGNED_IN), tags=TAGS, status_code=200)
async def recognise_capture(here: Here, data: RecogniseBody) -> dict[str, Any]:
    """Lead fields found in a text, and records that may be the same."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        regions = {row["key"]: row["provinces"] for row in await uow.fetch("select key, provinces from region order by key")}
        me = await uow.fetchval("select name from person where id = $1", uow.actor.person)
        fields = recognise_text(data.text, uow.workspace.currency_decimals, regions, own=[me] if me else [])
        return {"fields": fields, "duplicates": await find_duplicates(uow, "lead", fields)}

    return await here.read(command)


@post("/api/v1/duplicates", opt=reads(SIGNED_IN), tags=TAGS, status_code=200)
async def get_duplicates(here: Here, data: DuplicatesBody) -> dict[str, Any]:
    """Records that may be the same as one being typed; of others' only the team is told."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"rows": await find_duplicates(uow, data.object, data.fields, besides=data.besides)}

    return await here.read(command)


@get("/api/v1/fairness", opt=FIGURES, tags=TAGS)
async def get_fairness(here: Here, since: datetime | None = None, until: datetime | None = None, team: str = "") -> dict[str, Any]:
    """How evenly leads were given out in a window, the last thirty days when not said; leave-neutral."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        end = _aware(uow, until) or uow.now
        return await fairness_between(uow, _aware(uow, since) or end - timedelta(days=30), end, team or None)

    return await here.read(command)


@get("/api/v1/fairness/{person:uuid}/leads", opt=FIGURES, tags=TAGS)
async def get_fairness_leads(
    here: Here, person: UUID, since: datetime | None = None, until: datetime | None = None, good: bool = False
) -> dict[str, Any]:
    """The leads a person's fairness figure was counted from."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        end = _aware(uow, until) or uow.now
        return await leads_behind(uow, _aware(uow, since) or end - timedelta(days=30), end, person, good=good)

    return await here.read(command)


def _aware(uow: UnitOfWork, moment: datetime | None) -> datetime | None:
    """A time without an offset is the workspace's. Raises: `fairness.bad_window` far from any time of ours."""
    if moment is not None and not 1970 <= moment.year <= 2200:
        raise invalid("fairness.bad_window", year=moment.year)
    return moment.replace(tzinfo=uow.workspace.zone) if moment is not None and moment.tzinfo is None else moment


@get("/api/v1/receipts", opt=RECEIPTS, tags=TAGS)
async def get_receipts(here: Here, status: str = "", source: str = "", after: UUID | None = None, limit: Limit = 50) -> dict[str, Any]:
    """Receipts of deliveries, newest first."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        rows = await list_receipts(uow, status or None, source or None, after, limit + 1)
        return {"rows": rows[:limit], "next": str(rows[limit - 1]["id"]) if len(rows) > limit else None}

    return await here.read(command)


@get("/api/v1/receipts/{id:uuid}", opt=RECEIPTS, tags=TAGS)
async def get_receipt(here: Here, id: UUID) -> dict[str, Any]:
    """One receipt with its payload as text (its first 64 kB), as far as the reader may see leads' contact data."""
    return await here.run(lambda uow: read_receipt(uow, id))


@post("/api/v1/receipts/{id:uuid}/run-again", opt=RECEIPTS, tags=TAGS, status_code=200)
async def run_receipt_again(here: Here, id: UUID) -> dict[str, Any]:
    """Reads a refused delivery again under today's mapping."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return receipt_json(uow, await run_again(uow, id))

    return await here.run(command)


ROUTES = [
    touch_lead, get_triggered, take_touch_back, assign, convert, unconvert, get_ledger, get_proposals, merge_proposal, dismiss_proposal, merge_records,
    undo_a_merge, get_pools, get_pool_entries, pick_from_pool, recognise_capture, get_duplicates, get_fairness, get_fairness_leads, get_receipts,
    get_receipt, run_receipt_again, *dispatch_http.ROUTES,
]  # fmt: skip
