"""Units, persons, lines of management, logins, tokens and the audit chain on a real database."""

import time
from datetime import timedelta

import asyncpg
import pytest

from xingji.kernel import access
from xingji.kernel.access.logins import totp_at
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import Actor

PEOPLE = {
    "brands": [{"key": "lilan", "name": "砺澜(演示)"}, {"key": "global", "name": "海外(演示)", "isolated": True}],
    "regions": [{"key": "east", "name": "华东", "provinces": ["310000", "320000"]}],
    "units": [
        {"key": "root", "name": "总部", "head": "boss"},
        {"key": "east", "name": "华东大区", "parent": "root", "head": "manager", "region": "east"},
        {"key": "team", "name": "江浙沪组", "parent": "east", "head": "lead"},
        {"key": "abroad", "name": "海外部", "parent": "root", "brand": "global"},
    ],
    "persons": [
        {"key": "boss", "name": "贺总(演示)", "unit": "root", "roles": ["gm"]},
        {"key": "manager", "name": "顾经理(演示)", "unit": "east", "roles": ["supervisor"]},
        {"key": "lead", "name": "程主管(演示)", "unit": "team", "roles": ["supervisor"]},
        {"key": "rep", "name": "张销售(演示)", "unit": "team", "roles": ["rep"]},
        {"key": "trader", "name": "方外贸(演示)", "unit": "abroad", "roles": ["rep"]},
        {"key": "helper", "name": "苏助理(演示)", "unit": "root", "manager": "manager", "roles": ["rep"]},
    ],
}
PASSWORD = "a long enough one"


@pytest.fixture(scope="module")
async def ids(database, bare):
    async with database.work(bare) as uow:
        return await access.save_people(uow, PEOPLE)


async def actor(database, bare, person) -> Actor:
    async with database.work(bare) as uow:
        return await access.actor_for_person(uow, person)


async def test_reach_follows_heads_and_line_managers(database, bare, ids):
    reach = {key: set((await actor(database, bare, ids[key])).people) for key in ("boss", "manager", "lead", "rep")}
    assert reach["rep"] == {ids["rep"]}
    assert reach["lead"] == {ids["lead"], ids["rep"]}
    assert reach["manager"] == {ids["manager"], ids["lead"], ids["rep"], ids["helper"]}
    assert len(reach["boss"]) == 6


async def test_the_next_person_up_is_the_line_manager_else_the_nearest_other_head(database, bare, ids):
    async with database.work(bare) as uow:
        found = await access.managers_of(
            uow, [ids[key] for key in ("rep", "lead", "manager", "boss", "trader", "helper")]
        )
    names = {key: found.get(ids[key]) for key in ("rep", "lead", "manager", "boss", "trader", "helper")}
    assert names == {
        "rep": ids["lead"], "lead": ids["manager"], "manager": ids["boss"], "boss": None,
        "trader": ids["boss"], "helper": ids["manager"],
    }  # fmt: skip


async def test_whoever_works_in_an_isolated_brand_sees_that_brand_alone(database, bare, ids):
    assert (await actor(database, bare, ids["trader"])).brands == ("global",)
    assert (await actor(database, bare, ids["rep"])).brands == ("lilan",)


async def test_an_actor_is_built_again_as_soon_as_people_change(database, bare, ids):
    before = await actor(database, bare, ids["helper"])
    assert await actor(database, bare, ids["helper"]) is before
    async with database.work(bare) as uow:
        await access.save_people(uow, {"persons": [{**PEOPLE["persons"][5], "left_on": "2020-01-01"}]})
    with pytest.raises(XingjiError, match="person.unknown"):
        await actor(database, bare, ids["helper"])


async def test_unknown_keys_are_all_named_and_nothing_is_written(database, bare, ids):
    bad = {
        "units": [{"key": "x", "name": "x", "parent": "nowhere"}],
        "persons": [{"key": "y", "name": "y", "unit": "gone"}],
    }
    with pytest.raises(XingjiError) as refusal:
        async with database.work(bare) as uow:
            await access.save_people(uow, bad)
    assert [problem.path for problem in refusal.value.problems] == ["units.0.parent", "persons.0.unit"]
    async with database.work(bare) as uow:
        assert await uow.fetchval("select count(*) from unit where key = 'x'") == 0


async def test_units_in_a_circle_are_refused(database, bare, ids):
    with pytest.raises(XingjiError, match="people.unit_cycle"):
        async with database.work(bare) as uow:
            await access.save_people(uow, {"units": [{"key": "east", "name": "华东大区", "parent": "team"}]})


