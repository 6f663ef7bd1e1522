"""What sending needs in a process: the vault, the guard and the client. Owns their making from the settings."""

import os
import secrets
from dataclasses import dataclass, field

from xingji.kernel.core.settings import Settings
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.http_client import OutboundClient
from xingji.kernel.work.vault import Vault


@dataclass(slots=True)
class Runtime:
    """Made once per process and handed to the channel kind and the outbox."""

    vault: Vault
    guard: AddressGuard
    _client: OutboundClient | None = field(default=None)

    @property
    def client(self) -> OutboundClient:
        """The one client of this process, made at first use."""
        if self._client is None:
            self._client = OutboundClient(self.guard)
        return self._client

    async def close(self) -> None:
        """Ends the client's connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def make_runtime(settings: Settings) -> Runtime:
    """The runtime of these settings; without XINGJI_SECRET_KEY the key is a file of the data folder."""
    key = settings.secret_key or _kept_key(settings)
    return Runtime(Vault(key), AddressGuard(settings.allow_private_http))


def _kept_key(settings: Settings) -> str:
    path = settings.data_dir / "secret_key"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()
