"""What a command needs before it can speak to a database: addresses, secrets, an embedded server where none is named.

Owns where these come from; never what is done with them.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.settings import Settings, load_settings
from xingji.kernel.db.embedded import APP_ROLE, EmbeddedServer, running


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where everything is, for this process and its children."""

    settings: Settings
    secret_key: str
    app_url: str
    app_password: str | None
    owner_url: str | None
    server: EmbeddedServer | None

    def owner(self) -> str:
        """The owner's address. Raises: `database.no_owner`."""
        if self.owner_url is None:
            raise XingjiError(
                "database.no_owner", ErrorKind.UNAVAILABLE, remedy="set XINGJI_DATABASE_URL to the owner's address"
            )
        return self.owner_url

    def variables(self, *, owner: bool) -> dict[str, str]:
        """The environment of a child; the owner's address only for those that run DDL."""
        own = {key: value for key, value in os.environ.items() if key != "XINGJI_DATABASE_URL"}
        own |= {
            "XINGJI_APP_DATABASE_URL": self.app_url,
            "XINGJI_SECRET_KEY": self.secret_key,
            "XINGJI_DATA_DIR": str(self.settings.data_dir),
            "OMP_NUM_THREADS": "1",
        }
        if owner and self.owner_url is not None:
            own["XINGJI_DATABASE_URL"] = self.owner_url
        return own


def stored_secret(folder: Path, name: str) -> str:
    """A random secret that is made once and kept in a file only we can read."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secret := secrets.token_urlsafe(48))
    return secret


def app_address(owner_url: str, secret_key: str) -> tuple[str, str]:
    """The web role's address beside the owner's, and its password: the same on every machine that knows the owner's."""
    parts = urlsplit(owner_url)
    basis = unquote(parts.password) if parts.password else secret_key
    password = hmac.new(basis.encode(), APP_ROLE.encode(), hashlib.sha256).hexdigest()
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{APP_ROLE}:{quote(password)}@{place}")), password


@contextmanager
def surroundings(settings: Settings | None = None) -> Iterator[Surroundings]:
    """Everything a command needs; an embedded server lives as long as the block, unless another process keeps it."""
    settings = settings or load_settings()
    if settings.database_url is None and settings.app_database_url is None:
        with running(settings.data_dir) as server:
            yield Surroundings(
                settings=settings,
                secret_key=settings.secret_key or stored_secret(settings.data_dir, "secret-key"),
                app_url=server.app_url(),
                app_password=server.app_password(),
                owner_url=server.owner_url(),
                server=server,
            )
        return
    secret_key = settings.secret_key or stored_secret(settings.data_dir, "secret-key")
    app_url, password = settings.app_database_url, None
    if app_url is None and settings.database_url is not None:
        app_url, password = app_address(settings.database_url, secret_key)
    yield Surroundings(settings, secret_key, app_url or "", password, settings.database_url, server=None)
