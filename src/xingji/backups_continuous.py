"""A backup that goes on: a whole copy now and then, and the write-ahead log between them as it is written.

Owns its folder and the way back from it to any moment; only for the embedded server, an outside one has its own tools.
Layout: a line for each unbroken stretch of log, named by when it began, with `log/`, `identity` and `copy-MOMENT/` in it.
A copy's name is the moment from which on it can be restored to.
"""

import asyncio
import hashlib
import json
import logging
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from xingji.backups import failed, run_tool
from xingji.environment import Surroundings
from xingji.kernel.core.settings import Settings
from xingji.kernel.db import Database
from xingji.kernel.db.embedded import EmbeddedServer
from xingji.kernel.db.embedded_recovery import RecoveringServer
from xingji.kernel.db.migrate import migrate
from xingji.kernel.events import begin_epoch
from xingji.serve import end_with_parent

SLOT = "xingji_backup"
MOMENT = "%Y%m%dT%H%M%S.%fZ"
LOOK_EVERY = 1.0

log = logging.getLogger("xingji.backup")


def keep(place: Surroundings, folder: Path, *, every: timedelta, copies: int, stop: threading.Event) -> None:
    """Follow the log into the folder until told to stop; a copy at once when the last is older than `every`.

    The newest `copies` stay, and the log from the oldest of them on. Raises: `backup.not_embedded`,
    `backup.receiver_ended` (start again: it goes on where it ended), `backup.tool_failed`.
    """
    server = embedded(place)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = current_line(server, folder)
    command = [str(server.binaries / "pg_receivewal"), "--directory", str(line / "log"), "--slot", SLOT, "--no-loop"]
    receiver = subprocess.Popen(
        command,
        env=server.client_environment(),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    try:
        while True:
            newest = max(line.glob("copy-*"), default=None)
            if newest is None or datetime.now(UTC) - moment_of(newest) >= every:
                take_copy(place, line)
                forget(place, folder, line, copies)
            if receiver.poll() is not None:
                raise failed("receiver_ended", "start it again: it goes on where it ended", code=receiver.returncode)
            if stop.wait(LOOK_EVERY):
                return
    finally:
        receiver.send_signal(signal.SIGINT)
        receiver.wait()


def embedded(place: Surroundings) -> EmbeddedServer:
    """The server of this place. Raises: `backup.not_embedded`."""
    if place.server is None:
        raise failed("not_embedded", "a PostgreSQL of your own is kept by its own tools, such as pgBackRest")
    return place.server


def moment_of(copy: Path) -> datetime:
    """From when on a copy can be restored to."""
    return datetime.strptime(copy.name, f"copy-{MOMENT}").replace(tzinfo=UTC)


def lines_of(folder: Path) -> list[Path]:
    """The lines of a folder, the oldest first."""
    return sorted(path.parent for path in folder.glob("*/identity"))


def current_line(server: EmbeddedServer, folder: Path) -> Path:
    """The line that is written on: the newest while its log and the server's hang together, else a new one.

    They do while the server's slot kept what the line lacks. A restored or a foreign server begins a new line.
    """
    identity = server.psql(
        "select system_identifier || ' ' || timeline_id from pg_control_system(), pg_control_checkpoint()"
    )
    status = server.psql(f"select wal_status from pg_replication_slots where slot_name = '{SLOT}'").strip()
    newest = max(lines_of(folder), default=None)
    if newest is not None and status not in ("", "lost") and (newest / "identity").read_text() == identity:
        return newest
    if status:
        server.psql(f"select pg_drop_replication_slot('{SLOT}')")
    server.psql(f"select pg_create_physical_replication_slot('{SLOT}', true)")
    line = folder / datetime.now(UTC).strftime(MOMENT)
    (line / "log").mkdir(mode=0o700, parents=True)
    (line / "identity").write_text(identity)
    return line


def take_copy(place: Surroundings, line: Path) -> Path:
    """A whole copy of the cluster, there when it is complete."""
    half = line / "half"
    shutil.rmtree(half, ignore_errors=True)
    arguments = [
        "--pgdata",
        str(half),
        "--wal-method",
        "none",
        "--checkpoint",
        "fast",
        "--manifest-checksums",
        "sha256",
    ]
    run_tool(place, place.owner(), "pg_basebackup", *arguments)
    copy = line / datetime.now(UTC).strftime(f"copy-{MOMENT}")
    half.rename(copy)
    log.info("copied into %s", copy)
    return copy


def forget(place: Surroundings, folder: Path, current: Path, copies: int) -> None:
    """Remove all but the newest copies, and the log no copy needs."""
    for copy in sorted(folder.glob("*/copy-*"), key=moment_of)[:-copies]:
        shutil.rmtree(copy)
    for line in lines_of(folder):
        oldest = min(line.glob("copy-*"), default=None)
        if oldest is not None:
            run_tool(place, place.owner(), "pg_archivecleanup", str(line / "log"), first_of_log(oldest))
        elif line != current:
            shutil.rmtree(line)


def first_of_log(copy: Path) -> str:
    """The name of the first piece of log a copy needs."""
    return (copy / "backup_label").read_text().partition("(file ")[2].partition(")")[0]


def restore_to(settings: Settings, folder: Path, to: datetime | None, *, replace: bool) -> Path | None:
    """Bring the embedded installation to what it was at a moment, or to the last one kept.

    What was there before is put aside; its folder is returned. Nothing is changed when it cannot be done.
    Raises: `backup.not_embedded`, `backup.no_copy`, `backup.not_empty`, `backup.in_use`, `backup.broken`,
    `backup.beyond`, `backup.no_password`.
    """
    if settings.database_url is not None or settings.app_database_url is not None:
        raise failed("not_embedded", "a PostgreSQL of your own is restored by its own tools, such as pgBackRest")
    known = sorted(folder.glob("*/copy-*"), key=moment_of)
    fitting = [copy for copy in known if to is None or moment_of(copy) <= to]
    if not fitting:
        first = moment_of(known[0]).isoformat() if known else "none"
        raise failed("no_copy", "name a later moment, or another folder", folder=str(folder), earliest=first)
    if not (settings.data_dir / "owner-password").is_file():
        raise failed("no_password", "put owner-password and secret-key of the lost machine into the data folder first")
    server = RecoveringServer(settings.data_dir, filler(fitting[-1]), to)
    if server.is_filled() and not replace:
        raise failed(
            "not_empty", "add --replace: what is there now is put aside, not deleted", folder=str(server.cluster)
        )
    server.start()
    try:
        asyncio.run(_finish(server))
    finally:
        server.stop()
    return server.before


def filler(copy: Path) -> Callable[[EmbeddedServer, Path], None]:
    """What lays a copy and the log after it into a new cluster."""

    def fill(server: EmbeddedServer, cluster: Path) -> None:
        if damaged := damaged_in(copy):
            raise failed("broken", "name another moment: this copy was damaged", copy=str(copy), files=damaged[:5])
        shutil.copytree(copy, cluster, symlinks=True)
        for piece in sorted((copy.parent / "log").iterdir()):
            if piece.name >= first_of_log(copy):
                shutil.copy2(piece, cluster / "pg_wal" / piece.name.removesuffix(".partial"))
        for inside, folders, files in os.walk(cluster):
            for name in [".", *folders, *files]:
                server.account.own(Path(inside, name))

    return fill


def damaged_in(copy: Path) -> list[str]:
    """The files of a copy that are not as PostgreSQL wrote them, by its manifest."""
    damaged = []
    for entry in json.loads((copy / "backup_manifest").read_text())["Files"]:
        path = entry.get("Path") or bytes.fromhex(entry["Encoded-Path"]).decode()
        try:
            with (copy / path).open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == entry["Checksum"]
        except OSError:
            whole = False
        if not whole:
            damaged.append(path)
    return damaged


async def _finish(server: EmbeddedServer) -> None:
    """Bring the tables to this release and let every workspace begin a new epoch."""
    await migrate(server.owner_url(), server.app_password())
    database = await Database.connect(server.owner_url(), max_size=2)
    try:
        for key in await database.workspaces():
            async with database.work(key) as uow:
                await begin_epoch(uow)
    finally:
        await database.close()
