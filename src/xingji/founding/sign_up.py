"""The queue of foundings: asked for by the sign-up page, done by a worker as owner. Owns the control table `founding`.

Times here are real database time. A worker that dies while founding lets its claim lapse; the next one starts afresh.
"""

import asyncio
import hashlib
import logging
import secrets
from typing import Any

from pypinyin import lazy_pinyin

from xingji.founding.create import Founder, found_workspace
from xingji.founding.gallery import template_folder
from xingji.kernel import access
from xingji.kernel.access import logins
from xingji.kernel.core.errors import ErrorKind, XingjiError, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.settings import load_settings
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import drop_workspace_schema

log = logging.getLogger("xingji.founding")

PER_ADDRESS_A_DAY = 10
WAITING_AT_MOST = 20
LOOK_EVERY = 1.0
CLAIM = """update founding set status = 'running', claimed_until = now() + interval '5 minutes'
  where id = (select id from founding where status = 'queued' or (status = 'running' and claimed_until < now())
    order by asked_at for update skip locked limit 1)
  returning id, workspace, name, login, request, step <> 'queued' as again"""


def require_open() -> None:
    """Passes where sign-up is switched on (XINGJI_SIGN_UP). Raises: `sign_up.closed`."""
    if not load_settings().sign_up:
        raise XingjiError("sign_up.closed", ErrorKind.FORBIDDEN, setting="XINGJI_SIGN_UP", who="operator")


async def ask_for_workspace(
    database: Database, *, login: str, password: str, person: str, organisation: str, template: str | None, size: str,
    sample: bool, ip: str | None, factor: float = 1.0,
) -> dict[str, Any]:  # fmt: skip
    """Queues a workspace: {ticket, workspace}. A login that stands already needs its own password.

    Raises: `sign_up.closed`, `login.password_short`, `login.refused`, `packs.not_found`, `sign_up.too_many`, `sign_up.busy`.
    """
    require_open()
    if template is not None:
        template_folder(template)
    await _room_for_one_more(database, ip, factor)
    who = await _login(database, login, password, person)
    ticket, key = secrets.token_urlsafe(24), key_of(organisation)
    request = {"template": template, "size": size, "sample": sample and template is not None, "person": person}
    async with database.control() as control:
        await control.execute(
            "insert into founding (id, ticket, workspace, name, login, request, ip) values ($1, $2, $3, $4, $5, $6, $7)",
            uuid7(), _digest(ticket), key, organisation, who, request, ip,
        )  # fmt: skip
    return {"ticket": ticket, "workspace": key}


async def progress_of(database: Database, ticket: str) -> dict[str, Any]:
    """How far a founding is: {workspace, status, step, steps_done, steps, error}. Raises: `sign_up.unknown`."""
    async with database.control() as control:
        row = await control.fetchrow(
            "select workspace, status, step, steps_done, steps, error from founding where ticket = $1", _digest(ticket)
        )
    if row is None:
        raise not_found("sign_up.unknown")
    return dict(row)


async def run_foundings(database: Database, stop: asyncio.Event) -> None:
    """Makes what is queued, one after the other, until told to stop. Without the owner's address it only waits."""
    while not stop.is_set():
        done = False
        if database.owner_url is not None:
            try:
                done = await found_queued(database)
            except Exception:
                log.exception("a founding could not be looked up")
        if not done:
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait([waiting], timeout=LOOK_EVERY)
            waiting.cancel()


async def found_queued(database: Database) -> bool:
    """Makes the workspace that waits longest; whether there was one. What fails is taken away again and says why."""
    async with database.control() as control:
        row = await control.fetchrow(CLAIM)
    if row is None:
        return False

    async def say(step: str, done: int, steps: int) -> None:
        async with database.control() as control:
            await control.execute(
                "update founding set step = $2, steps_done = $3, steps = $4, claimed_until = now() + interval '5 minutes' where id = $1",
                row["id"], step, done, steps,
            )  # fmt: skip

    request = row["request"]
    try:
        if row["again"]:
            await _take_away(database, row["workspace"])
        async with database.control() as control:
            login = await control.fetchrow("select id, phone, email from login where id = $1", row["login"])
        founder = Founder(login["id"], request["person"], login["phone"], login["email"])
        await found_workspace(
            database, row["workspace"], row["name"], template=request["template"], size=request["size"],
            sample=request["sample"], founder=founder, say=say,
        )  # fmt: skip
    except Exception as error:
        log.exception("a workspace could not be made", extra={"workspace": row["workspace"]})
        await _take_away(database, row["workspace"])
        await _end(database, row["id"], "failed", {"code": error.code if isinstance(error, XingjiError) else "server_error"})
        return True
    await _end(database, row["id"], "done", None)
    return True


async def _end(database: Database, founding: Any, status: str, error: dict[str, Any] | None) -> None:
    async with database.control() as control:
        await control.execute(
            "update founding set status = $2, error = $3, ended_at = now(), claimed_until = null where id = $1", founding, status, error
        )


async def _take_away(database: Database, workspace: str) -> None:
    if database.owner_url is not None and workspace in await database.workspaces():
        await drop_workspace_schema(database.owner_url, workspace)


async def _room_for_one_more(database: Database, ip: str | None, factor: float) -> None:
    async with database.control() as control:
        row = await control.fetchrow(
            """select count(*) filter (where status in ('queued', 'running')) as waiting,
              count(*) filter (where ip = $1 and asked_at > now() - interval '1 day') as mine from founding""", ip,
        )  # fmt: skip
    if factor and row["mine"] >= PER_ADDRESS_A_DAY * factor:
        raise XingjiError("sign_up.too_many", ErrorKind.RATE_LIMITED, retry_after=86_400, most=PER_ADDRESS_A_DAY)
    if row["waiting"] >= WAITING_AT_MOST:
        raise XingjiError("sign_up.busy", ErrorKind.UNAVAILABLE, retry_after=60)


async def _login(database: Database, name: str, password: str, person: str) -> Any:
    """The login of that name: a new one, or the one that stands when the password is its own."""
    phone, email = logins.normal_name(name)
    async with database.control() as control:
        known = await control.fetchval("select id from login where phone = $1 or email = $2", phone, email)
    if known is None:
        return await access.create_login(database, name, password, display=person)
    if not await logins.verify_password(database, known, password):
        raise XingjiError("login.refused", ErrorKind.UNAUTHENTICATED)
    return known


def key_of(organisation: str) -> str:
    """A workspace's key from its organisation's name: readable, and different each time."""
    syllables = lazy_pinyin(organisation[:12])
    letters = "".join(character for text in syllables for character in text.lower() if character.isascii() and character.isalnum())
    stem = letters.lstrip("0123456789")[:18] or "team"
    return f"{stem}_{secrets.token_hex(3)}"


def _digest(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
