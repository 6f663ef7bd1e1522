"""One write path, one SQL compiler, one outbound HTTP client, one way to a database, one clock.

Most published holes of systems like this one were a second path that skipped the check of the first.
"""

import re
from collections.abc import Callable

import pytest

from architecture.reading import Module, program

OBJECT_TABLE = re.compile(r"(?i)\b(?:from|join|into|update|only|table)\s+\"?o_")
OBJECT_NAME = re.compile(r"(?<![a-z0-9_.])\"?o_(?:[a-z{])")
DDL = re.compile(r"(?i)\b(?:create|alter|drop)\s+(?:unique\s+)?(?:table|index|schema|role|database)\b")
OUTBOUND = {
    **dict.fromkeys(
        ("httpx", "requests", "aiohttp", "urllib.request", "urllib3", "http.client"), "xingji.kernel.work.http_client"
    ),
    "smtplib": "xingji.kernel.work.channels.email",
}
CLOCKS = re.compile(r"(?:^|\.)(?:datetime\.now|datetime\.utcnow|datetime\.today|date\.today)$")
CONNECTS = ("asyncpg.connect", "asyncpg.create_pool", "create_async_engine", "create_engine")

Allowed = tuple[str, ...]


def within(name: str, allowed: Allowed) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in allowed)


def second_sql_paths(module: Module, allowed: Allowed = ("xingji.kernel.records",)) -> list[str]:
    """SQL on object tables outside of records: it would know neither row scope nor field policy."""
    if within(module.name, allowed):
        return []
    found = [(line, text) for line, text in module.strings() if OBJECT_TABLE.search(text) or OBJECT_NAME.match(text)]
    return [f"{module.name}:{line} names an object's table: {text[:60]!r}" for line, text in found]


def second_outbound_clients(module: Module) -> list[str]:
    """Modules that can send something out without the guard on addresses."""
    return [
        f"{module.name} imports {name}"
        for name in module.imports
        for client, owner in OUTBOUND.items()
        if within(name, (client,)) and not within(module.name, (owner,))
    ]


def second_clocks(module: Module) -> list[str]:
    """Modules of kernel and features that ask the machine for the time; it comes from the unit of work."""
    if not within(module.name, ("xingji.kernel", "xingji.features", "xingji.connectors")):
        return []
    return [f"{module.name}:{line} calls {name}" for line, name in module.calls() if CLOCKS.search(name)]


def second_connections(
    module: Module, allowed: Allowed = ("xingji.kernel.db", "xingji.backups", "xingji.doctor")
) -> list[str]:
    """Connections beside units of work: neither brand fence nor clock."""
    if within(module.name, allowed):
        return []
    return [f"{module.name}:{line} calls {name}" for line, name in module.calls() if name.endswith(CONNECTS)]


CHECKS: list[Callable[[Module], list[str]]] = [
    second_sql_paths,
    second_outbound_clients,
    second_clocks,
    second_connections,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_there_is_one_path(check: Callable[[Module], list[str]]):
    assert [fault for module in program() for fault in check(module)] == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (second_sql_paths, "sql = f'select * from o_{key} where id = $1'"),
        (second_sql_paths, 'sql = "insert into o_lead (id) values ($1)"'),
        (second_sql_paths, "sql = 'update \"o_lead\" set owner = $1'"),
        (second_sql_paths, "table = f'o_{object_key}'"),
        (second_outbound_clients, "import httpx"),
        (second_outbound_clients, "def f():\n    from urllib.request import urlopen"),
        (second_outbound_clients, "import smtplib"),
        (second_clocks, "from datetime import datetime\nnow = datetime.now()"),
        (second_clocks, "import datetime\nnow = datetime.datetime.now(datetime.UTC)"),
        (second_connections, "import asyncpg\nasync def f():\n    await asyncpg.connect('x')"),
    ],
)
def test_a_second_path_is_found(check: Callable[[Module], list[str]], text: str):
    assert check(Module("xingji.features.leads.somewhere", text))


@pytest.mark.parametrize(
    "text", ['"""Docstring: select from o_lead."""', "a = 'no_more'", "b = 'two_options'", "c = 'po_number'"]
)
def test_a_harmless_word_is_no_second_path(text: str):
    assert second_sql_paths(Module("xingji.features.leads.somewhere", text)) == []
