"""Migrations of the kernel's own tables, as the owner. Owns when they run; the tables themselves are SQL files beside it."""

from pathlib import Path

from alembic import command, op
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from xingji.kernel.core.errors import XingjiError, not_found
from xingji.kernel.db.wire import connect_to_any

MIGRATIONS = Path(__file__).parent / "migrations"
APP_ROLE = "xingji_app"
LOCK_TIMEOUT = "2s"


def run_sql_folder(branch: str, revision: str) -> None:
    """Runs the SQL files of one revision in the order of their names, inside the migration's transaction."""
    raw = op.get_bind().connection.driver_connection
    for file in sorted((MIGRATIONS / branch / "sql" / revision).glob("*.sql")):
        await_only(raw.execute(file.read_text("utf-8")))


def _engine(owner_url: str) -> AsyncEngine:
    return create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: connect_to_any(owner_url), pool_size=1, max_overflow=0
    )


def _upgrade(connection: Connection, branch: str, schema: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(MIGRATIONS / branch / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes |= {"connection": connection, "schema": schema}
    connection.execute(text(f"set local lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f'create schema if not exists "{schema}"'))
    connection.execute(text(f'set local search_path = "{schema}"'))
    command.upgrade(config, "head")


def _grant(connection: Connection, schema: str) -> None:
    for statement in (
        f'grant usage on schema "{schema}" to {APP_ROLE}',
        f'grant select, insert, update, delete on all tables in schema "{schema}" to {APP_ROLE}',
        f'grant usage, select on all sequences in schema "{schema}" to {APP_ROLE}',
        f'grant execute on all functions in schema "{schema}" to {APP_ROLE}',
        f'alter default privileges in schema "{schema}" grant select, insert, update, delete on tables to {APP_ROLE}',
        f'alter default privileges in schema "{schema}" grant usage, select on sequences to {APP_ROLE}',
        # Sealed history is for reading: the web process cannot rewrite the log or the audit.
        f'revoke update, delete on "{schema}".schema_version from {APP_ROLE}',
    ):
        connection.execute(text(statement))


def _restrict_workspace(connection: Connection, schema: str) -> None:
    connection.execute(text(f'revoke update, delete on "{schema}".audit_seal from {APP_ROLE}'))
    connection.execute(text(f'revoke update, delete on "{schema}".audit from {APP_ROLE}'))
    # The log only grows: whoever has the web process's role cannot rewrite what happened.
    partitions = connection.scalars(
        text(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass(:log)"
        ),
        {"log": f'"{schema}".event'},
    )
    for table in ("event", "event_withdrawn", *partitions):
        connection.execute(text(f'revoke update, delete on "{schema}"."{table}" from {APP_ROLE}'))


async def migrate(owner_url: str, app_password: str | None = None) -> list[str]:
    """Brings the control schema and every workspace to this release; the names of the schemas touched.

    Creates the login role `xingji_app` when the server has none (with `app_password`) or sets its password.
    """
    engine = _engine(owner_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_ensure_role, app_password)
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, "control", "xingji")
            await connection.run_sync(_grant, "xingji")
        async with engine.connect() as connection:
            schemas = list(await connection.scalars(text("select schema from xingji.workspace order by key")))
        for schema in schemas:
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade, "workspace", schema)
                await connection.run_sync(_grant, schema)
                await connection.run_sync(_restrict_workspace, schema)
        return ["xingji", *schemas]
    finally:
        await engine.dispose()


def _ensure_role(connection: Connection, app_password: str | None) -> None:
    exists = connection.scalar(text("select 1 from pg_roles where rolname = :role"), {"role": APP_ROLE})
    if not exists:
        connection.execute(text(f"create role {APP_ROLE} login nosuperuser nocreatedb nocreaterole"))
    if app_password is not None:
        quoted = connection.scalar(text("select quote_literal(:secret)"), {"secret": app_password})
        connection.execute(text(f"alter role {APP_ROLE} password {quoted}"))
    database = connection.scalar(text("select quote_ident(current_database())"))
    connection.execute(text(f"grant connect, temporary on database {database} to {APP_ROLE}"))


async def create_workspace_schema(owner_url: str, key: str, name: str, *, brand_isolation: bool = True) -> str:
    """A new workspace's row and its own schema with all kernel tables; the schema's name.

    Raises: `workspace.exists`, `workspace.bad_key`.
    """
    schema = f"ws_{key}"
    engine = _engine(owner_url)
    try:
        async with engine.begin() as connection:
            row = await connection.scalar(
                text(
                    "insert into xingji.workspace (key, schema, name, brand_isolation) values (:key, :schema, :name, :iso)"
                    " on conflict do nothing returning schema"
                ),
                {"key": key, "schema": schema, "name": name, "iso": brand_isolation},
            )
            if row is None:
                raise XingjiError("workspace.exists", key=key)
            await connection.run_sync(_upgrade, "workspace", schema)
            await connection.run_sync(_grant, schema)
            await connection.run_sync(_restrict_workspace, schema)
        return schema
    finally:
        await engine.dispose()


async def drop_workspace_schema(owner_url: str, key: str) -> None:
    """Removes a workspace and everything in it. Raises: `workspace.unknown`."""
    engine = _engine(owner_url)
    try:
        async with engine.begin() as connection:
            schema = await connection.scalar(text("select schema from xingji.workspace where key = :key"), {"key": key})
            if schema is None:
                raise not_found("workspace.unknown", key=key)
            await connection.execute(text(f'drop schema "{schema}" cascade'))
            for table in ("session", "api_token", "membership"):
                await connection.execute(text(f"delete from xingji.{table} where workspace = :key"), {"key": key})
            await connection.execute(text("delete from xingji.workspace where key = :key"), {"key": key})
    finally:
        await engine.dispose()
