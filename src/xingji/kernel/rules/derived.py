"""Rules that other definitions say in their own words: they run, are limited and traced as any rule, and are edited there.

Owns the list of those who bring them; knows none by name.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xingji.kernel.db.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class Derived:
    """A rule's document made from another definition; `key` says from which, `version` is that definition's."""

    key: str
    version: int
    document: Mapping[str, Any]


Source = Callable[[UnitOfWork], Awaitable[Sequence[Derived]]]
_sources: dict[str, Source] = {}


def configure_derived(name: str, source: Source) -> None:
    """Joins a kind of definition that brings rules; asked once per revision."""
    _sources[name] = source


async def derived_rules(uow: UnitOfWork) -> list[Derived]:
    """The rules of all sources."""
    return [one for source in _sources.values() for one in await source(uow)]
