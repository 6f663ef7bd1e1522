"""The routes of inbox, outbox and holidays: one's own rows, rights, and bad input without a 500."""

from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest_asyncio

from xingji.kernel import access
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.http import Identity, Parts, build_shell
from xingji.kernel.work import Notice, Outgoing, count_unread, enqueue, notify
from xingji.kernel.work.http import ROUTES

ROLES = {"admin": ["*"], "rep": []}


@pytest_asyncio.fixture(loop_scope="session")
async def clients(database, bare):
    async with database.work(bare) as uow:
        for table in ("outbox", "inbox", "definition"):
            await uow.execute(f"delete from {table}")
        for key, rights in ROLES.items():
            document = {"kind": "role", "key": key, "rows": {"default": "all"}, "rights": rights}
            await uow.execute(
                "insert into definition (id, kind, key, version, status, document) values ($1, 'role', $2, 1, 'published', $3)",
                uuid4(), key, document,
            )  # fmt: skip
        await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
        persons = [{"key": key, "name": f"{key}(演示)", "unit": "root", "roles": [key]} for key in ROLES]
        ids = await access.save_people(uow, {"units": [{"key": "root", "name": "总部"}], "persons": persons})

    async def authenticate(_database, cookie, bearer) -> Identity:
        if bearer not in ids:
            raise XingjiError("token.unknown", ErrorKind.UNAUTHENTICATED)
        async with database.work(bare) as uow:
            actor = await access.actor_for_person(uow, ids[bearer])
        return Identity(bare, actor, f"login:{bearer}")

    parts = Parts(authenticate, access.require, ROUTES, {}, [], [], SimpleNamespace(unread=count_unread))
    transport = httpx.ASGITransport(build_shell(database, parts))
    made = {
        key: httpx.AsyncClient(transport=transport, base_url="http://test", headers={"authorization": f"Bearer {key}"})
        for key in ids
    }
    made["ids"], made["work"] = ids, lambda: database.work(bare)
    yield made
    for key in ROLES:
        await made[key].aclose()


