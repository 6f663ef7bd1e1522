"""Rebuilds the search tokens of an object's records when other fields than before are searched. Owns only that."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from xingji.kernel.records.schema import ObjectType, build_schema, quoted
from xingji.kernel.records.search_tokens import tagged
from xingji.kernel.records.store import searched_fields

PORTION = 1_000
FIRST = UUID(int=0)


def needs_reindex(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> bool:
    """Whether records hold tokens that are no longer searched, or lack those of a field that had values before."""
    if old is None:
        return False
    before, after = _kind(old), _kind(new)
    searched, wanted = {f.key for f in searched_fields(before)}, {f.key for f in searched_fields(after)}
    stored = {f.key for f in before.stored}
    return bool((wanted - searched) & stored) or bool(searched - {f.key for f in after.stored})


def _kind(document: Mapping[str, Any]) -> ObjectType:
    return build_schema({document["key"]: document}).objects[document["key"]]


async def reindex(connection: asyncpg.Connection, new: Mapping[str, Any], columns: Mapping[str, str]) -> int:
    """Writes the tokens of every record anew, by ascending id, a portion a transaction; how many records.

    columns: physical column of each field. Versions and events stay: nobody's data changes.
    """
    kind = _kind(new)
    fields = [spec for spec in searched_fields(kind) if spec.key in columns]
    named = "".join(f", {quoted(columns[spec.key])} as {quoted('f_' + spec.key)}" for spec in fields)
    last, count = FIRST, 0
    while True:
        async with connection.transaction():
            rows = await connection.fetch(
                f"select id{named} from {kind.table} where id > $1 order by id limit {PORTION} for update", last
            )
            if not rows:
                return count
            tokens = []
            for row in rows:
                values = [(spec, spec.kind.render(spec, row["f_" + spec.key])) for spec in fields]
                found = [t for spec, value in values if value for t in tagged(spec.key, spec.kind.tokens(value))]
                tokens.append((row["id"], found))
            await connection.executemany(f"update {kind.table} set search = $2 where id = $1", tokens)
        last, count = rows[-1]["id"], count + len(rows)
