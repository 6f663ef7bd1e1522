"""What reading a delivery needs of the workspace, kept per revision of definitions and access. Owns only that cache."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xingji.features.leads.intake.payload import Place
from xingji.features.leads.intake.prepare import Ground, read_defaults
from xingji.features.leads.intake.sources import way_of
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.settings import load_settings
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.work.runtime import make_runtime
from xingji.kernel.work.vault import Vault, is_sealed, open_settings

_vaults: list[Vault] = []


def configure_vault(vault: Vault) -> None:
    """Hands in what seals and opens the secrets of sources in this process."""
    _vaults[:] = [vault]


def vault() -> Vault:
    """The vault of this process; made from the settings when none was handed in."""
    if not _vaults:
        _vaults.append(make_runtime(load_settings()).vault)
    return _vaults[0]


def opened(source: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A source's settings with their secrets in the clear. Raises: `secrets.unreadable`."""
    settings = document.get("settings") or {}
    way = way_of(dict(document))
    if way is None or not any(is_sealed(settings.get(name)) for name in way.secrets):
        return settings
    return open_settings(vault(), f"source.{source}", way.secrets, settings)


async def lead_ground(uow: UnitOfWork) -> Ground:
    """The ground of leads at this moment; the documents and regions from the cache, the clock from the unit of work."""
    published = await load_published(uow)
    state = uow.workspace
    key = ("leads.ground", state.key)
    revision = (published.rev, state.access_rev)
    held = uow.database.cache.get(key)
    if held is None or held[0] != revision:
        regions = {row["key"]: row["provinces"] for row in await uow.fetch("select key, provinces from region order by key")}
        sources = published.of_kind("source")
        fields = {field["key"]: field for field in (published.get("object", "lead") or {}).get("fields") or ()}
        settings, sealed = {}, set()
        for name, document in sources.items():
            try:
                settings[name] = opened(name, document)
            except XingjiError:  # one source whose secret does not open stops no other
                sealed.add(name)
        place = Place(state.zone, state.currency_decimals)
        defaults = {name: read_defaults(document, fields, place) for name, document in sources.items()}
        held = uow.database.cache[key] = (revision, Ground(sources, fields, regions, place, uow.now, settings, defaults, frozenset(sealed)))
    return replace(held[1], now=uow.now)
