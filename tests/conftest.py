"""Databases for the tests: real PostgreSQL, one database a module, copied from a template that is made once.

`XINGJI_TEST_DATABASE_URL` names a server to use (as a superuser); without it an embedded one is started in a temporary
folder. Fixtures: `db` (addresses), `database` (units of work as the app role), `bare` (a workspace with the kernel's
tables only), `workspace` (one with the base pack), `fresh` (a database of the test's own, with the same workspaces).
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from one_workspace import watched
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.db.embedded import EmbeddedServer
from xingji.kernel.db.embedded_processes import end_leftovers
from xingji.kernel.db.migrate import APP_ROLE, create_workspace_schema, migrate

ROOT = Path(__file__).resolve().parent.parent
SERVER_VARIABLE = "XINGJI_TEST_DATABASE_URL"
APP_PASSWORD = "for-tests-only"
BARE = "bare"
WORKSPACE = "test"
FOLDER = "xingji-test-"
YOUNG_SECONDS = 120
TEMPLATE_LOCK = 7_301_155
STALE_AFTER_MINUTES = 60


@dataclass(frozen=True)
class Addresses:
    """Where a test's database is, for its owner and for the role of the web process."""

    name: str
    owner_url: str
    app_url: str


# ── the server ───────────────────────────────────────────────────────────────────────────────────────────────────


def start_server() -> EmbeddedServer:
    """A throw-away server in a folder of its own, one a worker.

    Workers do not share it: a transaction open anywhere in a cluster holds back every reader of a log.
    """
    remove_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER))
    folder.chmod(0o711)
    server = EmbeddedServer(folder, durable=False)
    server.start()
    os.environ[SERVER_VARIABLE] = server.owner_url("postgres")
    return server


def remove_abandoned() -> None:
    """Ends and removes servers whose test session was killed: nobody holds their lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with contextlib.suppress(OSError):  # another session may be removing it, too
            if time.time() - folder.stat().st_mtime < YOUNG_SECONDS:
                continue
            with (folder / "supervisor.lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                end_leftovers(folder / "postgres", folder / "postgres" / "postmaster.pid", patience=10)
                shutil.rmtree(folder, ignore_errors=True)


def stop_server(server: EmbeddedServer) -> None:
    os.environ.pop(SERVER_VARIABLE, None)
    server.stop()
    shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a superuser on the test server."""
    if SERVER_VARIABLE in os.environ:
        yield os.environ[SERVER_VARIABLE]
        return
    server = start_server()
    yield os.environ[SERVER_VARIABLE]
    stop_server(server)


def addresses_of(server_url: str, name: str) -> Addresses:
    """The two addresses of a database on the server."""
    parts = urlsplit(server_url)
    place = parts.netloc.rpartition("@")[2]
    app = f"{APP_ROLE}:{quote(APP_PASSWORD)}@{place}"
    return Addresses(
        name,
        urlunsplit(parts._replace(path=f"/{name}")),
        urlunsplit(parts._replace(netloc=app, path=f"/{name}")),
    )


@pytest.fixture(scope="session", autouse=True)
def one_workspace_a_statement() -> Iterator[None]:
    """No statement of the program, whatever a test has it do, joins two workspaces."""
    with watched():
        yield


# ── templates ────────────────────────────────────────────────────────────────────────────────────────────────────


def digest_of(*patterns: str) -> str:
    """One short hash over the files of the repository that match."""
    total = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return total.hexdigest()[:12]


async def ensure_role(server: asyncpg.Connection) -> None:
    if not await server.fetchval("select 1 from pg_roles where rolname = $1", APP_ROLE):
        await server.execute(f"create role {APP_ROLE} login nosuperuser password '{APP_PASSWORD}'")


async def existing_template(server: asyncpg.Connection, kind: str, digest: str) -> str | None:
    return await server.fetchval(
        "select datname from pg_database where datname like $1 and datname like $2 and datistemplate",
        f"xj\\_{kind}\\_%",
        f"%\\_{digest}",
    )


