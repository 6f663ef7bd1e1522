"""Commands about one workspace: create and list, its clock, its packs."""

import argparse
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from xingji.commands.calling import lazily, only_workspace, with_database
from xingji.environment import Surroundings
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database

STEP = re.compile(r"\+(\d+)([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def add_commands(commands: Any) -> None:
    """Join the commands of this file to the parser."""
    workspace = commands.add_parser("workspace", help="create or list workspaces").add_subparsers(required=True)
    created = workspace.add_parser("create", help="a new workspace, empty or from a pack")
    created.add_argument("key", help="small letters, digits and underscores")
    created.add_argument("--name", help="the organisation's name")
    created.add_argument("--pack", type=Path, help="a pack's folder or name; base without it")
    created.add_argument("--template", help="an industry template: software, manufacturing, education, medical, retail, hardware")
    created.add_argument("--size", choices=("s", "m", "l"), help="s: fewer than 10 people; m: 50 to 200; l: 500 and more")
    created.add_argument("--sample-data", action="store_true", help="with the template's invented records, removable")
    created.set_defaults(run=run_create)
    workspace.add_parser("list", help="all open workspaces").set_defaults(run=run_list)

    clock = commands.add_parser("clock", help="show or advance a workspace's clock").add_subparsers(required=True)
    shown = clock.add_parser("show")
    shown.add_argument("--workspace", "-w")
    shown.set_defaults(run=run_clock_show)
    advanced = clock.add_parser("advance", help="fires what is due on the way, in order")
    advanced.add_argument("to", help="+30m, +2h, +3d, or 2026-02-14 10:29 in the workspace's zone")
    advanced.add_argument("--workspace", "-w")
    advanced.set_defaults(run=run_clock_advance)

    placed = clock.add_parser("set", help="put it on a moved clock, as tests do; every screen says so")
    placed.add_argument("to")
    placed.add_argument("--running", action="store_true", help="go on from there at normal speed")
    placed.add_argument("--workspace", "-w")
    placed.set_defaults(run=run_clock_set)
    released = clock.add_parser("release", help="put it back on real time")
    released.add_argument("--workspace", "-w")
    released.set_defaults(run=run_clock_release)

    pack = commands.add_parser("pack", help="install, export or check a pack").add_subparsers(required=True)
    for name, run in (("install", run_pack_install), ("export", run_pack_export), ("check", run_pack_check)):
        one = pack.add_parser(name)
        one.add_argument("folder", type=Path, help="a pack's folder or key; for export the zip to write")
        one.add_argument("--workspace", "-w")
        one.set_defaults(run=run)


def find_pack(named: Path) -> Path:
    """The folder of a pack named by its path or key. Raises: `packs.not_found`."""
    return lazily("xingji.founding", "find_pack")(named)


def run_create(options: argparse.Namespace) -> int:
    """Create a workspace and say where it is."""
    if options.template:
        return _create_from_template(options)
    create = lazily("xingji.founding", "create_workspace")
    folder = find_pack(options.pack) if options.pack else None

    async def work(database: Database, _place: Surroundings) -> None:
        await create(database, options.key, options.name or options.key, folder, size=options.size)

    with_database(work)
    print(f"workspace {options.key} is ready")
    return 0


def _create_from_template(options: argparse.Namespace) -> int:
    found = lazily("xingji.founding", "found_workspace")

    async def say(step: str, done: int, steps: int) -> None:
        print(f"{done}/{steps} {step}", flush=True)

    async def work(database: Database, _place: Surroundings) -> None:
        await found(
            database, options.key, options.name or options.key, template=options.template, size=options.size,
            sample=options.sample_data, say=say,
        )  # fmt: skip

    with_database(work)
    print(f"workspace {options.key} is ready")
    return 0


def run_list(_options: argparse.Namespace) -> int:
    """Print the keys of all workspaces."""

    async def work(database: Database, _place: Surroundings) -> list[str]:
        return await database.workspaces()

    print("\n".join(with_database(work)) or "no workspace yet: xingji workspace create KEY")
    return 0


def moment_of(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant a person means. Raises: `clock.not_a_moment`."""
    if step := STEP.fullmatch(text):
        return now + timedelta(**{UNITS[step[2]]: int(step[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise XingjiError("clock.not_a_moment", remedy="write +30m, +2h, +3d or 2026-02-14 10:29", text=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def run_clock_show(options: argparse.Namespace) -> int:
    """Print the workspace's clock."""

    async def work(database: Database, _place: Surroundings) -> str:
        async with database.work(await only_workspace(database, options.workspace), read_only=True) as uow:
            shown = uow.now.astimezone(uow.workspace.zone).isoformat(sep=" ", timespec="seconds")
            return f"{shown} {'(moved)' if uow.workspace.clock_moved else '(real time)'}"

    print(with_database(work))
    return 0


async def meant(database: Database, options: argparse.Namespace) -> tuple[str, datetime]:
    """The workspace and the instant a clock command is about."""
    key = await only_workspace(database, options.workspace)
    async with database.work(key, read_only=True) as uow:
        return key, moment_of(options.to, uow.now, uow.workspace.zone)


def run_clock_advance(options: argparse.Namespace) -> int:
    """Advance the clock and print what it shows then."""
    advance = lazily("xingji.kernel.rules", "advance_clock")

    async def work(database: Database, _place: Surroundings) -> None:
        try:
            await advance(database, *await meant(database, options))
        except XingjiError as error:
            if error.code == "clock.real":
                error.data["remedy"] = (
                    "real time is never moved by hand: xingji clock set puts it on a moved clock first"
                )
            raise

    with_database(work)
    return run_clock_show(options)


def run_clock_set(options: argparse.Namespace) -> int:
    """Put the clock somewhere, with nothing fired on the way, and print what it shows then."""
    place_clock = lazily("xingji.kernel.rules", "set_clock")

    async def work(database: Database, _place: Surroundings) -> None:
        await place_clock(database, *await meant(database, options), running=options.running)

    with_database(work)
    return run_clock_show(options)


def run_clock_release(options: argparse.Namespace) -> int:
    """Put the clock back on real time and print what it shows then."""
    release = lazily("xingji.kernel.rules", "release_clock")

    async def work(database: Database, _place: Surroundings) -> None:
        await release(database, await only_workspace(database, options.workspace))

    with_database(work)
    return run_clock_show(options)


def run_pack_install(options: argparse.Namespace) -> int:
    """Install a pack and print what it brought."""
    install = lazily("xingji.kernel.definitions", "install_pack")

    async def work(database: Database, _place: Surroundings) -> Any:
        return await install(
            database, await only_workspace(database, options.workspace), SYSTEM, find_pack(options.folder)
        )

    print(with_database(work))
    return 0


def run_pack_export(options: argparse.Namespace) -> int:
    """Write a workspace's definitions as one zip that installs to the same documents."""
    export = lazily("xingji.kernel.definitions", "export_pack")

    async def work(database: Database, _place: Surroundings) -> bytes:
        async with database.work(await only_workspace(database, options.workspace), SYSTEM, read_only=True) as uow:
            return await export(uow)

    written = with_database(work)
    options.folder.write_bytes(written)
    print(f"{options.folder}: {len(written) / 1024:.0f} kB")
    return 0


def run_pack_check(options: argparse.Namespace) -> int:
    """Print every problem of a pack; 1 when there is one."""
    check = lazily("xingji.kernel.definitions", "check_pack")

    async def work(database: Database, _place: Surroundings) -> Any:
        async with database.work(await only_workspace(database, options.workspace), SYSTEM) as uow:
            return await check(uow, find_pack(options.folder))

    problems = with_database(work)
    for problem in problems:
        print(problem)
    return int(bool(problems))
