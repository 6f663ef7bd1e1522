"""HTTP routes of rule runs, waiting timers and the workspace's clock."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import Parameter

from xingji.kernel.access import audit
from xingji.kernel.core.errors import invalid
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.http import SIGNED_IN, Here, needs
from xingji.kernel.rules.actions import ACTIONS
from xingji.kernel.rules.clock import advance_clock
from xingji.kernel.rules.runs import runs_of_record, runs_of_rule, timers_of

Limit = Annotated[int, Parameter(ge=1, le=200)]
MOST_IDS = 200


class AdvanceBody(msgspec.Struct, forbid_unknown_fields=True):
    """The instant to move the clock to."""

    to: datetime


@get("/api/v1/rule-actions", opt=needs("definitions.read"), tags=["rules"])
async def rule_actions(here: Here) -> dict[str, Any]:
    """Every action a rule may take, in words, with its parameters: what the editor of rules is drawn from."""
    return {"rows": [action.described.as_dict(key) for key, action in ACTIONS.items()]}


@get("/api/v1/rules/{key:str}/runs", opt=needs("definitions.read"), tags=["rules"])
async def rule_runs(here: Here, key: str, before: int | None = None, limit: Limit = 50) -> dict[str, Any]:
    """What a rule did, newest first, each run as a sentence."""
    return await here.read(lambda uow: runs_of_rule(uow, key, before=before, limit=limit))


@get("/api/v1/records/{object_key:str}/{id:uuid}/runs", opt=needs(SIGNED_IN), tags=["rules"])
async def record_runs(here: Here, object_key: str, id: UUID, limit: Limit = 50) -> dict[str, Any]:
    """What rules did about a record, newest first, each run as a sentence."""
    return await here.read(lambda uow: runs_of_record(uow, object_key, id, limit=limit))


@get("/api/v1/timers", opt=needs(SIGNED_IN), tags=["rules"])
async def waiting_timers(here: Here, object: str, ids: str) -> dict[str, Any]:
    """Timers that wait for records (up to 200 ids, by commas), and those that fired since each was last assigned."""
    try:
        wanted = [UUID(one) for one in ids.split(",") if one]
    except ValueError:
        raise invalid("rules.bad_ids") from None
    if len(wanted) > MOST_IDS:
        raise invalid("rules.too_many_ids", limit=MOST_IDS)
    return await here.read(lambda uow: timers_of(uow, object, wanted))


@post("/api/v1/clock/advance", opt=needs("clock"), tags=["clock"], status_code=200)
async def advance(here: Here, data: AdvanceBody) -> dict[str, Any]:
    """Moves a moved clock forward through every timer in between. Real time is refused (`clock.real`)."""
    done = await advance_clock(here.database, here.workspace, data.to)

    async def note(uow: UnitOfWork) -> None:
        await audit(uow, "clock.advanced", to=done.now.isoformat(), timers=done.timers)

    await here.database.run(here.workspace, here.actor, note)
    return {"now": done.now, "timers": done.timers, "events": done.events}


ROUTES = [rule_actions, rule_runs, record_runs, waiting_timers, advance]
