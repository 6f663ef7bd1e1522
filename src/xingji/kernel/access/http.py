"""HTTP routes of people, units, absences, invitations, tokens and the audit log."""

import secrets
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.params import Parameter

from xingji.kernel.access import logins, tokens
from xingji.kernel.access.audit import audit
from xingji.kernel.access.people import add_absence, save_people, touch_access, unreachable
from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError, invalid, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import Here, needs

READ, WRITE, TOKENS = needs("people.read"), needs("people.write"), needs("tokens.write")
Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
Text = Annotated[str, msgspec.Meta(max_length=200, pattern="^[^\\x00]*$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern="^[^\\x00]+$")]


class PersonBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A person, new or replaced as a whole; unit and manager are keys."""

    key: Key
    name: Name
    title: Text = ""
    unit: Key | None = None
    manager: Key | None = None
    roles: Annotated[list[Key], msgspec.Meta(max_length=50)] = []
    tags: Annotated[list[Text], msgspec.Meta(max_length=100)] = []
    brands: Annotated[list[Key], msgspec.Meta(max_length=100)] | None = None
    phone: Text | None = None
    email: Text | None = None
    calendar: Key | None = None
    capacity: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    joined_on: date | None = None


class UnitBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A unit, new or replaced as a whole; parent and head are keys."""

    key: Key
    name: Name
    parent: Key | None = None
    head: Key | None = None
    brand: Key | None = None
    region: Key | None = None


class AbsenceBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who is away from when to when."""

    person: UUID
    starts: datetime
    ends: datetime
    reason: Text = ""


class LeaveBody(msgspec.Struct, forbid_unknown_fields=True):
    """The first day on which the person is no longer here."""

    on: date


class InviteBody(msgspec.Struct, forbid_unknown_fields=True):
    """The person to let in, and the phone or e-mail to sign in with."""

    person: UUID
    login: Name


class TokenBody(msgspec.Struct, forbid_unknown_fields=True):
    """A token of kind `api` acts as its maker within its scopes; one of kind `source` brings leads of that source."""

    name: Name
    type: Annotated[str, msgspec.Meta(pattern="^(api|source)$")] = "api"
    scopes: list[Text] = []
    source: Key | None = None
    expires_at: datetime | None = None


@get("/api/v1/people", opt=READ, tags=["people"])
async def list_people(here: Here) -> dict[str, Any]:
    """Everybody, by name, with login and running absence."""
    logins_of = await logins.people_with_login(here.database, here.workspace)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        rows = await uow.fetch(
            """select p.id, p.key, p.name, p.title, p.unit, u.name as unit_name, p.manager, p.roles, p.tags, p.brands, p.phone,
                p.email, p.calendar, p.capacity, p.joined_on, p.left_on,
                (select max(a.ends) from absence a where a.person = p.id and a.starts <= $1 and a.ends > $1) as absent_until
              from person p left join unit u on u.id = p.unit order by p.name, p.id""",
            uow.now,
        )  # fmt: skip
        return {"rows": [{**dict(row), "login": logins_of.get(row["id"])} for row in rows]}

    return await here.read(command)


@post("/api/v1/people", opt=WRITE, tags=["people"], status_code=200)
async def save_person(here: Here, data: PersonBody) -> dict[str, Any]:
    """The person is as the body says."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        if wrong := unreachable(data.phone, data.email):
            raise invalid("people.invalid", wrong)
        await _known_words(uow, "brand", "brands", data.brands or [])
        ids = await save_people(uow, {"persons": [msgspec.to_builtins(data)]})
        await audit(uow, "person.saved", object_key="person", record=ids[data.key], roles=list(data.roles), ip=here.ip)
        return {"id": ids[data.key]}

    return await here.run(command)


@post("/api/v1/people/{id:uuid}/leave", opt=WRITE, tags=["people"], status_code=200)
async def leave(here: Here, id: UUID, data: LeaveBody) -> dict[str, Any]:
    """The person leaves: sign-in, sessions and tokens end at once."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        if await uow.execute("update person set left_on = $2 where id = $1", id, data.on) == "UPDATE 0":
            raise not_found("person.unknown")
        await touch_access(uow)
        await audit(uow, "person.left", object_key="person", record=id, on=data.on.isoformat(), ip=here.ip)
        return {"id": id, "left_on": data.on}

    left = await here.run(command)
    await logins.unbind_person(here.database, here.workspace, id)
    return left


@get("/api/v1/units", opt=READ, tags=["people"])
async def list_units(here: Here) -> dict[str, Any]:
    """The organisation tree, with brands and regions."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        units = await uow.fetch(
            "select id, key, name, parent, head, brand, region from unit where closed_at is null order by name, key"
        )
        brands = await uow.fetch("select key, name, isolated from brand order by key")
        regions = await uow.fetch("select key, name, provinces from region order by key")
        return {"rows": _rows(units), "brands": _rows(brands), "regions": _rows(regions)}

    return await here.read(command)


@post("/api/v1/units", opt=WRITE, tags=["people"], status_code=200)
async def save_unit(here: Here, data: UnitBody) -> dict[str, Any]:
    """The unit is as the body says."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        await _known_words(uow, "brand", "brand", [data.brand] if data.brand else [])
        await _known_words(uow, "region", "region", [data.region] if data.region else [])
        ids = await save_people(uow, {"units": [msgspec.to_builtins(data)]})
        await audit(uow, "unit.saved", object_key="unit", record=ids[data.key], ip=here.ip)
        return {"id": ids[data.key]}

    return await here.run(command)


@get("/api/v1/absences", opt=READ, tags=["people"])
async def list_absences(here: Here) -> dict[str, Any]:
    """Absences that are running or to come."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        rows = await uow.fetch(
            """select a.id, a.person, p.name, a.starts, a.ends, a.reason from absence a join person p on p.id = a.person
              where a.ends > $1 order by a.starts, a.id limit 2000""",
            uow.now,
        )  # fmt: skip
        return {"rows": _rows(rows)}

    return await here.read(command)


