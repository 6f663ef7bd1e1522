"""Records over HTTP: what a browser sends and gets."""

import io

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from integration.http_world import World, make_world, new_key
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.records.files import LARGEST, save_file


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    return await make_world(database, workspace)


async def test_a_record_is_made_read_changed_deleted_and_restored(world: World):
    async with await world.browser("boss") as boss:
        made = await boss.post("/api/v1/records/customer", json={"name": "砺澜（演示）", "tier": "A"})
        assert made.status_code == 201, made.text
        body = made.json()
        path = f"/api/v1/records/customer/{body['id']}"
        assert (made.headers["etag"], body["version"], body["owner"]) == ('"1"', 1, str(world.people["boss"]))
        stale = await boss.patch(path, json={"tier": "B"}, headers={"if-match": '"7"'})
        assert stale.status_code == 409
        assert stale.json()["code"] == "records.version_conflict"
        changed = await boss.patch(path, json={"tier": "B"}, headers={"if-match": '"1"'})
        assert (changed.status_code, changed.json()["tier"], changed.headers["etag"]) == (200, "B", '"2"')
        read = (await boss.get(path)).json()
        assert (read["tier"], read["can"]) == ("B", {"update": True, "delete": True})
        assert read["people"] == {str(world.people["boss"]): "boss（演示）"}
        gone = await boss.delete(path)
        assert gone.status_code == 200
        assert (await boss.get(path)).status_code == 404
        assert (await boss.post(f"/api/v1/changes/{gone.json()['change']}/undo")).status_code == 200
        assert (await boss.get(path)).status_code == 200


async def test_every_problem_of_a_form_comes_back_with_its_field(world: World):
    async with await world.browser("boss") as boss:
        answer = await boss.post("/api/v1/records/customer", json={"phone": "abc", "tier": "Z", "nmae": "x"})
    assert answer.status_code == 422 or answer.status_code == 400
    codes = {problem["path"]: problem["code"] for problem in answer.json()["problems"]}
    assert codes == {
        "changes.0.phone": "records.value.not_a_phone",
        "changes.0.tier": "records.value.not_an_option",
        "changes.0.nmae": "records.unknown_field",
        "changes.0.name": "records.required",
    }


async def test_a_condition_names_rule_field_and_who_can_help(world: World):
    async with await world.browser("boss") as boss:
        lead = (await boss.post("/api/v1/records/lead", json={"name": "王经理"})).json()
        refused = await boss.patch(f"/api/v1/records/lead/{lead['id']}", json={"status": "invalid"})
        problem = refused.json()["problems"][0]
        assert (problem["rule"], problem["path"], problem["who"]) == (
            "invalid_needs_reason",
            "changes.0.invalid_reason",
            "owner",
        )
        assert problem["message"]["zh"] == "标为无效时要写明原因"
        both = {"status": "invalid", "invalid_reason": "空号"}
        assert (await boss.patch(f"/api/v1/records/lead/{lead['id']}", json=both)).status_code == 200
        owned = await boss.patch(
            f"/api/v1/records/lead/{lead['id']}", json={"first_response_at": "2026-01-01T00:00:00Z"}
        )
        assert owned.json()["problems"][0]["code"] == "records.server_owned"


async def test_bulk_writes_meet_the_same_gate(world: World):
    async with await world.browser("boss") as boss:
        ids = [(await boss.post("/api/v1/records/lead", json={"name": f"批{n}"})).json()["id"] for n in range(3)]
        listed = [{"op": "update", "id": id, "values": {"status": "invalid"}} for id in ids]
        refused = await boss.post("/api/v1/records/lead/bulk", json={"changes": listed})
        assert len(refused.json()["problems"]) == 3
        dry = await boss.post(
            "/api/v1/records/lead/bulk",
            json={"filter": 'name.startsWith("批")', "set": {"intent": "A"}, "dry_run": True},
        )
        assert dry.json() == {"count": 3, "problems": []}
        done = await boss.post(
            "/api/v1/records/lead/bulk", json={"filter": 'name.startsWith("批")', "set": {"intent": "A"}}
        )
        assert done.json()["changed"] == 3
        figures = await boss.post(
            "/api/v1/records/lead/aggregate", json={"filter": 'name.startsWith("批")', "group": ["intent"]}
        )
        assert figures.json()["rows"] == [{"intent": "A", "count": 3}]


