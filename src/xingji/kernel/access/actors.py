"""Who acts: a person with compiled policy, reach and brands. Owns the actor cache; sessions and tokens are in `logins`."""

from typing import Any
from uuid import UUID

from xingji.kernel.access.policy import RolePolicy
from xingji.kernel.core.errors import not_found
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions.published import load_published

CACHE_LIMIT = 5_000

REACH = """
with me as (select * from person where id = $1),
 headed as (select distinct r.unit from unit u join unit_reach r on r.ancestor = u.id where u.head = $1 and u.closed_at is null),
 units as (select unit from headed union select unit from me where unit is not null),
 line as (
   with recursive below(id) as (
     select id from person where manager = $1 union select p.id from person p join below b on p.manager = b.id)
   select id from below),
 people as (select $1::uuid as id union select p.id from person p join headed h on p.unit = h.unit union select id from line)
select me.id, me.name, me.roles, me.brands, me.left_on,
  array(select id from people order by id) as people,
  array(select unit from units order by unit) as units,
  array(select distinct u.region from units x join unit_reach r on r.unit = x.unit join unit u on u.id = r.ancestor
         where u.region is not null order by 1) as regions,
  array(select distinct u.brand from units x join unit_reach r on r.unit = x.unit join unit u on u.id = r.ancestor
         where u.brand is not null order by 1) as unit_brands,
  array(select distinct u.brand from unit_reach r join unit u on u.id = r.ancestor
         where r.unit = me.unit and u.brand is not null order by 1) as home_brands,
  array(select key from brand order by key) as all_brands,
  array(select key from brand where isolated order by key) as isolated
from me"""


async def actor_for_person(
    uow: UnitOfWork, person: UUID, *, login: UUID | None = None, scopes: frozenset[str] | None = None
) -> Actor:
    """The actor of a person, with policy, the people and units within reach, and brands.

    Cached per revision of access and definitions, so revoked rights are gone at the next unit of work.
    Raises: `person.unknown` for nobody, or somebody who left.
    """
    state = uow.workspace
    cache: dict[Any, Any] = uow.database.cache.setdefault(("actors", state.key), {})
    revision = (state.access_rev, state.definitions_rev)
    if cache.get("revision") != revision or len(cache) > CACHE_LIMIT:
        cache.clear()
        cache["revision"] = revision
    key = (person, login, scopes)
    if key not in cache:
        cache[key] = await _build(uow, person, login, scopes)
    return cache[key]


async def _build(uow: UnitOfWork, person: UUID, login: UUID | None, scopes: frozenset[str] | None) -> Actor:
    row = await uow.fetchrow(REACH, person)
    if row is None or (row["left_on"] and row["left_on"] <= uow.now.astimezone(uow.workspace.zone).date()):
        raise not_found("person.unknown")
    published = await load_published(uow)
    documents = tuple(d for d in (published.get("role", key) for key in row["roles"]) if d is not None)
    open_policy = RolePolicy(documents)
    brands = (
        None
        if open_policy.may("brands.all")
        else brands_of(row["brands"], row["home_brands"], row["unit_brands"], row["all_brands"], row["isolated"])
    )
    return Actor(
        kind="token" if scopes is not None else "person",
        person=person,
        login=login,
        name=row["name"],
        roles=tuple(row["roles"]),
        units=tuple(row["units"]),
        people=tuple(row["people"]),
        regions=tuple(row["regions"]),
        brands=brands,
        scopes=scopes,
        policy=RolePolicy(documents, brands),
    )


def brands_of(
    own: list[str] | None, home: list[str], reached: list[str], every: list[str], isolated: list[str]
) -> tuple[str, ...] | None:
    """The brands an actor may see; None means all. Isolated brands only for those named on them or above their units.

    `home` are the brands of one's own unit, `reached` those of every unit one heads too.
    """
    if own is not None:
        allowed = set(own)
    elif home and set(reached) <= set(isolated):
        allowed = set(reached)  # whoever works inside an isolated brand alone sees that brand alone
    else:
        allowed = (set(every) - set(isolated)) | set(reached)
    return None if allowed >= set(every) else tuple(sorted(allowed))
