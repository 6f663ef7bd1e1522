"""Logins and sessions: who comes in, and for how long. Owns the control schema's login, membership and session tables.

Times here are real database time, never the workspace's clock.
"""

import asyncio
import hashlib
import secrets
from base64 import b32decode, b32encode
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from pwdlib import PasswordHash

from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError, conflict, invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import Database

SESSION_IDLE = timedelta(hours=12)
SESSION_LONGEST = timedelta(days=14)
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
PASSWORD_SHORTEST = 10
TOTP_STEP = 30

_hasher = PasswordHash.recommended()  # argon2id


@cache
def _nobodys() -> str:
    """Verified when nobody has that name, so that an answer takes as long as for a wrong password."""
    return _hasher.hash(secrets.token_hex(16))


def _is_password(password: str, known: str | None) -> bool:
    return _hasher.verify(password, known or _nobodys())


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the cookie's value (shown once), its CSRF value, and where it leads."""

    cookie: str
    csrf: str
    login: UUID
    workspace: str | None
    person: UUID | None
    workspaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A living session."""

    login: UUID
    workspace: str | None
    person: UUID | None
    csrf: str
    seeing: UUID | None = None  # through whose eyes


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode()).digest()


def normal_name(name: str) -> tuple[str | None, str | None]:
    """(phone, email) of what a person typed to sign in; exactly one is set."""
    text = name.strip().lower().replace(" ", "").replace("-", "")
    return (None, text) if "@" in text else (text.removeprefix("+86"), None)


async def create_login(database: Database, name: str, password: str, *, display: str = "") -> UUID:
    """The id of a new login by phone or e-mail. Raises: `login.exists`, `login.password_short`."""
    if len(password) < PASSWORD_SHORTEST:
        raise invalid(
            "login.password_short",
            [Problem("login.password_short", "password", {"least": PASSWORD_SHORTEST})],
            least=PASSWORD_SHORTEST,
        )
    phone, email = normal_name(name)
    login = uuid7()
    try:
        async with database.control() as control:
            await control.execute(
                "insert into login (id, phone, email, name, password_hash) values ($1, $2, $3, $4, $5)",
                login, phone, email, display, _hasher.hash(password),
            )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise conflict("login.exists") from error
    return login


async def bind_person(database: Database, login: UUID, workspace: str, person: UUID) -> None:
    """Lets a login in as a person of a workspace. Raises: `login.person_taken`, also when it is somebody else there."""
    try:
        async with database.control() as control:
            bound = await control.fetchval(
                "insert into membership as m (login, workspace, person) values ($1, $2, $3)"
                " on conflict (login, workspace) do update set person = excluded.person, ended_at = null"
                " where m.ended_at is not null or m.person = excluded.person returning true",
                login, workspace, person,
            )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise conflict("login.person_taken") from error
    if not bound:
        raise conflict("login.person_taken")


async def unbind_person(database: Database, workspace: str, person: UUID) -> None:
    """Ends a person's membership, sessions and tokens at once."""
    async with database.control() as control:
        await control.execute(
            "update membership set ended_at = now() where workspace = $1 and person = $2 and ended_at is null",
            workspace,
            person,
        )
        await control.execute(
            "update session set ended_at = now() where workspace = $1 and person = $2 and ended_at is null",
            workspace,
            person,
        )
        await control.execute(
            "update api_token set revoked_at = now() where workspace = $1 and person = $2 and revoked_at is null",
            workspace,
            person,
        )


