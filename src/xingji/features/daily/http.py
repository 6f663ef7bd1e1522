"""HTTP face of the day: focus customers, reports, the board of a team, a person's own figures."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import get, post

from xingji.features.daily.board import figures_of, team_board
from xingji.features.daily.effective import entry_figure
from xingji.features.daily.focus import decide, read_focus
from xingji.features.daily.report import comment, my_report, remind, team_reports, write_report
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import SIGNED_IN, Here, needs

MINE, FIGURES = needs(SIGNED_IN), needs("metrics.read")
TAGS = ["daily"]
Period = Literal["day", "week"]
Text = Annotated[str, msgspec.Meta(max_length=4000, pattern="^[^\\x00]*$")]


class FocusBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is decided about a focus customer; skipping needs a reason."""

    action: Literal["confirm", "swap", "skip", "reopen", "looked"]
    reason: Text = ""


class ReportBody(msgspec.Struct, forbid_unknown_fields=True):
    """The person's own part of a report; `send` hands it in."""

    day: date
    period: Period = "day"
    own: Text = ""
    plan: Text = ""
    send: bool = False


class CommentBody(msgspec.Struct, forbid_unknown_fields=True):
    """A word on a report."""

    text: Text


class RemindBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whose report is asked for; nobody named: everybody who has not sent it."""

    day: date
    period: Period = "day"
    people: Annotated[list[UUID], msgspec.Meta(max_length=1000)] = []


@get("/api/v1/daily/focus", opt=MINE, tags=TAGS)
async def get_focus(here: Here) -> dict[str, Any]:
    """Today's focus customers with reasons and what is new."""
    return await here.read(read_focus)


@post("/api/v1/daily/focus/{id:uuid}", opt=MINE, tags=TAGS, status_code=200)
async def decide_focus(here: Here, id: UUID, data: FocusBody) -> dict[str, Any]:
    """Confirms, swaps, skips or puts back a focus customer."""
    return await here.run(lambda uow: decide(uow, id, data.action, data.reason))


@get("/api/v1/daily/figures", opt=FIGURES, tags=TAGS)
async def get_my_figures(here: Here) -> dict[str, Any]:
    """First response, answers in time and follow-up of the last seven days, over what the reader sees."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        since = uow.now - timedelta(days=7)
        mine = [uow.actor.person] if uow.actor.person else []
        figures = await figures_of(uow, ["lead_first_response", "lead_on_time", "lead_follow_24h"], since)
        return {"figures": [*figures, await entry_figure(uow, mine, since, uow.now)]}

    return await here.read(command)


@get("/api/v1/daily/reports/mine", opt=MINE, tags=TAGS)
async def get_my_report(here: Here, period: Period = "day", day: date | None = None) -> dict[str, Any]:
    """The signed-in person's report of a day or week, written as far as the log can."""
    return await here.read(lambda uow: my_report(uow, period, day))


@post("/api/v1/daily/reports/mine", opt=MINE, tags=TAGS, status_code=200)
async def put_my_report(here: Here, data: ReportBody) -> dict[str, Any]:
    """Keeps or sends the report."""
    return await here.run(lambda uow: write_report(uow, data.period, data.day, data.own, data.plan, send=data.send))


@get("/api/v1/daily/reports", opt=MINE, tags=TAGS)
async def get_team_reports(here: Here, period: Period = "day", day: date | None = None) -> dict[str, Any]:
    """All reports of the people below the reader."""
    return await here.read(lambda uow: team_reports(uow, period, day))


@post("/api/v1/daily/reports/{id:uuid}/comment", opt=MINE, tags=TAGS, status_code=200)
async def comment_report(here: Here, id: UUID, data: CommentBody) -> dict[str, Any]:
    """Adds a comment; all comments of the report."""
    return await here.run(lambda uow: comment(uow, id, data.text))


@post("/api/v1/daily/reports/remind", opt=MINE, tags=TAGS, status_code=200)
async def remind_reports(here: Here, data: RemindBody) -> dict[str, Any]:
    """Asks for reports that are not in yet."""
    return await here.run(lambda uow: remind(uow, data.period, data.day, data.people))


@get("/api/v1/daily/board", opt=FIGURES, tags=TAGS)
async def get_board(here: Here) -> dict[str, Any]:
    """Each person's load and the team's figures, with the filters of their rows."""
    return await here.read(team_board)


ROUTES = [get_focus, decide_focus, get_my_figures, get_my_report, put_my_report, get_team_reports, comment_report, remind_reports, get_board]
