"""HTTP routes of inbox, outbox, channels and public holidays."""

import base64
import binascii
import json
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.params import Parameter

from xingji.kernel.access import audit
from xingji.kernel.core.calendar import add_working, next_open
from xingji.kernel.core.errors import Problem, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.http import SIGNED_IN, Here, needs, reads
from xingji.kernel.work.calendar_document import read_calendar
from xingji.kernel.work.calendars import load_public_holidays, set_public_holidays
from xingji.kernel.work.disturbing import KINDS
from xingji.kernel.work.held import read_settings, write_settings
from xingji.kernel.work.inbox import count_unread, list_inbox, mark_read, unread_by_kind
from xingji.kernel.work.notices import Outgoing, enqueue
from xingji.kernel.work.outbox import channel_health, list_outbox, resend
from xingji.kernel.work.outbox_reading import veil_messages
from xingji.kernel.work.verdicts import OFFICE

MINE, OUTBOX, SEND = needs(SIGNED_IN), needs("outbox.read"), needs("channels.write")
DEFINITIONS = needs("definitions.write")
Limit = Annotated[int, Parameter(ge=1, le=200)]


class ReadBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which rows were read: their ids, or all."""

    ids: Annotated[list[UUID], msgspec.Meta(max_length=1000)] = []
    all: bool = False


class HolidayBody(msgspec.Struct, forbid_unknown_fields=True):
    """One day: off, a make-up working day, or (works null) as its weekday says."""

    day: date
    works: bool | None
    name: Annotated[str, msgspec.Meta(max_length=100, pattern="^[^\\x00]*$")] = ""


class PreviewBody(msgspec.Struct, forbid_unknown_fields=True):
    """A calendar's document, an instant, and working minutes to add."""

    document: dict[str, Any]
    at: datetime
    minutes: Annotated[float, msgspec.Meta(ge=0, le=600_000)]


class HolidaysBody(msgspec.Struct, forbid_unknown_fields=True):
    """Days to enter or remove."""

    days: Annotated[list[HolidayBody], msgspec.Meta(min_length=1, max_length=400)]


@get("/api/v1/inbox", opt=MINE, tags=["inbox"])
async def read_inbox(
    here: Here, unread: bool = False, kind: str = "", after: str = "", limit: Limit = 50
) -> dict[str, Any]:
    """The signed-in person's notices, newest first."""
    position = _position(after)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        person = _person(uow)
        rows = await list_inbox(uow, person, unread=unread, kind=kind or None, after=position, limit=limit + 1)
        more = len(rows) > limit
        rows = rows[:limit]
        following = _token(rows[-1]["at"], rows[-1]["id"]) if more else None
        kinds = await unread_by_kind(uow, person)
        return {"rows": rows, "next": following, "unread": sum(kinds.values()), "unread_by_kind": kinds}

    return await here.read(command)


@post("/api/v1/inbox/read", opt=MINE, tags=["inbox"], status_code=200)
async def mark_inbox_read(here: Here, data: ReadBody) -> dict[str, Any]:
    """The rows count as read."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        person = _person(uow)
        marked = await mark_read(uow, person, None if data.all else data.ids)
        return {"marked": marked, "unread": await count_unread(uow, person)}

    return await here.run(command)


@get("/api/v1/notices/settings", opt=MINE, tags=["inbox"])
async def read_notice_settings(here: Here) -> dict[str, Any]:
    """How the signed-in person wants to be told, what there is to choose, and how much is being held back."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return await _choices(uow, await read_settings(uow, _person(uow)))

    return await here.read(command)


@put("/api/v1/notices/settings", opt=MINE, tags=["inbox"])
async def put_notice_settings(here: Here, data: dict[str, Any]) -> dict[str, Any]:
    """Keeps them; every problem at once."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        channels = sorted((await load_published(uow)).of_kind("channel"))
        return await _choices(uow, await write_settings(uow, _person(uow), data, channels))

    return await here.run(command)


async def _choices(uow: UnitOfWork, settings: dict[str, Any]) -> dict[str, Any]:
    published, person = await load_published(uow), _person(uow)
    calendar = await uow.fetchval("select calendar from person where id = $1", person) or OFFICE
    held = await uow.fetchval("select count(*) from notice_held where person = $1 and released_at is null", person)
    return {
        "settings": settings, "kinds": list(KINDS), "held": held,
        "channels": [{"key": key, "name": document.get("name")} for key, document in sorted(published.of_kind("channel").items()) if document.get("channel") != "inbox"],
        "calendar": {"key": calendar, "name": (published.get("calendar", calendar) or {}).get("name")},
    }  # fmt: skip


@get("/api/v1/outbox", opt=OUTBOX, tags=["outbox"])
async def read_outbox(
    here: Here, status: str = "", channel: str = "", before: int | None = None, limit: Limit = 50
) -> dict[str, Any]:
    """Messages that left or wait to, newest first; status=dead gives the dead letters."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        given = {"status": status or None, "channel": channel or None, "before": before}
        rows = await list_outbox(uow, **given, limit=limit + 1)
        following = rows[limit - 1]["id"] if len(rows) > limit else None
        return {"rows": await veil_messages(uow, rows[:limit]), "next": following, "channels": await channel_health(uow)}

    return await here.read(command)