@pytest.fixture(scope="module")
async def login(database, bare, ids):
    made = await access.create_login(database, "+86 13800000001", PASSWORD)
    await access.bind_person(database, made, bare, ids["rep"])
    return made


async def test_signing_in_opens_a_session_and_signing_out_ends_it(database, bare, ids, login):
    session = await access.sign_in(database, "138 0000 0001", PASSWORD)
    found, row = await access.actor_of_session(database, session.cookie)
    assert (found.person, row.csrf, session.workspaces) == (ids["rep"], session.csrf, (bare,))
    await access.sign_out(database, session.cookie)
    with pytest.raises(XingjiError, match="session.none"):
        await access.actor_of_session(database, session.cookie)


async def test_five_wrong_passwords_lock_the_login_even_for_the_right_one(database, bare, ids):
    made = await access.create_login(database, "locked@example.test", PASSWORD)
    for _ in range(5):
        with pytest.raises(XingjiError, match="login.refused"):
            await access.sign_in(database, "locked@example.test", "wrong wrong wrong")
    with pytest.raises(XingjiError, match="login.locked"):
        await access.sign_in(database, "LOCKED@example.test", PASSWORD)
    async with database.control() as control:
        await control.execute("update login set locked_until = now() where id = $1", made)
    assert (await access.sign_in(database, "locked@example.test", PASSWORD)).workspace is None


async def test_an_unknown_name_and_a_wrong_password_look_the_same(database, bare, login):
    for name in ("13800000001", "13999999999"):
        with pytest.raises(XingjiError) as refusal:
            await access.sign_in(database, name, "wrong wrong wrong")
        assert (refusal.value.code, refusal.value.data) == ("login.refused", {})


async def test_a_second_factor_is_asked_for_and_each_code_works_once(database, bare, ids):
    made = await access.create_login(database, "second@example.test", PASSWORD)
    secret = await access.start_totp(database, made)
    with pytest.raises(XingjiError, match="login.totp_needed"):
        await access.sign_in(database, "second@example.test", PASSWORD)
    code = totp_at(secret, time.time())
    await access.sign_in(database, "second@example.test", PASSWORD, totp=code)
    with pytest.raises(XingjiError, match="login.refused"):
        await access.sign_in(database, "second@example.test", PASSWORD, totp=code)


def test_totp_gives_the_published_values_of_rfc_6238():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [totp_at(secret, when) for when in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


async def test_a_revoked_token_is_gone_at_once(database, bare, ids):
    token_id, token = await access.create_token(
        database, bare, "api", "脚本(演示)", person=ids["rep"], scopes=["records.read"]
    )
    found, _ = await access.actor_of_token(database, token)
    assert (found.kind, found.scopes) == ("token", frozenset({"records.read"}))
    assert await access.revoke_token(database, bare, token_id)
    with pytest.raises(XingjiError, match="token.unknown"):
        await access.actor_of_token(database, token)


async def test_the_audit_chain_finds_changed_and_missing_rows(database, bare, ids, db):
    async with database.work(bare) as uow:
        for n in range(5):
            await access.audit(uow, "record.unmasked", object_key="lead", field="mobile", n=n)
    assert await access.seal_audit(database, bare) == 5
    assert await access.verify_audit(database, bare) == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.work(bare) as uow:
            await uow.execute("update audit set actor = 'nobody'")
    owner = await asyncpg.connect(db.owner_url)
    await owner.execute(
        f"update ws_{bare}.audit set actor = 'nobody' where id = (select min(id) + 1 from ws_{bare}.audit)"
    )
    await owner.execute(f"delete from ws_{bare}.audit where id = (select max(id) from ws_{bare}.audit)")
    await owner.close()
    found = await access.verify_audit(database, bare)
    assert [line.partition(" ")[2].split(" ", 1)[1] for line in found] == ["was changed", "is missing"]


async def test_an_absence_must_end_after_it_starts(database, bare, ids):
    async with database.work(bare) as uow:
        with pytest.raises(XingjiError, match="absence_order"):
            await access.add_absence(uow, ids["rep"], uow.now, uow.now - timedelta(hours=1))
        assert await access.add_absence(uow, ids["rep"], uow.now, uow.now + timedelta(days=1), "年假")


async def test_the_web_role_cannot_rewrite_the_log(database, bare):
    async with database.work(bare) as uow:
        tables = [
            row["name"]
            for row in await uow.fetch(
                "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'event'::regclass"
            )
        ]
    assert len(tables) >= 4
    for table in ("event", *tables):
        for statement in (f"update {table} set data = '{{}}'", f"delete from {table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with database.work(bare) as uow:
                    await uow.execute(statement)