async def test_lists_page_search_and_views(world: World):
    async with await world.browser("boss") as boss:
        for n in range(5):
            await boss.post(
                "/api/v1/records/product", json={"name": f"多级泵 DG{n}", "sku": f"P-{n}", "list_price": n * 100}
            )
        first = (
            await boss.get("/api/v1/records/product", params={"sort": "-list_price", "limit": 2, "count": "capped"})
        ).json()
        assert ([row["sku"] for row in first["rows"]], first["count"]) == (["P-4", "P-3"], 5)
        after = {"sort": "-list_price", "limit": 2, "after": first["next"]}
        assert [row["sku"] for row in (await boss.get("/api/v1/records/product", params=after)).json()["rows"]] == [
            "P-2",
            "P-1",
        ]
        found = (await boss.get("/api/v1/search", params={"q": "djb"})).json()["rows"]
        assert {(row["object"], row["title"]) for row in found} == {("product", f"多级泵 DG{n}") for n in range(5)}
        assert {row["matched"] is None for row in found} == {True}
        by_code = (await boss.get("/api/v1/search", params={"q": "P-3"})).json()["rows"]
        assert [row["matched"] for row in by_code if row["title"] == "多级泵 DG3"] == [{"field": "sku", "value": "P-3"}]
        view = await boss.get("/api/v1/records/lead", params={"view": "lead_mine", "filter": 'name == "王经理"'})
        assert [row["name"] for row in view.json()["rows"]] == ["王经理"]
        bad = await boss.get("/api/v1/records/lead", params={"filter": "nmae == 1"})
        assert (bad.status_code // 100, bad.json()["problems"][0]["column"]) == (4, 1)


async def test_relations_are_seen_from_their_other_side(world: World):
    async with await world.browser("boss") as boss:
        customer = (await boss.post("/api/v1/records/customer", json={"name": "另一侧（演示）"})).json()["id"]
        await boss.post("/api/v1/records/deal", json={"name": "商机一", "customer": customer, "amount": 100})
        related = (await boss.get(f"/api/v1/records/customer/{customer}/related/deals")).json()
        assert (related["object"], [row["name"] for row in related["rows"]]) == ("deal", ["商机一"])
        assert related["related"][customer] == "另一侧(演示)"


async def test_a_helper_sees_own_records_only(world: World):
    async with await world.browser("boss") as boss, await world.browser("helper") as helper:
        theirs = (await boss.post("/api/v1/records/customer", json={"name": "老板的（演示）"})).json()["id"]
        mine = (await helper.post("/api/v1/records/customer", json={"name": "我的（演示）"})).json()
        assert [row["id"] for row in (await helper.get("/api/v1/records/customer")).json()["rows"]] == [mine["id"]]
        for answer in (
            await helper.get(f"/api/v1/records/customer/{theirs}"),
            await helper.patch(f"/api/v1/records/customer/{theirs}", json={"tier": "A"}),
            await helper.delete(f"/api/v1/records/customer/{theirs}"),
            await helper.get(f"/api/v1/records/customer/{theirs}/history"),
            await helper.get(f"/api/v1/records/customer/{theirs}/timeline"),
        ):
            assert answer.status_code == 404
        assert (await helper.post("/api/v1/records/customer/bulk", json={"changes": []})).status_code == 403
        assert (await helper.get("/api/v1/records/customer/export")).status_code == 403


async def test_an_idempotency_key_makes_one_record(world: World):
    key = {"idempotency-key": new_key()}
    async with await world.browser("boss") as boss:
        answers = [
            await boss.post("/api/v1/records/customer", json={"name": "一次（演示）"}, headers=key) for _ in range(3)
        ]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_files_are_kept_told_by_their_bytes_and_never_run(world: World):
    async with await world.browser("boss") as boss, await world.browser("helper") as helper:
        page = b"<script>alert(1)</script>"
        made = await boss.post("/api/v1/files", params={"name": "../..\\x.png"}, content=page)
        assert made.status_code == 201, made.text
        assert (made.json()["name"], made.json()["content_type"]) == ("x.png", "text/plain; charset=utf-8")
        got = await boss.get(f"/api/v1/files/{made.json()['id']}")
        assert got.content == page
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert (await helper.get(f"/api/v1/files/{made.json()['id']}")).status_code == 404


async def test_a_file_is_neither_empty_nor_larger_than_the_gateway_takes(world: World):
    async with await world.browser("boss") as boss:
        empty = await boss.post("/api/v1/files", params={"name": "a.txt"}, content=b"")
        assert (empty.status_code, empty.json()["code"]) == (422, "files.empty")
    async with world.database.work(world.workspace, SYSTEM) as uow:
        with pytest.raises(XingjiError) as caught:
            await save_file(uow, "big.pdf", b"%PDF-" + bytes(LARGEST))
        assert (caught.value.code, caught.value.kind, caught.value.data["most"]) == ("files.too_large", ErrorKind.TOO_LARGE, LARGEST)
        assert await uow.fetchval("select count(*) from file where name = 'big.pdf'") == 0


async def test_the_registry_tells_what_this_session_may_see(world: World):
    async with await world.browser("boss") as boss, await world.browser("nobody") as nobody:
        schema = (await boss.get("/api/v1/schema")).json()
        lead = next(one for one in schema["objects"] if one["key"] == "lead")
        fields = {field["key"]: field for field in lead["fields"]}
        assert (fields["name"]["can"], fields["touches"]["can"]) == ("write", "read")
        assert {view["key"] for view in lead["list_views"]} >= {"lead_all", "lead_mine"}
        assert (await nobody.get("/api/v1/schema")).json()["objects"] == []


async def test_an_import_goes_from_upload_to_undo(world: World):
    content = "名称,行业\n导入甲（演示）,制造\n导入乙（演示）,\n,缺名\n".encode()
    async with await world.browser("boss") as boss:
        begun = await boss.post("/api/v1/imports", params={"object": "customer", "name": "a.csv"}, content=content)
        assert begun.status_code == 201, begun.text
        path = f"/api/v1/imports/{begun.json()['id']}"
        assert begun.json()["mapping"]["columns"] == {"名称": "name", "行业": "industry"}
        seen = (await boss.post(f"{path}/preview", json={})).json()
        assert (seen["counts"]["new"], seen["counts"]["error"]) == (2, 1)
        assert (await boss.post(f"{path}/run", json={})).status_code == 202
        from xingji.kernel.records.importers import run_queued_imports

        assert await run_queued_imports(world.database, world.workspace) == 1
        state = (await boss.get(path)).json()
        assert (state["status"], state["counts"]["new"]) == ("done", 2)
        refused = load_workbook(io.BytesIO((await boss.get(f"/api/v1/files/{state['errors']}")).content))
        assert "缺名" in [cell.value for row in refused.active.iter_rows() for cell in row]
        assert (await boss.post(f"{path}/undo")).json()["restored"] == 2
        broken = await boss.post("/api/v1/imports", params={"object": "customer"}, content=b"PK\x03\x04broken")
        assert (broken.status_code // 100, broken.json()["code"]) == (4, "import.unreadable")


async def test_odd_parameters_are_refused_without_a_fault(world: World):
    async with await world.browser("boss") as boss:
        for params in (
            {"sort": ",".join(["name", "-name"] * 20)}, {"sort": "name;drop table o_lead"}, {"filter": "(" * 3000}, {"fields": "x" * 3000},
            {"after": "e30"}, {"after": "\u0000"}, {"count": "all"}, {"limit": "0"}, {"limit": "x"}, {"view": "no_such"},
            {"filter": 'name == "\u0000"'},
        ):  # fmt: skip
            answer = await boss.get("/api/v1/records/lead", params=params)
            assert 400 <= answer.status_code < 500, (params, answer.text)
        for search in ("\u0000", "%", "'" * 500, "王" * 5000, "\\", "🦆", "a:b'c\"d"):
            assert (await boss.get("/api/v1/records/lead", params={"search": search})).status_code == 200
        own_id = {"changes": [{"op": "create", "id": str(world.people["boss"]), "values": {"name": "x"}}]}
        assert (await boss.post("/api/v1/records/lead/bulk", json=own_id)).json()["problems"][0][
            "code"
        ] == "records.id_not_expected"
