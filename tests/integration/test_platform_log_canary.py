"""Secrets and what people sent never stand in a log: canaries in each, every line written, and looked for."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import asyncpg
import httpx
import pytest

from conftest import Addresses
from leads_world import publish, source_token
from serving import Served, free_port, served
from xingji import app
from xingji.features.leads.intake import ground
from xingji.kernel import access
from xingji.kernel.core.logs import JsonLines, without_values
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.db.embedded_processes import wait_until
from xingji.kernel.work import Outgoing, enqueue, process_runtime

KEY = "canary-key-7Qm2xWv9Lp4Zr8Tn3Ks6Hd1"
WEBHOOK = "whsec_Y2FuYXJ5LXdlYmhvb2stN1FtMnhXdjlMcDRacjhUbjM="
SECRETS = {
    name: f"canary-{name}-{n}x7Qm2xWv9"
    for n, name in enumerate(("password", "wrong", "url", "token", "query", "header", "body", "broken", "cookie"))
}


@pytest.fixture
async def prepared(
    db: Addresses, database: Database, workspace: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """The port a webhook points to, where nobody listens, and the tokens of two sources and an API client."""
    port = str(free_port())
    monkeypatch.setenv("XINGJI_SECRET_KEY", KEY)
    monkeypatch.setenv("XINGJI_ALLOW_PRIVATE_HTTP", f"127.0.0.1:{port}")
    process_runtime.cache_clear()
    monkeypatch.setattr(ground, "_vaults", [])  # secrets are sealed under the key of the program that is served below
    app.configure()
    login = await access.create_login(database, "canary@demo.example", SECRETS["password"], display="金丝雀(演示)")
    async with database.work(workspace, SYSTEM) as uow:
        await access.save_people(
            uow,
            {
                "units": [{"key": "u", "name": "组(演示)"}],
                "persons": [{"key": "p", "name": "员工(演示)", "unit": "u", "roles": ["admin"]}],
            },
        )
        person = await uow.fetchval("select id from person where key = 'p'")
    await access.bind_person(database, login, workspace, person)
    url = f"http://127.0.0.1:{port}/hook?key={SECRETS['url']}"
    await publish(
        database,
        workspace,
        "channel",
        "erp",
        {"channel": "webhook", "settings": {"url": url, "secret": WEBHOOK}},
    )
    await publish(
        database,
        workspace,
        "source",
        "oa",
        {"via": "wechat_oa", "consent": "授权", "settings": {"token": SECRETS["token"]}},
    )
    tokens = {source: await source_token(database, workspace, source) for source in ("web_form", "oa")}
    tokens["api"] = (await access.create_token(database, workspace, "api", "canary", person=person))[1]
    async with database.work(workspace, SYSTEM) as uow:
        await enqueue(
            uow, [Outgoing("erp", "canary", {"title": SECRETS["body"], "body": "演示", "type": "lead.reminded"}, {})]
        )
    yield port, tokens
    process_runtime.cache_clear()


def live_through(system: Served, tokens: dict[str, str]) -> None:
    """Signs in, rightly and wrongly, delivers well and badly, and asks with secrets in every place of a request."""
    with httpx.Client(base_url=system.base_url, timeout=30) as client:
        for word, status in ((SECRETS["wrong"], 401), (SECRETS["password"], 200)):
            answer = client.post("/api/v1/sign-in", json={"login": "canary@demo.example", "password": word})
            assert answer.status_code == status, answer.text
        session = dict(client.cookies)
        assert session
        tokens |= {f"cookie {name}": value for name, value in session.items()}
        own = {
            "authorization": f"Bearer {tokens['api']}",
            "x-canary": SECRETS["header"],
            "cookie": f"x={SECRETS['cookie']}",
        }
        assert client.get("/api/v1/session", headers=own).status_code == 200
        assert client.get(f"/api/v1/nowhere-at-all?secret={SECRETS['query']}", headers=own).status_code == 404
        form = f"/api/v1/intake/{tokens['web_form']}"
        taken = client.post(form, json={"name": SECRETS["body"], "mobile": "13800138000"})
        assert taken.status_code == 202, f"{taken.text}\n{system.log.read_text()[-3000:]}"
        assert client.post(form, content=b'{"name": "' + SECRETS["broken"].encode()).status_code >= 400
        signed = urlencode({"signature": SECRETS["query"], "timestamp": int(time.time()), "nonce": "n"})
        assert client.post(f"/api/v1/intake/{tokens['oa']}?{signed}", content=b"<xml/>").status_code == 401


async def test_no_secret_and_nothing_that_was_sent_stands_in_the_log(db, database, workspace, prepared):
    _, tokens = prepared
    variables = {
        "XINGJI_SECRET_KEY": KEY,
        "XINGJI_LOG_LEVEL": "DEBUG",
        "XINGJI_ALLOW_PRIVATE_HTTP": f"127.0.0.1:{prepared[0]}",
    }
    with served(db.owner_url, db.app_url, **variables) as system:
        live_through(system, tokens)
        assert wait_until(
            lambda: "/api/v1/nowhere-at-all" in system.log.read_text(), 10
        )  # the control: paths are written
        async with database.work(workspace) as uow:
            for _ in range(300):
                if await uow.fetchval("select attempts from outbox where dedupe = 'canary'"):
                    break
                await asyncio.sleep(0.1)
            else:
                raise AssertionError("the webhook was never tried")
        told = system.log.read_text()
    words = {"key": KEY, "mobile": "13800138000", "webhook": WEBHOOK, **SECRETS, **tokens}
    assert {name for name, word in words.items() if word in told} == set()


async def test_what_a_database_quotes_in_an_error_is_left_out(database, workspace, caplog):
    secret, log = SECRETS["body"], logging.getLogger("xingji.canary")
    statements = (
        ("insert into brand (key, name) values ($1, 'x'), ($1, 'y')", secret),
        ("select $1::text::uuid", secret),
        (
            "insert into receipt (id, source, delivery, occurred_at, status) values (gen_random_uuid(), $1, 'x', now(), 'odd')",
            secret,
        ),
    )
    for statement, value in statements:
        with pytest.raises(asyncpg.PostgresError, match=secret) as raised:  # the control: it is quoted
            async with database.work(workspace) as uow:
                await uow.execute(statement, value)
        log.error("it failed: %s", raised.value, exc_info=raised.value)
    lines = [JsonLines("web").format(record) for record in caplog.records if record.name == log.name]
    assert len(lines) == 3
    assert not [line for line in lines if secret in line]
    assert all("brand_pkey" in line for line in lines[:1])


def test_a_new_password_in_a_statement_is_left_out():
    assert (
        without_values("[SQL: alter role x password 'geheim']\n(Background")
        == "[SQL: alter role x password …]\n(Background"
    )