async def sign_in(
    database: Database,
    name: str,
    password: str,
    *,
    totp: str | None = None,
    workspace: str | None = None,
    ip: str | None = None,
    agent: str | None = None,
) -> SignedIn:
    """A new session.

    Raises: `login.refused` (wrong name, password or workspace: never says which), `login.locked` with seconds left,
    `login.totp_needed` when a second factor is set and none was given.
    """
    phone, email = normal_name(name)
    async with database.control() as control:
        row = await control.fetchrow(
            "select *, extract(epoch from locked_until - now()) as locked_for from login"
            " where (phone = $1 or email = $2) and disabled_at is null for update",
            phone, email,
        )  # fmt: skip
        # Hashing takes tens of milliseconds of CPU on purpose: not on the loop that answers everybody else.
        right = await asyncio.to_thread(_is_password, password, row and row["password_hash"])
        verdict = _judge(row, right, totp)
        if verdict is None and row["totp_secret"] and not await check_totp(control, row, totp or ""):
            verdict = XingjiError("login.refused", ErrorKind.UNAUTHENTICATED)
        if verdict is None:
            return await _open_session(control, row, workspace, ip, agent)
        if row is not None and verdict.code == "login.refused":
            await _count_failure(control, row)
    raise verdict


def _judge(row: asyncpg.Record | None, right: bool, totp: str | None) -> XingjiError | None:
    """Why the sign-in is refused, or None."""
    refused = XingjiError("login.refused", ErrorKind.UNAUTHENTICATED)
    if row is None:
        return refused
    if row["locked_for"] is not None and row["locked_for"] > 0:
        return XingjiError(
            "login.locked", ErrorKind.RATE_LIMITED, retry_after=float(row["locked_for"]), seconds=int(row["locked_for"])
        )
    if not right:
        return refused
    if row["totp_secret"] and not totp:
        return XingjiError("login.totp_needed", ErrorKind.UNAUTHENTICATED)
    return None