async def drop_stale(server: asyncpg.Connection) -> None:
    """Removes templates and databases that sessions of more than an hour ago left."""
    now = int(time.time() // 60)
    for row in await server.fetch("select datname, datistemplate from pg_database where datname like 'xj\\_%'"):
        made = re.match(r"xj_[a-z0-9]+_(\d+)_", row["datname"])
        if made and now - int(made[1]) > STALE_AFTER_MINUTES:
            if row["datistemplate"]:
                await server.execute(f'alter database "{row["datname"]}" is_template false')
            await server.execute(f'drop database if exists "{row["datname"]}" with (force)')


def new_name(kind: str, ending: str) -> str:
    return f"xj_{kind}_{int(time.time() // 60)}_{ending}"


async def make_template(
    server: asyncpg.Connection, kind: str, digest: str, origin: str, fill: Callable[[str], Awaitable[None]]
) -> str:
    """The template of this kind and digest; made, and thrown away again when it cannot be filled, if there is none."""
    if found := await existing_template(server, kind, digest):
        return found
    name = new_name(kind, digest)
    await server.execute(f'drop database if exists "{name}" with (force)')
    await server.execute(f'create database "{name}" template "{origin}" encoding \'UTF8\'')
    try:
        await fill(name)
    except BaseException:
        await server.execute(f'drop database if exists "{name}" with (force)')
        raise
    await server.execute(f'alter database "{name}" is_template true')
    return name


async def kernel_template(server: asyncpg.Connection, server_url: str) -> str:
    """A template with the kernel's tables and one bare workspace, made once for these migrations."""

    async def fill(name: str) -> None:
        owner_url = addresses_of(server_url, name).owner_url
        await migrate(owner_url)
        await create_workspace_schema(owner_url, BARE, "空白组织（演示）")

    digest = digest_of("src/xingji/kernel/db/migrations/**/*", "src/xingji/kernel/db/migrate.py", "tests/conftest.py")
    return await make_template(server, "kernel", digest, "template0", fill)


async def base_template(server: asyncpg.Connection, server_url: str) -> str:
    """A template that holds a workspace with the base pack too, made once for what its state depends on."""
    from xingji import app
    from xingji.kernel.definitions import install_pack

    async def fill(name: str) -> None:
        addresses = addresses_of(server_url, name)
        app.configure()
        await create_workspace_schema(addresses.owner_url, WORKSPACE, "测试组织（演示）")
        database = await Database.connect(addresses.app_url, addresses.owner_url, max_size=4)
        try:
            await install_pack(database, WORKSPACE, SYSTEM, ROOT / "packs" / "base")
        finally:
            await database.close()

    floors = [f"src/xingji/kernel/{floor}/**/*.py" for floor in ("core", "db", "definitions", "access", "records", "work")]
    digest = digest_of(*floors, "src/xingji/**/kinds.py", "src/xingji/**/*.sql", "packs/base/**/*", "tests/conftest.py")
    return await make_template(server, "base", digest, await kernel_template(server, server_url), fill)


async def create_database(server_url: str, *, with_base: bool) -> Addresses:
    """A new database, copied from the fitting template."""
    server = await asyncpg.connect(server_url)
    try:
        await server.execute("select pg_advisory_lock($1)", TEMPLATE_LOCK)
        try:
            await ensure_role(server)
            await drop_stale(server)
            template = await (base_template if with_base else kernel_template)(server, server_url)
        finally:
            await server.execute("select pg_advisory_unlock($1)", TEMPLATE_LOCK)
        name = new_name("run", secrets.token_hex(5))
        await server.execute(f'create database "{name}" template "{template}" strategy file_copy')
    finally:
        await server.close()
    return addresses_of(server_url, name)


async def copy_database(server_url: str, origin: str) -> Addresses:
    """A new database with what another one holds; nobody may be connected to that."""
    server = await asyncpg.connect(server_url)
    try:
        name = new_name("run", secrets.token_hex(5))
        await server.execute(f'create database "{name}" template "{origin}" strategy file_copy')
    finally:
        await server.close()
    return addresses_of(server_url, name)


async def drop_database(server_url: str, name: str) -> None:
    if os.environ.get("XINGJI_TEST_KEEP"):
        return
    server = await asyncpg.connect(server_url)
    try:
        await server.execute(f'drop database if exists "{name}" with (force)')
    finally:
        await server.close()


def wants_base(request: pytest.FixtureRequest) -> bool:
    """Whether any test of this module uses `workspace`, itself or by another fixture."""
    module = request.node.getparent(pytest.Module) or request.node
    items = [item for item in request.session.items if item.getparent(pytest.Module) is module]
    return any("workspace" in getattr(item, "fixturenames", ()) for item in items)


# ── what tests ask for ───────────────────────────────────────────────────────────────────────────────────────────


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def db(server_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Addresses]:
    """The addresses of this module's database."""
    addresses = await create_database(server_url, with_base=wants_base(request))
    yield addresses
    await drop_database(server_url, addresses.name)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(db: Addresses) -> AsyncIterator[Database]:
    """Units of work on this module's database, as the app role; DDL as its owner."""
    database = await Database.connect(db.app_url, db.owner_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def bare() -> str:
    """The key of a workspace that has the kernel's tables and nothing else."""
    return BARE


@pytest.fixture(scope="module")
def workspace() -> str:
    """The key of a workspace with the base pack and no records; the program is joined as it runs in earnest."""
    from xingji import app

    app.configure()  # another module's tests may have joined it otherwise
    return WORKSPACE


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(server_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database of this test's own, with the same workspaces as its module's."""
    addresses = await create_database(server_url, with_base=wants_base(request))
    database = await Database.connect(addresses.app_url, addresses.owner_url)
    yield database
    await database.close()
    await drop_database(server_url, addresses.name)