async def test_the_inbox_pages_without_gap_or_repeat_and_counts_what_is_unread(clients):
    async with clients["work"]() as uow:
        await notify(uow, [Notice(clients["ids"]["rep"], "reminder", f"n{n}") for n in range(7)])
        await notify(uow, [Notice(clients["ids"]["admin"], "reminder", "not theirs")])
    seen, after = [], ""
    for _ in range(4):
        page = (await clients["rep"].get("/api/v1/inbox", params={"limit": 3, "after": after})).json()
        seen += [row["title"] for row in page["rows"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == [f"n{n}" for n in range(7)]
    assert page["unread"] == 7
    read = await clients["rep"].post("/api/v1/inbox/read", json={"ids": [page["rows"][0]["id"]]})
    assert read.json() == {"marked": 1, "unread": 6}
    assert (await clients["rep"].post("/api/v1/inbox/read", json={"all": True})).json()["unread"] == 0
    assert (await clients["admin"].get("/api/v1/inbox")).json()["unread"] == 1


async def test_dead_letters_are_seen_and_sent_again_by_those_with_the_right_only(clients):
    async with clients["work"]() as uow:
        await enqueue(uow, [Outgoing("gone", "d1", {"title": "失败的消息"})])
        await uow.execute("update outbox set status = 'dead', error = '93000: invalid webhook url'")
    assert (await clients["rep"].get("/api/v1/outbox")).status_code == 403
    page = (await clients["admin"].get("/api/v1/outbox", params={"status": "dead"})).json()
    (row,) = page["rows"]
    assert (row["message"]["title"], row["error"]) == ("失败的消息", "93000: invalid webhook url")
    assert page["channels"]["gone"]["dead"] == 1
    path = f"/api/v1/outbox/{row['id']}/resend"
    assert (await clients["rep"].post(path)).status_code == 403
    assert (await clients["admin"].post(path)).json()["status"] == "waiting"
    assert (await clients["admin"].post(path)).status_code == 404
    async with clients["work"]() as uow:
        assert await uow.fetchval("select count(*) from audit where action = 'outbox.resent'") == 1


async def test_a_test_message_goes_over_a_published_channel_only(clients):
    assert (await clients["admin"].post("/api/v1/channels/nowhere/test")).status_code == 404
    assert (await clients["rep"].post("/api/v1/channels/nowhere/test")).status_code == 403


async def test_a_year_without_holiday_data_says_so_until_somebody_enters_it(clients):
    year = {"params": {"year": 2031}}
    assert (await clients["rep"].get("/api/v1/public-holidays", **year)).json()["known"] is False
    days = {"days": [{"day": "2031-01-01", "works": False, "name": "元旦(演示)"}, {"day": "2031-01-04", "works": True}]}
    assert (await clients["rep"].post("/api/v1/public-holidays", json=days)).status_code == 403
    assert (await clients["admin"].post("/api/v1/public-holidays", json=days)).json() == {"changed": 2}
    answer = (await clients["rep"].get("/api/v1/public-holidays", **year)).json()
    assert answer["known"] is True
    assert [(row["day"], row["works"]) for row in answer["rows"]] == [("2031-01-01", False), ("2031-01-04", True)]


BAD_INPUT = [
    ("GET", "/api/v1/inbox?after=x", None),
    ("GET", "/api/v1/inbox?after=WzEsMl0=", None),
    ("GET", "/api/v1/inbox?after=WyIyMDI2LTAxLTAxIiwgIngiXQ==", None),
    ("GET", "/api/v1/inbox?after=%F0%9F%92%A9", None),
    ("GET", "/api/v1/inbox?limit=0", None),
    ("GET", "/api/v1/inbox?limit=9999999999999999999999", None),
    ("GET", "/api/v1/inbox?kind=%00", None),
    ("GET", "/api/v1/outbox?before=99999999999999999999999", None),
    ("GET", "/api/v1/outbox?status=%00", None),
    ("POST", "/api/v1/outbox/99999999999999999999999/resend", None),
    ("GET", "/api/v1/public-holidays?year=0", None),
    ("POST", "/api/v1/channels/%00/test", None),
    ("POST", "/api/v1/inbox/read", {"ids": ["x"]}),
    ("POST", "/api/v1/inbox/read", {"ids": [], "more": 1}),
    ("POST", "/api/v1/inbox/read", []),
    ("POST", "/api/v1/public-holidays", {"days": []}),
    ("POST", "/api/v1/public-holidays", {"days": [{"day": "2026-02-30", "works": True}]}),
    ("POST", "/api/v1/public-holidays", {"days": [{"day": "2026-02-28", "works": True, "name": "\x00"}]}),
]


async def test_everybody_says_for_themselves_when_they_may_be_disturbed(clients):
    first = (await clients["rep"].get("/api/v1/notices/settings")).json()
    assert (first["settings"]["quiet"], first["settings"]["most_per_hour"], first["held"]) == ({"mode": "none"}, 10, 0)
    wanted = {"muted": ["mention"], "channels_off": [], "quiet": {"mode": "hours", "from": "20:00", "to": "08:30"}, "most_per_hour": 3}
    assert (await clients["rep"].put("/api/v1/notices/settings", json=wanted)).json()["settings"] == wanted
    refused = await clients["rep"].put("/api/v1/notices/settings", json={**wanted, "muted": ["moon"], "most_per_hour": 0})
    assert (refused.status_code, {one["path"] for one in refused.json()["problems"]}) == (422, {"muted.0", "most_per_hour"})
    assert (await clients["rep"].get("/api/v1/notices/settings")).json()["settings"] == wanted
    assert (await clients["admin"].get("/api/v1/notices/settings")).json()["settings"]["most_per_hour"] == 10


async def test_bad_input_is_refused_and_never_a_500(clients):
    for method, path, body in BAD_INPUT:
        answer = await clients["admin"].request(method, path, json=body)
        assert 400 <= answer.status_code < 500, (method, path, body, answer.text)
        assert answer.json()["code"]