async def _count_failure(control: asyncpg.Connection, row: asyncpg.Record) -> None:
    failures = row["failures"] + 1
    lock = LOCK * 2 ** min(failures // FAILURES_BEFORE_LOCK - 1, 5) if failures % FAILURES_BEFORE_LOCK == 0 else None
    await control.execute(
        "update login set failures = $2, locked_until = coalesce(now() + $3::interval, locked_until) where id = $1",
        row["id"],
        failures,
        lock,
    )


async def _open_session(
    control: asyncpg.Connection, row: asyncpg.Record, workspace: str | None, ip: str | None, agent: str | None
) -> SignedIn:
    memberships = await control.fetch(
        "select workspace, person from membership where login = $1 and ended_at is null order by created_at", row["id"]
    )
    chosen = (
        next((m for m in memberships if m["workspace"] == workspace), None)
        if workspace
        else next(iter(memberships), None)
    )
    if workspace and chosen is None:
        raise XingjiError("login.refused", ErrorKind.UNAUTHENTICATED)
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    await control.execute("update login set failures = 0, locked_until = null where id = $1", row["id"])
    await control.execute(
        "insert into session (id, login, workspace, person, csrf, expires_at, ip, agent) values ($1, $2, $3, $4, $5, now() + $6, $7, $8)",
        _digest(cookie), row["id"], chosen and chosen["workspace"], chosen and chosen["person"], csrf, SESSION_LONGEST, ip, agent,
    )  # fmt: skip
    return SignedIn(
        cookie=cookie,
        csrf=csrf,
        login=row["id"],
        workspace=chosen and chosen["workspace"],
        person=chosen and chosen["person"],
        workspaces=tuple(m["workspace"] for m in memberships),
    )


async def session_of(database: Database, cookie: str) -> SessionRow | None:
    """The living session of a cookie, or None; being seen keeps it alive for another idle span."""
    async with database.control() as control:
        row = await control.fetchrow(
            "select login, workspace, person, csrf, seeing, seen_at < now() - interval '5 minutes' as stale from session"
            " where id = $1 and ended_at is null and expires_at > now() and seen_at > now() - $2::interval",
            _digest(cookie), SESSION_IDLE,
        )  # fmt: skip
        if row is None:
            return None
        if row["stale"]:
            await control.execute("update session set seen_at = now() where id = $1", _digest(cookie))
        return SessionRow(row["login"], row["workspace"], row["person"], row["csrf"], row["seeing"])


async def sign_out(database: Database, cookie: str) -> None:
    """Ends a session."""
    async with database.control() as control:
        await control.execute("update session set ended_at = now() where id = $1", _digest(cookie))


async def switch_workspace(database: Database, cookie: str, workspace: str) -> None:
    """Points a session at another workspace of the same login. Raises: `login.refused`."""
    async with database.control() as control:
        done = await control.fetchval(
            "update session s set workspace = m.workspace, person = m.person, seeing = null from membership m"
            " where s.id = $1 and m.login = s.login and m.workspace = $2 and m.ended_at is null and s.ended_at is null returning 1",
            _digest(cookie), workspace,
        )  # fmt: skip
    if done is None:
        raise XingjiError("login.refused", ErrorKind.UNAUTHENTICATED)


async def change_password(database: Database, login: UUID, password: str) -> None:
    """Sets a password and ends every session of the login. Raises: `login.password_short`."""
    if len(password) < PASSWORD_SHORTEST:
        raise invalid(
            "login.password_short", [Problem("login.password_short", "password", {"least": PASSWORD_SHORTEST})]
        )
    async with database.control() as control:
        await control.execute("update login set password_hash = $2 where id = $1", login, _hasher.hash(password))
        await control.execute("update session set ended_at = now() where login = $1 and ended_at is null", login)


async def count_attempt(database: Database, address: str, most: int) -> None:
    """Counts a sign-in from an address, over all processes. Raises: `http.rate_limited` above `most` a minute."""
    async with database.control() as control:
        row = await control.fetchrow(
            "insert into rate_window (key, window_start, count) values ($1, date_trunc('minute', now()), 1)"
            " on conflict (key, window_start) do update set count = rate_window.count + 1"
            " returning count, date_part('epoch', window_start + interval '1 minute' - now()) as left",
            f"sign_in {address}",
        )
        if row["count"] == 1:
            await control.execute("delete from rate_window where window_start < now() - interval '1 hour'")
    if row["count"] > most:
        raise XingjiError("http.rate_limited", ErrorKind.RATE_LIMITED, retry_after=row["left"], limit="sign_in")


async def verify_password(database: Database, login: UUID, password: str) -> bool:
    """Whether it is the login's password: asked again before a password or second factor is changed."""
    async with database.control() as control:
        known = await control.fetchval("select password_hash from login where id = $1", login)
    return await asyncio.to_thread(_is_password, password, known)


async def start_totp(database: Database, login: UUID) -> str:
    """A new second-factor secret (base32, RFC 6238), in force at once; show it as a QR code."""
    secret = b32encode(secrets.token_bytes(20)).decode()
    async with database.control() as control:
        await control.execute("update login set totp_secret = $2, totp_last_step = 0 where id = $1", login, secret)
    return secret


def totp_at(secret: str, when: float) -> str:
    """The six digits of a secret at a time in seconds since 1970."""
    return TOTP(b32decode(secret), 6, SHA1(), TOTP_STEP, enforce_key_length=False).generate(int(when)).decode()


async def check_totp(control: asyncpg.Connection, row: asyncpg.Record, code: str) -> bool:
    """Whether a code is right now or one step off, and was not used before (no replay inside its window)."""
    now: float = await control.fetchval("select date_part('epoch', now())")
    step = int(now) // TOTP_STEP
    for candidate in (step, step - 1, step + 1):
        if candidate > row["totp_last_step"] and secrets.compare_digest(
            totp_at(row["totp_secret"], candidate * TOTP_STEP), code.strip()
        ):
            await control.execute("update login set totp_last_step = $2 where id = $1", row["id"], candidate)
            return True
    return False


async def people_with_login(database: Database, workspace: str) -> dict[UUID, dict[str, Any]]:
    """Which persons of a workspace can sign in, and as whom."""
    async with database.control() as control:
        rows = await control.fetch(
            "select m.person, l.id, l.phone, l.email, l.totp_secret is not null as totp from membership m join login l on l.id = m.login"
            " where m.workspace = $1 and m.ended_at is null", workspace,
        )  # fmt: skip
    return {
        row["person"]: {"login": row["id"], "phone": row["phone"], "email": row["email"], "totp": row["totp"]}
        for row in rows
    }
