"""HTTP routes of the own session: sign in and out, who am I, another workspace, password and second factor."""

import secrets
from datetime import UTC
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import Cookie

from xingji.kernel.access import logins
from xingji.kernel.access.audit import audit
from xingji.kernel.access.kinds import RIGHTS
from xingji.kernel.access.see_as import RIGHT, start_seeing, stop_seeing
from xingji.kernel.access.sessions import actor_of_session
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.protocols import Actor
from xingji.kernel.core.settings import public_url
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions.published import load_published
from xingji.kernel.http import PUBLIC, SESSION_COOKIE, SIGNED_IN, Here, needs, reads

TAGS = ["session"]
ATTEMPTS_A_MINUTE = 60  # from one address: an office of hundreds behind one router signs in over a morning
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class SignInBody(msgspec.Struct, forbid_unknown_fields=True):
    """Phone or e-mail with its password; the second factor where one is set."""

    login: Short
    password: Password
    totp: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    workspace: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class WorkspaceBody(msgspec.Struct, forbid_unknown_fields=True):
    """The workspace to go to."""

    workspace: Short


class PasswordBody(msgspec.Struct, forbid_unknown_fields=True):
    """The password of today and the one from now on."""

    password: Password
    new_password: Password


class SeeAsBody(msgspec.Struct, forbid_unknown_fields=True):
    """Through whose eyes to look."""

    person: UUID


class TotpBody(msgspec.Struct, forbid_unknown_fields=True):
    """The password, asked for again."""

    password: Password


@post("/api/v1/sign-in", opt=needs(PUBLIC), tags=TAGS, status_code=200)
async def sign_in(here: Here, data: SignInBody) -> Response[dict[str, Any]]:
    """A new session as a cookie, and what `GET /session` answers."""
    here.limits.spend(here.limits.sign_in, f"login {logins.normal_name(data.login)}")
    if here.limits.factor:
        await logins.count_attempt(here.database, str(here.ip), round(ATTEMPTS_A_MINUTE * here.limits.factor))
    signed = await logins.sign_in(
        here.database, data.login, data.password, totp=data.totp, workspace=data.workspace, ip=here.ip,
        agent=(here.request.headers.get("user-agent") or "")[:300],
    )  # fmt: skip
    if signed.workspace is None:
        body: dict[str, Any] = {"person": None, "workspace": None, "csrf": signed.csrf, "workspaces": []}
        return Response(body, cookies=[_cookie(here, signed.cookie)])
    actor, session = await actor_of_session(here.database, signed.cookie)
    async with here.database.work(signed.workspace, actor) as uow:
        await audit(uow, "session.signed_in", ip=here.ip)
        body = await describe_session(here, uow, actor, session.csrf)
    return Response(body, cookies=[_cookie(here, signed.cookie)])


@post("/api/v1/sign-out", opt=reads(SIGNED_IN), tags=TAGS, status_code=200)
async def sign_out(here: Here) -> Response[dict[str, Any]]:
    """Ends the session."""
    cookie = here.signed_in.cookie
    if cookie is not None:
        await logins.sign_out(here.database, cookie)
        await here.read(lambda uow: audit(uow, "session.signed_out", ip=here.ip))
    return Response({}, cookies=[_cookie(here, "", ended=True)])


@get("/api/v1/session", opt=needs(SIGNED_IN), tags=TAGS)
async def get_session(here: Here) -> dict[str, Any]:
    """Who I am here, what I may do, the workspace and its clock, and the CSRF value for writes."""
    return await here.read(lambda uow: describe_session(here, uow, here.actor, here.signed_in.csrf))


@post("/api/v1/session/workspace", opt=needs(SIGNED_IN), tags=TAGS, status_code=200)
async def switch_workspace(here: Here, data: WorkspaceBody) -> dict[str, Any]:
    """Points the session at another workspace of the same login."""
    cookie = _own_cookie(here)
    await logins.switch_workspace(here.database, cookie, data.workspace)
    actor, session = await actor_of_session(here.database, cookie)
    async with here.database.work(data.workspace, actor) as uow:
        await audit(uow, "session.signed_in", ip=here.ip)
        return await describe_session(here, uow, actor, session.csrf)


@post("/api/v1/session/password", opt=needs(SIGNED_IN), tags=TAGS, status_code=200)
async def change_password(here: Here, data: PasswordBody) -> Response[dict[str, Any]]:
    """Sets a new password; every session of the login ends, this one too."""
    await _confirm(here, data.password)
    await logins.change_password(here.database, _login(here), data.new_password)
    await here.read(lambda uow: audit(uow, "login.password_changed", ip=here.ip))
    return Response({}, cookies=[_cookie(here, "", ended=True)])


