"""A workspace with three people who can sign in, and browsers and tokens of theirs. For tests over HTTP."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from xingji import app
from xingji.kernel import access
from xingji.kernel import definitions as life
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.http import Limits

PASSWORD = "correct horse 演示"
ROLES = {
    "boss": {"rows": "all", "rights": ["*"], "home": "workbench"},
    "helper": {"rows": "own", "rights": ["definitions.read"], "home": "workbench"},
    "nobody": {"rows": "none", "rights": []},
}
NO_LIMITS = Limits(0)


@dataclass
class World:
    """The web application on a database, and who may use it."""

    database: Database
    workspace: str
    edge: Any
    people: dict[str, UUID] = field(default_factory=dict)
    _sessions: dict[str, tuple[httpx.Cookies, str]] = field(default_factory=dict)

    def anybody(self) -> httpx.AsyncClient:
        """A browser nobody signed in with."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.edge), base_url="http://xingji.test")

    async def browser(self, name: str) -> httpx.AsyncClient:
        """A browser signed in as this person, with the CSRF value on every request."""
        if name not in self._sessions:
            self._sessions[name] = await self._sign_in(name)
        client = self.anybody()
        cookies, csrf = self._sessions[name]
        client.cookies.update(cookies)
        client.headers["x-csrf-token"] = csrf
        return client

    async def _sign_in(self, name: str) -> tuple[httpx.Cookies, str]:
        credentials = {"login": login_of(self.workspace, name), "password": PASSWORD, "workspace": self.workspace}
        async with self.anybody() as client:
            answer = await client.post("/api/v1/sign-in", json=credentials)
        assert answer.status_code == 200, answer.text
        return client.cookies, answer.json()["csrf"]

    async def with_token(self, name: str, *scopes: str) -> httpx.AsyncClient:
        """A client with an API token of this person."""
        _, token = await access.create_token(
            self.database, self.workspace, "api", "test", person=self.people[name], scopes=scopes
        )
        client = self.anybody()
        client.headers["authorization"] = f"Bearer {token}"
        return client

    async def digest(self) -> dict[str, str]:
        """A digest of every table of the workspace, to see whether anything changed."""
        async with self.database.work(self.workspace, SYSTEM, read_only=True) as uow:
            names = await uow.fetch(
                "select table_name from information_schema.tables where table_schema = $1 and table_type = 'BASE TABLE'",
                uow.workspace.schema,
            )
            return {
                row["table_name"]: await uow.fetchval(
                    f"""select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from "{row["table_name"]}" t"""
                )
                for row in names
            }


def login_of(workspace: str, name: str) -> str:
    return f"{name}.{workspace}@example.test"


async def make_world(database: Database, workspace: str, limits: Limits = NO_LIMITS, edge: Any = None) -> World:
    """Roles boss (everything), helper (reads definitions) and nobody, each with a person of that name and a login."""
    app.configure()
    async with database.work(workspace) as uow:
        for key, role in ROLES.items():
            await life.save_draft(uow, "role", key, {"name": {"zh": key, "en": key}, **role})
    await life.publish(database, workspace, SYSTEM, [("role", key) for key in ROLES])
    async with database.work(workspace) as uow:
        ids = await access.save_people(
            uow,
            {
                "units": [{"key": "shop_floor", "name": "一部（演示）"}],
                "persons": [
                    {"key": key, "name": f"{key}（演示）", "unit": "shop_floor", "roles": [key]} for key in ROLES
                ],
            },
        )
    for key in ROLES:
        login = await access.create_login(database, login_of(workspace, key), PASSWORD)
        await access.bind_person(database, login, workspace, ids[key])
    return World(database, workspace, edge or app.build_web(database, limits), ids)


def new_key() -> str:
    """A fresh idempotency key."""
    return secrets.token_hex(8)
