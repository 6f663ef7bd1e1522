"""How commands reach the program: modules are imported when called, one event loop a command."""

import asyncio
import contextlib
import gc
import importlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from xingji.environment import Surroundings, surroundings
from xingji.kernel.core.errors import ErrorKind, XingjiError, not_found
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import migrate

T = TypeVar("T")


class NotAvailable(Exception):
    """The command exists, what it calls does not yet."""


def lazily(module: str, name: str) -> Any:
    """A function of a module. Raises: NotAvailable when there is no such module or function."""
    collecting = gc.isenabled()
    gc.disable()  # what is loaded stays: looking through it again and again is an eighth of the program's start
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(f"{error.name}.")):
            raise NotAvailable(f"{module}.{name}") from None
        raise
    finally:
        if collecting:
            gc.enable()
    try:
        return getattr(found, name)
    except AttributeError:
        raise NotAvailable(f"{module}.{name}") from None


def run(command: Awaitable[T]) -> T:
    """The result of a coroutine, in an event loop of its own."""

    async def body() -> T:
        return await command

    return asyncio.run(body())


def with_database(work: Callable[[Database, Surroundings], Awaitable[T]]) -> T:
    """The result of a command on a database that is brought up, and connected to, for it alone."""

    async def body(place: Surroundings) -> T:
        with contextlib.suppress(NotAvailable):
            lazily("xingji.app", "configure")()
        database = await Database.connect(place.app_url, place.owner_url, max_size=4)
        try:
            return await work(database, place)
        finally:
            await database.close()

    with surroundings() as place:
        if place.server is not None:  # embedded: whoever comes first makes the tables
            asyncio.run(migrate(place.owner(), place.app_password))
        return asyncio.run(body(place))


async def only_workspace(database: Database, named: str | None) -> str:
    """The workspace a command is about: the one named, or the only one. Raises: `workspace.unknown`, `workspace.which`."""
    known = await database.workspaces()
    if named is not None:
        if named not in known:
            raise not_found("workspace.unknown", key=named, remedy=f"one of: {', '.join(known) or 'none yet'}")
        return named
    if len(known) != 1:
        raise XingjiError(
            "workspace.which", ErrorKind.INVALID, remedy=f"name one with --workspace: {', '.join(known) or 'none yet'}"
        )
    return known[0]
