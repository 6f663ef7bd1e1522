"""HTTP routes of the process: a record's checklist, what people say of its actions, exceptions and their queue."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post

from xingji.features.process.health_read import health_board, health_of
from xingji.features.process.moving import move_running
from xingji.features.process.overview import read_process
from xingji.features.process.queue import waiting_decisions
from xingji.features.process.steps import (
    add_evidence,
    ask_exception,
    ask_not_applicable,
    claim,
    confirm,
    decide_exception,
    decide_not_applicable,
)
from xingji.kernel.http import SIGNED_IN, Here, needs

MINE = needs(SIGNED_IN)
TAGS = ["process"]
Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
Text = Annotated[str, msgspec.Meta(max_length=4000, pattern="^[^\\x00]*$")]


class ClaimBody(msgspec.Struct, forbid_unknown_fields=True):
    """A word on what was done."""

    note: Text = ""


class EvidenceItem(msgspec.Struct, forbid_unknown_fields=True):
    """A file or event by id, or a link by url."""

    kind: Text
    id: Text = ""
    url: Text = ""
    name: Text = ""


class EvidenceBody(msgspec.Struct, forbid_unknown_fields=True):
    """What shows the action."""

    items: Annotated[list[EvidenceItem], msgspec.Meta(min_length=1, max_length=20)]
    note: Text = ""


class ConfirmBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether it was done, in the eyes of the second role; a no needs a note."""

    yes: bool = True
    note: Text = ""


class ReasonBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why an action does not apply."""

    reason: Text


class ExceptionBody(msgspec.Struct, forbid_unknown_fields=True):
    """The stage to pass into ("won" to win), and why."""

    to: Key
    reason: Text


class DecideBody(msgspec.Struct, forbid_unknown_fields=True):
    """Yes or no, with a word."""

    grant: bool
    answer: Text = ""


@get("/api/v1/process/{object_key:str}/{id:uuid}", opt=MINE, tags=TAGS)
async def process_of(here: Here, object_key: str, id: UUID) -> dict[str, Any]:
    """The record's playbook: stages, actions and their states, what each move lacks."""
    return await here.read(lambda uow: read_process(uow, object_key, id))


@get("/api/v1/process/decisions", opt=MINE, tags=TAGS)
async def decisions(here: Here) -> dict[str, Any]:
    """What waits for the reader: exceptions and "not applicable" to decide, actions to confirm."""
    return await here.read(waiting_decisions)


@post("/api/v1/process/{object_key:str}/{id:uuid}/actions/{action:str}/claim", opt=MINE, tags=TAGS, status_code=200)
async def claim_action(here: Here, object_key: str, id: UUID, action: str, data: ClaimBody) -> dict[str, Any]:
    """Says that the action was done."""
    return await here.run(lambda uow: claim(uow, object_key, id, action, data.note))


@post("/api/v1/process/{object_key:str}/{id:uuid}/actions/{action:str}/evidence", opt=MINE, tags=TAGS, status_code=200)
async def add_action_evidence(here: Here, object_key: str, id: UUID, action: str, data: EvidenceBody) -> dict[str, Any]:
    """Adds what shows the action."""
    items = [msgspec.to_builtins(item) for item in data.items]
    return await here.run(lambda uow: add_evidence(uow, object_key, id, action, items, data.note))


@post("/api/v1/process/{object_key:str}/{id:uuid}/actions/{action:str}/confirm", opt=MINE, tags=TAGS, status_code=200)
async def confirm_action(here: Here, object_key: str, id: UUID, action: str, data: ConfirmBody) -> dict[str, Any]:
    """Confirms the action as the second role, or says it was not done."""
    return await here.run(lambda uow: confirm(uow, object_key, id, action, yes=data.yes, note=data.note))


@post("/api/v1/process/{object_key:str}/{id:uuid}/actions/{action:str}/not-applicable", opt=MINE, tags=TAGS, status_code=200)
async def ask_na(here: Here, object_key: str, id: UUID, action: str, data: ReasonBody) -> dict[str, Any]:
    """Asks that the action be let off."""
    return await here.run(lambda uow: ask_not_applicable(uow, object_key, id, action, data.reason))


@post("/api/v1/process/{object_key:str}/{id:uuid}/actions/{action:str}/not-applicable/decide", opt=MINE, tags=TAGS, status_code=200)
async def decide_na(here: Here, object_key: str, id: UUID, action: str, data: DecideBody) -> dict[str, Any]:
    """Grants or refuses it."""
    return await here.run(lambda uow: decide_not_applicable(uow, object_key, id, action, grant=data.grant, answer=data.answer))


@post("/api/v1/process/{object_key:str}/{id:uuid}/exceptions", opt=MINE, tags=TAGS, status_code=200)
async def ask_for_exception(here: Here, object_key: str, id: UUID, data: ExceptionBody) -> dict[str, Any]:
    """Asks to pass the gate once."""
    return await here.run(lambda uow: ask_exception(uow, object_key, id, data.to, data.reason))


@post("/api/v1/process/exceptions/{id:uuid}/decide", opt=MINE, tags=TAGS, status_code=200)
async def decide_on_exception(here: Here, id: UUID, data: DecideBody) -> dict[str, Any]:
    """Grants or refuses the exception."""
    return await here.run(lambda uow: decide_exception(uow, id, grant=data.grant, answer=data.answer))


class HealthBody(msgspec.Struct, forbid_unknown_fields=True):
    """The records on a screen."""

    ids: Annotated[list[UUID], msgspec.Meta(max_length=1000)]


@post("/api/v1/process/{object_key:str}/health", opt=MINE, tags=TAGS, status_code=200)
async def health_by_ids(here: Here, object_key: str, data: HealthBody) -> dict[str, Any]:
    """The process health of these records, as far as the reader sees them."""
    return await here.read(lambda uow: health_of(uow, object_key, data.ids))


@get("/api/v1/process/{object_key:str}/health-board", opt=MINE, tags=TAGS)
async def health_by_owner(here: Here, object_key: str) -> dict[str, Any]:
    """The process health of everything the reader sees, per owner."""
    return await here.read(lambda uow: health_board(uow, object_key))


class MoveBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether only to say what would change."""

    preview: bool = True


@post("/api/v1/process/playbooks/{key:str}/move", opt=needs("definitions.write"), tags=TAGS, status_code=200)
async def move_to_version(here: Here, key: str, data: MoveBody) -> dict[str, Any]:
    """Moves running records to the version in force, or says what that would change."""
    if data.preview:
        return await here.read(lambda uow: move_running(uow, key, preview=True))
    return await here.run(lambda uow: move_running(uow, key, preview=False))


ROUTES = [
    move_to_version,
    health_by_ids, health_by_owner, process_of, decisions, claim_action, add_action_evidence, confirm_action, ask_na, decide_na, ask_for_exception,
    decide_on_exception,
]  # fmt: skip