@post("/api/v1/session/totp", opt=needs(SIGNED_IN), tags=TAGS, status_code=200)
async def start_totp(here: Here, data: TotpBody) -> dict[str, Any]:
    """A second factor's secret, in force from the next sign-in; shown once."""
    await _confirm(here, data.password)
    secret = await logins.start_totp(here.database, _login(here))
    await here.read(lambda uow: audit(uow, "login.totp_started", ip=here.ip))
    return {"secret": secret, "uri": f"otpauth://totp/Xingji:{quote(here.actor.name)}?secret={secret}&issuer=Xingji"}


@post("/api/v1/session/see-as", opt=needs(RIGHT), tags=TAGS, status_code=200)
async def see_as(here: Here, data: SeeAsBody) -> dict[str, Any]:
    """Looks through another person's eyes, reading only, until it is ended; audited."""
    other = await start_seeing(here.database, here.workspace, here.actor, _own_cookie(here), data.person, here.ip)
    return {"person": other.person, "name": other.name}


@delete("/api/v1/session/see-as", opt=reads(SIGNED_IN), tags=TAGS)
async def see_as_oneself(here: Here) -> None:
    """The session is one's own again."""
    await stop_seeing(here.database, here.workspace, here.actor, _own_cookie(here), here.ip)


async def describe_session(here: Here, uow: UnitOfWork, actor: Actor, csrf: str | None) -> dict[str, Any]:
    """What the web app needs to draw its first screen."""
    state = uow.workspace
    person = await uow.fetchrow(
        """select p.id, p.key, p.name, p.title, p.settings, u.id as unit_id, u.key as unit_key, u.name as unit_name
          from person p left join unit u on u.id = p.unit where p.id = $1""",
        actor.person,
    )  # fmt: skip
    roles = [(key, (await load_published(uow)).get("role", key) or {}) for key in actor.roles]
    unread, log_end = getattr(here.ports, "unread", None), getattr(here.ports, "log_end", None)
    unit = {"id": person["unit_id"], "key": person["unit_key"], "name": person["unit_name"]} if person["unit_id"] else None
    return {
        "person": {"id": person["id"], "key": person["key"], "name": person["name"], "title": person["title"], "unit": unit},
        "workspace": {
            "key": state.key, "name": await _workspace_name(here, state.key), "zone": state.zone.key,
            "site": public_url(), "currency": state.currency, "currency_decimals": state.currency_decimals,
            "clock": {"now": uow.now.astimezone(UTC), "moved": state.clock_moved, "fixed": state.clock_fixed},
        },
        "roles": [{"key": key, "name": document.get("name", {})} for key, document in roles],
        "rights": [right for right in RIGHTS if right != "*" and actor.policy is not None and actor.policy.may(right)],
        "home": next((document["home"] for _, document in roles if document.get("home")), "workbench"),
        "csrf": csrf,
        "seen_by": await _seer(uow, actor),
        "unread": await unread(uow, actor.person) if unread else 0,
        # Whatever the screens load comes after this: from here the live stream tells what they missed.
        "live": await log_end(uow) if log_end else None,
        "lang": (person["settings"] or {}).get("lang", "zh-CN"),
        "workspaces": await _workspaces(here, actor),
    }  # fmt: skip


async def _seer(uow: UnitOfWork, actor: Actor) -> dict[str, Any] | None:
    """Who really sits there, when the session sees as another person."""
    if actor.seen_by is None:
        return None
    return {"id": actor.seen_by, "name": await uow.fetchval("select name from person where id = $1", actor.seen_by)}


async def _workspace_name(here: Here, key: str) -> str:
    return await here.database.pool.fetchval("select name from xingji.workspace where key = $1", key)


async def _workspaces(here: Here, actor: Actor) -> list[dict[str, str]]:
    async with here.database.control() as control:
        rows = await control.fetch(
            """select w.key, w.name from membership m join workspace w on w.key = m.workspace
              where m.login = $1 and m.ended_at is null and w.closed_at is null order by w.name, w.key""",
            actor.login,
        )
    return [dict(row) for row in rows]


async def _confirm(here: Here, password: str) -> None:
    here.limits.spend(here.limits.sign_in, f"login {here.actor.login}")
    if not await logins.verify_password(here.database, _login(here), password):
        raise XingjiError("login.refused", ErrorKind.FORBIDDEN)


def _login(here: Here) -> Any:
    if here.actor.login is None:
        raise XingjiError("session.none", ErrorKind.UNAUTHENTICATED)
    return here.actor.login


def _own_cookie(here: Here) -> str:
    if here.signed_in.cookie is None:
        raise XingjiError("session.none", ErrorKind.UNAUTHENTICATED)
    return here.signed_in.cookie


def _cookie(here: Here, value: str, *, ended: bool = False) -> Cookie:
    return Cookie(
        key=SESSION_COOKIE,
        value=value or secrets.token_hex(4),
        max_age=0 if ended else int(logins.SESSION_LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=here.request.scope.get("scheme") == "https",
        path="/",
    )


ROUTES = [sign_in, sign_out, get_session, switch_workspace, change_password, start_totp, see_as, see_as_oneself]