@post("/api/v1/outbox/{id:int}/resend", opt=SEND, tags=["outbox"], status_code=200)
async def resend_dead_letter(here: Here, id: int) -> dict[str, Any]:
    """The dead letter waits to be sent again, with its old key."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        if not await resend(uow, [id]):
            raise not_found("outbox.no_dead_letter", id=id)
        await audit(uow, "outbox.resent", message=id)
        return {"id": id, "status": "waiting"}

    return await here.run(command)


@post("/api/v1/channels/{key:str}/test", opt=SEND, tags=["channels"], status_code=202)
async def send_test_message(here: Here, key: str) -> dict[str, Any]:
    """A test message on its way over the published channel; its fate is in the outbox under `dedupe`."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        if (await load_published(uow)).get("channel", key) is None:
            raise not_found("channel.unknown", key=key)
        dedupe = f"test:{key}:{uuid7()}"
        row = await uow.fetchrow("select phone, email from person where id = $1", uow.actor.person)
        message = {
            "title": "行迹测试消息 · Xingji test message",
            "body": f"{uow.actor.name} · {uow.now.astimezone(uow.workspace.zone):%Y-%m-%d %H:%M}",
            "type": "channel.test",
        }
        whom = {"emails": [row["email"]] if row and row["email"] else []}
        await enqueue(uow, [Outgoing(key, dedupe, message, whom)])
        await audit(uow, "channel.tested", channel=key)
        return {"dedupe": dedupe}

    return await here.run(command)


@post("/api/v1/calendars/preview", opt=reads("definitions.read"), tags=["calendars"], status_code=200)
async def preview_calendar(here: Here, data: PreviewBody) -> dict[str, Any]:
    """When a span of working time on this calendar, as it stands on the screen, ends; changes nothing."""
    if data.at.tzinfo is None:
        raise invalid("http.zone_missing", [Problem("http.zone_missing", "at")])

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        calendar, problems = read_calendar("preview", data.document, await load_public_holidays(uow))
        if calendar is None:
            raise invalid("calendar.broken", problems)
        begins = next_open(calendar, data.at)
        ends = add_working(calendar, data.at, data.minutes)
        return {"begins": begins, "ends": ends, "years_without_data": calendar.years_without_data(data.at, ends)}

    return await here.read(command)


@get("/api/v1/public-holidays", opt=MINE, tags=["calendars"])
async def read_public_holidays(here: Here, year: Annotated[int, Parameter(ge=1900, le=2999)]) -> dict[str, Any]:
    """The days off and make-up working days of a year; `known` false: that year counts as plain weekdays."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        public = await load_public_holidays(uow)
        days = sorted(day for day in public.off | public.makeup if day.year == year)
        rows = [{"day": day, "works": day in public.makeup, "name": public.names.get(day, "")} for day in days]
        return {"rows": rows, "known": year in public.years_known, "years": sorted(public.years_known)}

    return await here.read(command)


@post("/api/v1/public-holidays", opt=DEFINITIONS, tags=["calendars"], status_code=200)
async def write_public_holidays(here: Here, data: HolidaysBody) -> dict[str, Any]:
    """The days are entered and every calendar that follows them counts anew."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        await set_public_holidays(uow, [(entry.day, entry.works, entry.name) for entry in data.days])
        await audit(uow, "calendar.holidays_changed", days=[entry.day.isoformat() for entry in data.days])
        return {"changed": len(data.days)}

    return await here.run(command)


def _person(uow: UnitOfWork) -> UUID:
    if uow.actor.person is None:
        raise not_found("inbox.no_person")
    return uow.actor.person


def _token(at: datetime, id: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(id)]).encode()).decode()


def _position(token: str) -> tuple[datetime, UUID] | None:
    if not token:
        return None
    try:
        at, id = json.loads(base64.urlsafe_b64decode(token.encode()))
        moment = datetime.fromisoformat(at)
        return (moment, UUID(id)) if moment.tzinfo else _refuse()
    except (ValueError, TypeError, AttributeError, binascii.Error, UnicodeError, RecursionError):
        return _refuse()


def _refuse() -> Any:
    raise invalid("inbox.bad_position", [Problem("inbox.bad_position", "after")])


ROUTES = [
    read_inbox, mark_inbox_read, read_notice_settings, put_notice_settings, read_outbox, resend_dead_letter, send_test_message, preview_calendar, read_public_holidays,
    write_public_holidays,
]  # fmt: skip
