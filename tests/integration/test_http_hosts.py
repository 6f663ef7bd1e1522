"""Row 19, in part: no answer builds an address from the Host a request names, and no parameter sends anybody elsewhere."""

import re

import httpx
import pytest
import pytest_asyncio

from figures import figure
from integration.http_world import World, make_world
from leads_world import publish, source_token
from xingji.features.leads.intake.pages import qr_code
from xingji.kernel.http import routes_of

EVIL = "evil.example"
ELSEWHERE = (f"https://{EVIL}/", f"//{EVIL}", f"/\\{EVIL}", f"https:{EVIL}", f"javascript:alert('{EVIL}')", f"http://xingji.test@{EVIL}/", f"/%0d%0aLocation:https://{EVIL}")
NAMES = ("next", "redirect", "redirect_uri", "return", "return_to", "returnTo", "url", "to", "continue", "callback", "from", "back", "target", "goto")
POISON = {"host": EVIL, "x-forwarded-host": EVIL, "x-original-host": EVIL, "x-host": EVIL, "forwarded": f"host={EVIL};proto=https", "x-forwarded-server": EVIL, "referer": f"https://{EVIL}/"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace) -> World:
    return await make_world(database, workspace)


def led_away(answer: httpx.Response) -> bool:
    """Whether an answer sends its reader to the other host, or names it as an address."""
    if EVIL in answer.headers.get("location", "") or EVIL in answer.headers.get("refresh", "") or EVIL in answer.headers.get("set-cookie", ""):
        return True
    return bool(re.search(rf"https?:(//|\\/\\/){re.escape(EVIL)}", answer.text))


def address_of(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: {"object_key": "lead", "kind": "role", "key": "boss"}.get(found[1], "01a20397-94d7-7d9b-a95d-2d966645f8cf"), path)


async def test_no_route_takes_its_own_address_from_the_request_or_leads_elsewhere(world: World):
    found, asked = [], 0
    paths = sorted({address_of(path) for method, path, _ in routes_of(world.edge) if method == "GET" and not path.endswith("/live")} | {"/", "/sign-in", "/leads", "/metrics"})
    async with await world.browser("boss") as boss:
        for path in paths:
            answer = await boss.get(path, headers=POISON)
            asked += 1
            found += [f"{path}: host"] if led_away(answer) else []
            answer = await boss.get(path, params=dict(zip(NAMES, ELSEWHERE * 2, strict=False)))
            asked += 1
            found += [f"{path}: {answer.status_code} {answer.headers.get('location')}"] if led_away(answer) or answer.status_code in range(300, 400) else []
        for path, body in (("/api/v1/sign-in", {"login": "x", "password": "y"}), ("/api/v1/sign-out", {}), ("/api/v1/invite", {"person": "x", "login": "y"})):
            answer = await boss.post(path, params={"next": ELSEWHERE[0]}, json=body, headers={k: v for k, v in POISON.items() if k not in ("host", "referer")})
            asked += 1
            found += [f"{path}: post"] if led_away(answer) else []
    figure(19, f"{asked} requests with another host or a way elsewhere: {len(found)} led there")
    assert found == []


SITE = "https://crm.xingji.example"


@pytest.mark.parametrize("site", [None, SITE], ids=["unsaid", "said"])
async def test_pages_snippets_and_codes_of_a_source_lead_to_the_site_that_was_set_whatever_host_a_request_names(
    database, workspace, world: World, monkeypatch, site: str | None
):
    for name in ("XINGJI_PUBLIC_URL", "XINGJI_HOST", "XINGJI_PORT"):
        monkeypatch.delenv(name, raising=False)
    if site:
        monkeypatch.setenv("XINGJI_PUBLIC_URL", site + "/")
    await publish(database, workspace, "source", "hosted", {"via": "form"})
    await publish(database, workspace, "source", "scanned", {"via": "qr", "consent": "扫码页勾选"})
    form, code = [await source_token(database, workspace, source) for source in ("hosted", "scanned")]
    forged = {name: value for name, value in POISON.items() if name != "referer"}  # where a visitor came from is kept, as text
    async with world.anybody() as client:
        asked = {path: await client.get(path, headers=forged) for path in (f"/f/{form}", f"/f/{form}.js", f"/q/{code}", f"/q/{code}.svg")}
        honest = {path: await client.get(path) for path in asked}
    assert [answer.status_code for answer in asked.values()] == [200] * 4
    assert [path for path, answer in asked.items() if EVIL in answer.text or EVIL in str(answer.headers)] == []
    assert asked[f"/q/{code}.svg"].content == honest[f"/q/{code}.svg"].content
    assert asked[f"/q/{code}.svg"].content == qr_code(f"{site or 'http://127.0.0.1:8000'}/q/{code}").body
    assert f"new URL('{site or ''}/f/{form}', here.src)" in asked[f"/f/{form}.js"].text
    async with await world.browser("nobody") as person:
        assert (await person.get("/api/v1/session")).json()["workspace"]["site"] == site


def test_an_answer_that_leads_away_is_seen():
    """The control."""
    assert led_away(httpx.Response(302, headers={"location": ELSEWHERE[0]}))
    assert led_away(httpx.Response(200, text=f'<a href="https://{EVIL}/reset?token=1">'))
    assert not led_away(httpx.Response(200, text=f'"host": "{EVIL}"'))
