"""What sending needs in a process: the vault, the guard and the client. Owns their making from the settings."""

import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from xingji.kernel.core.settings import Settings, load_settings
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.http_client import OutboundClient
from xingji.kernel.work.vault import Vault


class Runtime:
    """Made once per process and handed to the channel kind and the outbox; the key is asked for at first use."""

    def __init__(self, secret_key: Callable[[], str], guard: AddressGuard) -> None:
        self.guard = guard
        self._secret_key = secret_key
        self._vault: Vault | None = None
        self._client: OutboundClient | None = None

    @property
    def vault(self) -> Vault:
        """Seals and opens the secrets of settings."""
        if self._vault is None:
            self._vault = Vault(self._secret_key())
        return self._vault

    @property
    def client(self) -> OutboundClient:
        """The one client of this process."""
        if self._client is None:
            self._client = OutboundClient(self.guard)
        return self._client

    async def close(self) -> None:
        """Ends the client's connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def make_runtime(settings: Settings) -> Runtime:
    """The runtime of these settings; without XINGJI_SECRET_KEY the key is the one kept in the data folder."""
    given = settings.secret_key
    return Runtime(lambda: given or _kept_key(settings.data_dir), AddressGuard(settings.allow_private_http))


@lru_cache(maxsize=1)
def process_runtime() -> Runtime:
    """The runtime of this process, by its environment."""
    return make_runtime(load_settings())


def _kept_key(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w") as file:
        file.write(key := secrets.token_urlsafe(48))
    return key
