"""Looks at every statement a test session sends: none may name two workspaces, or another than its connection is set to."""

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from xingji.kernel.db.database import UnitOfWork

SCHEMA = re.compile(r"\bws_[a-z0-9_]+\b(?=\"?\s*\.|\s+\d+ \*/)")
SENT = ("fetch", "fetchrow", "fetchval", "execute", "executemany", "prepare")
looked_at = 0


@functools.lru_cache(maxsize=20_000)
def schemas_in(sql: str) -> frozenset[str]:
    """Schemas of workspaces a statement names, in its mark or before a table."""
    return frozenset(SCHEMA.findall(sql))


def check(sql: str, own: str | None = None) -> None:
    """Raises AssertionError for a statement that reaches into two workspaces."""
    global looked_at
    looked_at += 1
    named = schemas_in(sql) | ({own} if own is not None and schemas_in(sql) else frozenset())
    assert len(named) < 2, f"a statement joins {sorted(named)}: {sql[:500]}"


@contextmanager
def watched() -> Iterator[None]:
    """Every statement of the program in this process is looked at before it is sent."""
    kept = {
        (owner, name): getattr(owner, name)
        for owner in (UnitOfWork, asyncpg.Connection)
        for name in SENT
        if hasattr(owner, name)
    }

    def looking(owner: type, inner: Any) -> Any:
        @functools.wraps(inner)
        def call(self: Any, sql: str, *values: Any, **options: Any) -> Any:
            check(sql, self.workspace.schema if owner is UnitOfWork else None)
            return inner(self, sql, *values, **options)

        return call

    for (owner, name), inner in kept.items():
        setattr(owner, name, looking(owner, inner))
    try:
        yield
    finally:
        for (owner, name), inner in kept.items():
            setattr(owner, name, inner)