@post("/api/v1/absences", opt=WRITE, tags=["people"], status_code=200)
async def save_absence(here: Here, data: AbsenceBody) -> dict[str, Any]:
    """Records an absence; dispatch passes the person over meanwhile."""
    if data.starts.tzinfo is None or data.ends.tzinfo is None:
        raise invalid("http.zone_missing", [Problem("http.zone_missing", "starts")])

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        if not await uow.fetchval("select 1 from person where id = $1", data.person):
            raise not_found("person.unknown")
        return {"id": await add_absence(uow, data.person, data.starts, data.ends, data.reason)}

    return await here.run(command)


@delete("/api/v1/absences/{id:uuid}", opt=WRITE, tags=["people"])
async def delete_absence(here: Here, id: UUID) -> None:
    """The absence is off."""

    async def command(uow: UnitOfWork) -> None:
        if await uow.execute("delete from absence where id = $1", id) == "DELETE 0":
            raise not_found("absence.unknown")

    await here.run(command)


@post("/api/v1/invite", opt=WRITE, tags=["people"], status_code=200)
async def invite(here: Here, data: InviteBody) -> dict[str, Any]:
    """Lets a person sign in; a new login's first password is answered once, for handing over."""
    if not await here.read(lambda uow: uow.fetchval("select 1 from person where id = $1 and left_on is null", data.person)):
        raise not_found("person.unknown")
    phone, email = logins.normal_name(data.login)
    if unreachable(phone, email):
        raise invalid("people.invalid", [Problem("login.form", "login", {"value": data.login[:80]})])
    password: str | None = secrets.token_urlsafe(9)
    try:
        login = await logins.create_login(here.database, data.login, password or "")
    except XingjiError as refusal:
        if refusal.code != "login.exists":
            raise
        password = None
        login = await here.database.pool.fetchval("select id from xingji.login where phone = $1 or email = $2", phone, email)
    await logins.bind_person(here.database, login, here.workspace, data.person)
    await here.read(lambda uow: audit(uow, "person.invited", object_key="person", record=data.person, ip=here.ip))
    return {"person": data.person, "password": password}


