"""Commands about the database as a whole: migrate, backup, restore, doctor."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from xingji import backups
from xingji.commands.calling import lazily, with_database
from xingji.environment import surroundings
from xingji.kernel.db.migrate import migrate


def add_commands(commands: Any) -> None:
    """Join the commands of this file to the parser."""
    commands.add_parser("migrate", help="bring all tables to this release").set_defaults(run=run_migrate)
    backup = commands.add_parser("backup", help="write everything into one file, while the server runs")
    backup.add_argument("file", type=Path)
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="bring a backup back")
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="put what is there now aside, under another name")
    restore.add_argument("--jobs", type=int, default=2)
    restore.set_defaults(run=run_restore)
    doctor = commands.add_parser("doctor", help="look for what is wrong and say what to do")
    doctor.set_defaults(run=run_doctor)


def run_migrate(_options: argparse.Namespace) -> int:
    """Migrate and name the schemas."""
    with surroundings() as place:
        for schema in asyncio.run(migrate(place.owner(), place.app_password)):
            print(f"{schema}: up to date")
    return 0


def run_backup(options: argparse.Namespace) -> int:
    """Write a backup and say how large it is."""
    with surroundings() as place:
        size = backups.back_up(place, options.file)
    print(f"{options.file}: {size / (1 << 20):.1f} MB")
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """Restore, migrate to this release, and start new readers of the log."""
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
