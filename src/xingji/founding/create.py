"""Making a workspace: its schema, its packs, its first person. Needs the owner's connection. Owns the order of steps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from xingji.founding.gallery import template_folder
from xingji.founding.sample import add_sample
from xingji.kernel import access
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.core.settings import packs_folder
from xingji.kernel.db.database import Database
from xingji.kernel.db.migrate import create_workspace_schema
from xingji.kernel.definitions import install_pack
from xingji.kernel.definitions.pack_files import USUAL_SIZE, read_pack

Say = Callable[[str, int, int], Awaitable[None]]
"""Told after each step: what begins now, how many steps are done, of how many."""
FOUNDER = "founder"
FOUNDER_ROLES = ["gm", "director", "admin"]


@dataclass(frozen=True, slots=True)
class Founder:
    """Who the workspace is made for: a login and how the person is called."""

    login: UUID
    name: str
    phone: str | None = None
    email: str | None = None


async def create_workspace(database: Database, key: str, name: str, folder: Path | None = None, *, size: str | None = None) -> None:
    """A new workspace from the pack in a folder, the base pack without one; a pack's requirements come first.

    Raises: `workspace.exists`, `packs.requires`. Needs the owner's connection.
    """
    if database.owner_url is None:
        raise XingjiError("database.no_owner", ErrorKind.UNAVAILABLE)
    await create_workspace_schema(database.owner_url, key, name)
    for pack in packs_in_order(folder or packs_folder() / "base"):
        await install_pack(database, key, SYSTEM, pack, size=size)


def packs_in_order(folder: Path) -> list[Path]:
    """The folders of a pack and of everything it requires, what is required first."""
    ordered: list[Path] = []
    for required in read_pack(folder).requires:
        ordered += [path for path in packs_in_order(packs_folder() / required) if path not in ordered]
    return [*ordered, folder]


async def found_workspace(
    database: Database, key: str, name: str, *, template: str | None, size: str | None, sample: bool,
    founder: Founder | None = None, say: Say | None = None,
) -> None:  # fmt: skip
    """A workspace from a template (empty without one), with its first person and, when asked for, sample data.

    Raises: `workspace.exists`, `packs.not_found`, `sample.needs_template`.
    """
    if database.owner_url is None:
        raise XingjiError("database.no_owner", ErrorKind.UNAVAILABLE)
    if sample and template is None:
        raise XingjiError("sample.needs_template", ErrorKind.INVALID)
    size = size or USUAL_SIZE
    folder = template_folder(template) if template else packs_folder() / "base"
    packs = packs_in_order(folder)
    steps = ["schema", *(f"pack:{pack.name}" for pack in packs), "people", *(["sample"] if sample else []), "done"]

    async def begin(step: str) -> None:
        if say is not None:
            await say(step, steps.index(step), len(steps) - 1)

    await begin("schema")
    await create_workspace_schema(database.owner_url, key, name)
    for pack in packs:
        await begin(f"pack:{pack.name}")
        await install_pack(database, key, SYSTEM, pack, size=size)
    await begin("people")
    await _settle(database, key, name, template, size, founder)
    if sample and template:
        await begin("sample")
        await add_sample(database, key, template, size)
    await begin("done")


async def _settle(database: Database, key: str, name: str, template: str | None, size: str, founder: Founder | None) -> None:
    """The organisation bears its name, and the founder stands in it with the right to everything."""
    async with database.work(key) as uow:
        units = {row["key"] for row in await uow.fetch("select key from unit")}
        people: dict[str, Any] = {"units": [{"key": "root", "name": name}]}
        if founder is not None:
            # In a small organisation the founder sells too: the table gives to members of the team, not to its head.
            unit = "sales" if size == "s" and "sales" in units else "root"
            people["persons"] = [{
                "key": FOUNDER, "name": founder.name, "title": "负责人", "unit": unit, "roles": FOUNDER_ROLES,
                "phone": founder.phone, "email": founder.email,
            }]  # fmt: skip
            people["units"][0]["head"] = FOUNDER
        ids = await access.save_people(uow, people)
        template_setting = {"template": {"key": template, "size": size}}
        await uow.execute("update workspace_state set settings = settings || $1", template_setting)
    if founder is not None:
        await access.bind_person(database, founder.login, key, ids[FOUNDER])
