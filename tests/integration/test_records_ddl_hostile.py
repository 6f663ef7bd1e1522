"""Row 6, second half: every string of an object's document made hostile and published: nothing of it becomes SQL."""

import re
from typing import Any

import asyncpg

from figures import figure, long_or_short
from integration.test_bad_input import places, replaced
from records_lab import BARE, label, publish_objects
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.records import ddl

DOCUMENT: dict[str, Any] = {
    "kind": "object", "key": "pump", "name": label("泵"), "title": "name", "sort": "-created_at", "indexes": [["level", "amount"]], "server_owned": ["seen_at"],
    "fields": [
        {"key": "name", "kind": "text", "name": label("名")}, {"key": "amount", "kind": "money", "name": label("价")}, {"key": "seen_at", "kind": "datetime", "name": label("见")},
        {"key": "level", "kind": "choice", "name": label("级"), "options": [{"key": "A", "name": label("甲")}], "default": "A"},
        {"key": "twice", "kind": "formula", "result": "money", "expr": "amount * 2", "name": label("倍")},
        {"key": "site", "kind": "relation", "to": "pump", "inverse": {"key": "pumps", "name": label("泵")}, "name": label("址")},
        {"key": "many", "kind": "rollup", "of": "pump.site", "aggregate": "count", "filter": "amount > 1", "name": label("数")},
    ],
    "conditions": [{"key": "c", "kind": "required_if", "when": 'level == "A"', "fields": ["amount"], "message": label("要")}],
}  # fmt: skip
CANARY = "create table canary_of_ddl (n int)"
HOSTILE = (
    'x"; drop table canary_of_ddl; --', "x'; drop table canary_of_ddl; --", "x); create table stolen (n int); --", '" || (select 1) || "', "$$; drop table canary_of_ddl; $$",
    "x\\'; drop table canary_of_ddl; --", 'a" text, add column "stolen', "%s%n{0}", "'||pg_sleep(9)||'", 'A" == "A") || true || ("', "*/ drop table canary_of_ddl; /*", "o_lead cascade",
)  # fmt: skip
CATALOG = """select relname::text as name from pg_class where relnamespace = $1::regnamespace union
  select attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = $1::regnamespace and attnum > 0 and not attisdropped union
  select proname::text from pg_proc where pronamespace = $1::regnamespace union select conname::text from pg_constraint where connamespace = $1::regnamespace"""
HARMLESS = re.compile(r"[a-z][a-z0-9_]{0,62}")


async def names(owner: asyncpg.Connection, schema: str) -> set[str]:
    """Names of tables, indexes, columns, functions and constraints of the workspace."""
    return {row["name"] for row in await owner.fetch(CATALOG, schema)}


async def walk(database: Database, step: int) -> tuple[int, int, list[str]]:
    """Publishes every hostile document; how many were tried and taken, and names that no registry would give."""
    strings = [path for path in places(DOCUMENT) if isinstance(value_at(DOCUMENT, path), str)]
    wanted = [(path, text) for path in strings for text in HOSTILE][::step]
    taken = 0
    async with database.owner() as owner:
        schema = await database.schema_of(BARE)
        await owner.execute(f"set search_path = {schema}")
        await owner.execute(CANARY)
        try:
            await publish_objects(database, DOCUMENT)
            for path, text in wanted:
                try:
                    await publish_objects(database, replaced(DOCUMENT, path, text))
                    taken += 1
                except XingjiError:
                    async with database.work(BARE) as uow:
                        await throw_away(uow)
            assert await owner.fetchval("select count(*) from canary_of_ddl") == 0
            return len(wanted), taken, sorted(name for name in await names(owner, schema) if not HARMLESS.fullmatch(name) or "stolen" in name)
        finally:
            await owner.execute("drop table canary_of_ddl")


async def throw_away(uow: UnitOfWork) -> None:
    await uow.execute("delete from definition where status = 'draft'")


def value_at(value: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


async def test_no_string_of_an_objects_document_reaches_the_schema_as_sql(database: Database, bare: str):
    tried, taken, strange = await walk(database, long_or_short(1, 9))
    figure(6, f"{tried} object documents with a hostile string published: {taken} taken as text, {len(strange)} names the registry did not give")
    assert strange == []
    assert 0 < taken < tried


async def test_without_quotes_around_names_a_hostile_option_would_be_seen(database: Database, bare: str):
    """The control: what the catalogue holds is looked at."""
    async with database.owner() as owner:
        schema = await database.schema_of(BARE)
        await owner.execute(f"set search_path = {schema}")
        await owner.execute(f'create table {ddl.quoted("stolen")} ({ddl.quoted(HOSTILE[0])} int)')
        strange = [name for name in await names(owner, schema) if not HARMLESS.fullmatch(name) or "stolen" in name]
        await owner.execute("drop table stolen")
    assert sorted(strange) == sorted(["stolen", HOSTILE[0]])