@get("/api/v1/api-tokens", opt=TOKENS, tags=["tokens"])
async def list_tokens(here: Here, type: Annotated[str | None, Parameter(pattern="^(api|source)$")] = None) -> dict[str, Any]:
    """All tokens without their secrets, newest first, and the scopes there are."""
    return {"rows": await tokens.list_tokens(here.database, here.workspace, type), "scopes": tokens.SCOPES}


@post("/api/v1/api-tokens", opt=TOKENS, tags=["tokens"], status_code=201)
async def make_token(here: Here, data: TokenBody) -> dict[str, Any]:
    """A new token, shown this once."""
    if here.actor.kind == "token":
        raise XingjiError("access.token_scope", ErrorKind.FORBIDDEN, who="a signed-in person")
    unknown = [scope for scope in data.scopes if scope.split(":", 1)[0] not in tokens.SCOPES]
    if unknown:
        raise invalid("token.unknown_scope", [Problem("token.unknown_scope", "scopes", {"scopes": unknown})])
    if (data.type == "source") != (data.source is not None):
        raise invalid("token.source_and_type", [Problem("token.source_and_type", "source")])
    if data.expires_at is not None and data.expires_at.tzinfo is None:
        raise invalid("http.zone_missing", [Problem("http.zone_missing", "expires_at")])
    token_id, token = await tokens.create_token(
        here.database, here.workspace, data.type, data.name, person=here.actor.person if data.type == "api" else None,
        source=data.source, scopes=data.scopes, expires_at=data.expires_at,
    )  # fmt: skip
    await here.read(lambda uow: audit(uow, "token.made", token=str(token_id), name=data.name, ip=here.ip))
    return {"id": token_id, "token": token}


@delete("/api/v1/api-tokens/{id:uuid}", opt=TOKENS, tags=["tokens"])
async def revoke_token(here: Here, id: UUID) -> None:
    """The token ends at once."""
    if not await tokens.revoke_token(here.database, here.workspace, id):
        raise not_found("token.unknown")
    await here.read(lambda uow: audit(uow, "token.revoked", token=str(id), ip=here.ip))


@get("/api/v1/audit", opt=needs("audit.read"), tags=["audit"])
async def list_audit(
    here: Here,
    action: Annotated[str | None, Parameter(max_length=100)] = None,
    person: UUID | None = None,
    after: Annotated[int | None, Parameter(ge=0, le=2**63 - 1)] = None,
    limit: Annotated[int, Parameter(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """The audit log, newest first; `named`: the definition a line is about, by its name; `next` goes on as `after`."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        rows = await uow.fetch(
            """select a.id, a.at, a.person, p.name as person_name, a.actor, a.action, a.object, a.record, a.data, a.ip,
                s.seq as sealed, d.document -> 'name' as named
              from audit a left join audit_seal s on s.audit_id = a.id left join person p on p.id = a.person
                left join definition d on d.status = 'published'
                  and d.kind = split_part(a.object, '/', 1) and d.key = split_part(a.object, '/', 2)
              where ($1::text is null or a.action = $1) and ($2::uuid is null or a.person = $2)
                and ($3::bigint is null or a.id < $3) order by a.id desc limit $4""",
            action, person, after, limit,
        )  # fmt: skip
        return {"rows": _rows(rows), "next": rows[-1]["id"] if len(rows) == limit else None}

    return await here.read(command)


async def _known_words(uow: UnitOfWork, table: str, path: str, keys: list[str]) -> None:
    """Passes when all keys stand in the table (brand or region). Raises: `people.invalid`."""
    known = {row["key"] for row in await uow.fetch(f"select key from {table}")}
    missing = [Problem("people.unknown_key", path, {"key": key}) for key in keys if key not in known]
    if missing:
        raise invalid("people.invalid", missing)


def _rows(rows: list[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


ROUTES = [
    list_people, save_person, leave, list_units, save_unit, list_absences, save_absence, delete_absence, invite,
    list_tokens, make_token, revoke_token, list_audit,
]  # fmt: skip
