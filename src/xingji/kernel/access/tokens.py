"""API tokens and source tokens. Owns `api_token`; what a token may do is its person's policy within its scopes."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import Database

PREFIX = {"api": "xj_", "source": "xs_"}
SCOPES = (
    "*",
    "records.read",
    "records.write",
    "events.write",
    "definitions.read",
    "definitions.write",
    "metrics.read",
    "receipts.read",
)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A living token."""

    id: UUID
    kind: str
    workspace: str
    person: UUID | None
    source: str | None
    scopes: frozenset[str]


async def create_token(
    database: Database,
    workspace: str,
    kind: str,
    name: str,
    *,
    person: UUID | None = None,
    source: str | None = None,
    scopes: Sequence[str] = (),
    expires_at: datetime | None = None,
    secret: str | None = None,
) -> tuple[UUID, str]:
    """(id, token); the token is shown once and stored as its hash. `secret` fixes the value, for seeded demos only."""
    token = secret or PREFIX[kind] + secrets.token_urlsafe(27)
    token_id = uuid7()
    async with database.control() as control:
        await control.execute(
            "insert into api_token (id, hash, kind, workspace, person, source, name, hint, scopes, expires_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            token_id, _digest(token), kind, workspace, person, source, name, token[:7], list(scopes), expires_at,
        )  # fmt: skip
    return token_id, token


async def token_of(database: Database, token: str, kind: str) -> TokenRow | None:
    """The living token of this kind, or None."""
    if not token.startswith(PREFIX[kind]):
        return None
    async with database.control() as control:
        row = await control.fetchrow(
            "select id, kind, workspace, person, source, scopes, used_at is null or used_at < now() - interval '5 minutes' as stale"
            " from api_token where hash = $1 and kind = $2 and revoked_at is null and (expires_at is null or expires_at > now())",
            _digest(token), kind,
        )  # fmt: skip
        if row is None:
            return None
        if row["stale"]:
            await control.execute("update api_token set used_at = now() where id = $1", row["id"])
        return TokenRow(
            row["id"], row["kind"], row["workspace"], row["person"], row["source"], frozenset(row["scopes"])
        )


async def revoke_token(database: Database, workspace: str, token_id: UUID) -> bool:
    """Ends a token at once; False when there was none."""
    async with database.control() as control:
        done = await control.fetchval(
            "update api_token set revoked_at = now() where workspace = $1 and id = $2 and revoked_at is null returning 1",
            workspace,
            token_id,
        )
    return done is not None


async def list_tokens(database: Database, workspace: str, kind: str | None = None) -> list[dict[str, Any]]:
    """All tokens of a workspace without their secrets, newest first."""
    async with database.control() as control:
        rows = await control.fetch(
            "select id, kind, name, hint, person, source, scopes, created_at, expires_at, revoked_at, used_at from api_token"
            " where workspace = $1 and ($2::text is null or kind = $2) order by id desc", workspace, kind,
        )  # fmt: skip
    return [dict(row) for row in rows]


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode()).digest()
