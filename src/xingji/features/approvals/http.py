"""HTTP routes of approvals: asking, voting, the own list, delegation."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import get, post

from xingji.features.approvals.ask import ask_approval, withdraw
from xingji.features.approvals.delegation import end_delegation, my_delegations, set_delegation
from xingji.features.approvals.read import approvals_of, my_approvals, read_approval
from xingji.features.approvals.votes import add_signer, send_back, transfer, urge, vote
from xingji.kernel.http import SIGNED_IN, Here, needs

MINE = needs(SIGNED_IN)
TAGS = ["approvals"]
Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
Text = Annotated[str, msgspec.Meta(max_length=4000, pattern="^[^\\x00]*$")]


class AskBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked for, by which flow."""

    object: Key
    record: UUID
    flow: Key
    reason: Text = ""


class VoteBody(msgspec.Struct, forbid_unknown_fields=True):
    """Yes or no; a no needs a comment."""

    yes: bool
    comment: Text = ""
    file: UUID | None = None


class PersonBody(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody else, with a word."""

    person: UUID
    comment: Text = ""


class BackBody(msgspec.Struct, forbid_unknown_fields=True):
    """To an earlier node, or to the asker when `to` is null."""

    comment: Text
    to: Key | None = None


class DelegationBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who sits in from when to when."""

    to: UUID
    starts: datetime
    ends: datetime


@post("/api/v1/approvals", opt=MINE, tags=TAGS, status_code=201)
async def ask(here: Here, data: AskBody) -> dict[str, Any]:
    """Asks for an approval."""
    return await here.run(lambda uow: ask_approval(uow, data.object, data.record, data.flow, data.reason))


@get("/api/v1/approvals", opt=MINE, tags=TAGS)
async def mine(here: Here, box: Literal["waiting", "asked", "done", "copied"] = "waiting") -> dict[str, Any]:
    """One's own approvals."""
    return await here.read(lambda uow: my_approvals(uow, box))


@get("/api/v1/approvals/{id:uuid}", opt=MINE, tags=TAGS)
async def one(here: Here, id: UUID) -> dict[str, Any]:
    """One approval with its flow."""
    return await here.read(lambda uow: read_approval(uow, id))


@get("/api/v1/records/{object_key:str}/{id:uuid}/approvals", opt=MINE, tags=TAGS)
async def of_record(here: Here, object_key: str, id: UUID) -> dict[str, Any]:
    """The approvals of a record."""
    return await here.read(lambda uow: approvals_of(uow, object_key, id))


@post("/api/v1/approvals/{id:uuid}/vote", opt=MINE, tags=TAGS, status_code=200)
async def cast(here: Here, id: UUID, data: VoteBody) -> dict[str, Any]:
    """Says yes or no."""
    return await here.run(lambda uow: vote(uow, id, yes=data.yes, comment=data.comment, file=data.file))


@post("/api/v1/approvals/{id:uuid}/send-back", opt=MINE, tags=TAGS, status_code=200)
async def back(here: Here, id: UUID, data: BackBody) -> dict[str, Any]:
    """Sends it back."""
    return await here.run(lambda uow: send_back(uow, id, data.to, data.comment))


@post("/api/v1/approvals/{id:uuid}/add-signer", opt=MINE, tags=TAGS, status_code=200)
async def more(here: Here, id: UUID, data: PersonBody) -> dict[str, Any]:
    """Asks one more person."""
    return await here.run(lambda uow: add_signer(uow, id, data.person, data.comment))


@post("/api/v1/approvals/{id:uuid}/transfer", opt=MINE, tags=TAGS, status_code=200)
async def hand_on(here: Here, id: UUID, data: PersonBody) -> dict[str, Any]:
    """Gives the own seat to somebody else."""
    return await here.run(lambda uow: transfer(uow, id, data.person, data.comment))


@post("/api/v1/approvals/{id:uuid}/withdraw", opt=MINE, tags=TAGS, status_code=200)
async def take_back(here: Here, id: UUID) -> dict[str, Any]:
    """Takes it back."""
    return await here.run(lambda uow: withdraw(uow, id))


@post("/api/v1/approvals/{id:uuid}/urge", opt=MINE, tags=TAGS, status_code=200)
async def remind(here: Here, id: UUID) -> dict[str, Any]:
    """Reminds those it waits for."""
    return await here.run(lambda uow: urge(uow, id))


@get("/api/v1/delegations", opt=MINE, tags=TAGS)
async def delegations(here: Here) -> dict[str, Any]:
    """Who sits in for me, and for whom I sit in."""
    return await here.read(my_delegations)


@post("/api/v1/delegations", opt=MINE, tags=TAGS, status_code=201)
async def delegate(here: Here, data: DelegationBody) -> dict[str, Any]:
    """Names somebody who sits in for me."""
    return await here.run(lambda uow: set_delegation(uow, data.to, data.starts, data.ends))


class EndBody(msgspec.Struct, forbid_unknown_fields=True):
    """The beginning of the one to end."""

    starts: datetime


@post("/api/v1/delegations/end", opt=MINE, tags=TAGS, status_code=200)
async def undelegate(here: Here, data: EndBody) -> dict[str, Any]:
    """Ends one."""
    return await here.run(lambda uow: end_delegation(uow, data.starts))


ROUTES = [ask, mine, one, of_record, cast, back, more, hand_on, take_back, remind, delegations, delegate, undelegate]
