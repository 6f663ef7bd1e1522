"""Commands about the database as a whole: migrate, backup, restore, doctor."""

import argparse
import asyncio
import signal
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from xingji import backups, backups_continuous
from xingji.commands.calling import lazily, with_database
from xingji.environment import surroundings
from xingji.kernel.core import logs
from xingji.kernel.core.settings import load_settings
from xingji.kernel.db.migrate import migrate


def add_commands(commands: Any) -> None:
    """Join the commands of this file to the parser."""
    commands.add_parser("migrate", help="bring all tables to this release").set_defaults(run=run_migrate)
    backup = commands.add_parser("backup", help="write everything into one file, while the server runs")
    backup.add_argument("file", type=Path, help="with --continuous: a folder")
    backup.add_argument("--continuous", action="store_true", help="keep copies and the log between them, until SIGTERM")
    backup.add_argument("--every", type=float, default=24.0, metavar="HOURS", help="between two copies")
    backup.add_argument("--copies", type=int, default=7, help="how many are kept, with the log from the oldest on")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="bring a backup back")
    restore.add_argument("file", type=Path, help="a backup's file, or the folder of a continuous one")
    restore.add_argument(
        "--to", type=moment, metavar="TIME", help="to this moment (ISO 8601), else to the last one kept"
    )
    restore.add_argument("--replace", action="store_true", help="put what is there now aside, under another name")
    restore.add_argument("--jobs", type=int, default=2)
    restore.set_defaults(run=run_restore)
    doctor = commands.add_parser("doctor", help="look for what is wrong and say what to do")
    doctor.set_defaults(run=run_doctor)


def moment(text: str) -> datetime:
    """A moment; without an offset it is the machine's time."""
    return datetime.fromisoformat(text).astimezone()


def run_migrate(_options: argparse.Namespace) -> int:
    """Migrate and name the schemas."""
    with surroundings() as place:
        for schema in asyncio.run(migrate(place.owner(), place.app_password)):
            print(f"{schema}: up to date")
    return 0


def run_backup(options: argparse.Namespace) -> int:
    """Write a backup and say how large it is, or keep one going."""
    if options.continuous:
        return keep_going(options)
    with surroundings() as place:
        size = backups.back_up(place, options.file)
    print(f"{options.file}: {size / (1 << 20):.1f} MB")
    return 0


def keep_going(options: argparse.Namespace) -> int:
    """Keep a continuous backup until told to end."""
    logs.configure("backup")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with surroundings() as place:
        every = timedelta(hours=options.every)
        backups_continuous.keep(place, options.file, every=every, copies=max(1, options.copies), stop=stop)
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """Restore, migrate to this release, and start new readers of the log."""
    if options.file.is_dir():
        kept = backups_continuous.restore_to(load_settings(), options.file, options.to, replace=options.replace)
        if kept is not None:
            print(f"what was there before is kept in {kept}; delete it when you are sure")
        print("restored")
        return 0
    if options.to is not None:
        raise backups.failed(
            "no_log", "a file holds one moment; name the folder of a continuous backup", file=str(options.file)
        )
    with surroundings() as place:
        aside = backups.restore(place, options.file, replace=options.replace, jobs=options.jobs)
    if aside is not None:
        print(f"what was there before is kept as database {aside}")
    print("restored")
    return 0


def run_doctor(_options: argparse.Namespace) -> int:
    """Print every finding; 1 when one of them is a failure."""
    findings = with_database(lazily("xingji.doctor", "examine"))
    signs = {"ok": "ok  ", "warning": "WARN", "failure": "FAIL"}
    for finding in findings:
        print(f"{signs[finding.level]}  {finding.subject}: {finding.text}")
        if finding.remedy:
            print(f"      → {finding.remedy}")
    return int(any(finding.level == "failure" for finding in findings))
