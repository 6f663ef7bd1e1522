"""Packs: installed with their origin, upgraded without losing local edits, exported to what installs the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.definitions_toys import toy_kinds
from xingji.kernel import definitions as life
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.db.migrate import create_workspace_schema
from xingji.kernel.definitions.pack_files import dump, read_pack
from xingji.kernel.definitions.pack_preview import preview


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    with toy_kinds():
        yield


def write(folder: Path, version: str, *documents: dict[str, Any], key: str = "p", **card: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "pack.yaml").write_text(dump({"key": key, "version": version, "layer": "edition", **card}), "utf-8")
    (folder / "documents.yaml").write_text("---\n".join(dump(document) for document in documents), "utf-8")
    return folder


async def install(database: Database, folder: Path, **options: Any) -> life.InstallReport:
    return await life.install_pack(database, "bare", SYSTEM, folder, **options)


async def in_force(database: Database, workspace: str = "bare") -> life.Published:
    async with database.work(workspace) as uow:
        return await life.load_published(uow)


async def edit(database: Database, kind: str, key: str, **members: Any) -> None:
    document = dict((await in_force(database)).get(kind, key) or {}) | members
    async with database.work("bare") as uow:
        await life.save_draft(uow, kind, key, document)
    await life.publish(database, "bare", SYSTEM, [(kind, key)])


THING = {"kind": "thing", "key": "a", "n": 1, "fields": [{"key": "x", "t": 1}]}
USER = {"kind": "user", "key": "u", "uses": "a"}


async def test_a_pack_is_published_as_one_and_remembers_its_origin(fresh: Database, tmp_path: Path):
    report = await install(fresh, write(tmp_path / "p", "1", USER, THING))
    assert set(report.published) == {("thing", "a"), ("user", "u")}
    async with fresh.work("bare") as uow:
        row = await uow.fetchrow("select origin, origin_document from definition where key = 'a'")
        assert (row["origin"], row["origin_document"]) == ("p/1", THING)
        assert uow.workspace.settings["packs"]["p"]["version"] == "1"


async def test_installing_the_same_again_changes_nothing(fresh: Database, tmp_path: Path):
    folder = write(tmp_path / "p", "1", THING)
    await install(fresh, folder)
    before = (await in_force(fresh)).rev
    report = await install(fresh, folder)
    assert (report.unchanged, report.published) == ([("thing", "a")], [])
    assert (await in_force(fresh)).rev == before


async def test_an_upgrade_replaces_what_nobody_edited_and_drafts_what_somebody_did(fresh: Database, tmp_path: Path):
    await install(fresh, write(tmp_path / "p", "1", THING, {**THING, "key": "b"}))
    await edit(fresh, "thing", "b", n=9)
    newer = {**THING, "n": 2, "fields": [{"key": "x", "t": 1}, {"key": "y"}]}
    report = await install(fresh, write(tmp_path / "p", "2", newer, {**newer, "key": "b"}))
    assert (report.published, report.drafted) == ([("thing", "a")], [("thing", "b")])
    assert [(c["key"], c["path"], c["before"], c["after"]) for c in report.conflicts] == [("b", "n", 2, 9)]
    found = await in_force(fresh)
    assert (found.get("thing", "a")["n"], found.get("thing", "b")["n"]) == (2, 9)
    async with fresh.work("bare") as uow:
        draft = await life.find_draft(uow, "thing", "b")
    assert draft is not None
    assert (draft.document["n"], [f["key"] for f in draft.document["fields"]]) == (9, ["x", "y"])


async def test_a_draft_somebody_is_writing_is_left_alone(fresh: Database, tmp_path: Path):
    await install(fresh, write(tmp_path / "p", "1", THING))
    async with fresh.work("bare") as uow:
        await life.save_draft(uow, "thing", "a", {**THING, "n": 5})
    report = await install(fresh, write(tmp_path / "p", "2", {**THING, "n": 2}))
    assert (report.kept, report.published) == ([("thing", "a")], [])


async def test_a_higher_layer_stays_above_a_lower_one_and_may_lay_a_patch_over_it(fresh: Database, tmp_path: Path):
    base = write(tmp_path / "p", "1", THING, layer="base")
    await install(fresh, base)
    patch = {"kind": "thing", "key": "a", "patch": True, "fields": [{"key": "z"}, {"key": "x", "t": 2}]}
    await install(fresh, write(tmp_path / "d", "1", patch, key="d", layer="demo", requires=["p"]))
    # a patch that names every item there is also says their order
    expected = {**THING, "fields": [{"key": "z"}, {"key": "x", "t": 2}]}
    assert (await in_force(fresh)).get("thing", "a") == expected
    assert (await install(fresh, write(tmp_path / "p", "2", {**THING, "n": 3}, layer="base"))).published == [("thing", "a")]
    assert (await in_force(fresh)).get("thing", "a") == {**expected, "n": 3}


async def test_what_names_an_unknown_kind_or_object_is_left_out_and_reported(fresh: Database, tmp_path: Path):
    folder = write(tmp_path / "p", "1", THING, {"kind": "score", "key": "s"}, {"kind": "thing", "key": "v", "object": "quote"})
    report = await install(fresh, folder)
    assert report.published == [("thing", "a")]
    assert [(item["key"], item["reason"]) for item in report.left_out] == [("s", "unknown_kind"), ("v", "unknown_object")]


async def test_a_pack_with_a_problem_changes_nothing_not_even_people(fresh: Database, tmp_path: Path):
    saved: list[Any] = []

    async def save_people(uow: UnitOfWork, document: Any) -> None:
        saved.append(document)

    folder = write(tmp_path / "p", "1", THING, {**USER, "uses": "nobody"})
    (folder / "people.yaml").write_text("persons: [{key: zhang, name: 张演示}]\n", "utf-8")
    with toy_kinds(save_people=save_people):
        with pytest.raises(XingjiError) as caught:
            await install(fresh, folder)
    assert [(p.code, p.path) for p in caught.value.problems] == [("toy.unknown_thing", "user/u: uses")]
    assert saved == []
    async with fresh.work("bare") as uow:
        assert await uow.fetchval("select count(*) from definition") == 0
        assert [p.code for p in await life.check_pack(uow, folder)] == ["toy.unknown_thing"]


async def test_a_pack_whose_ground_is_missing_is_refused(fresh: Database, tmp_path: Path):
    with pytest.raises(XingjiError, match=r"packs\.requires"):
        await install(fresh, write(tmp_path / "p", "1", THING, requires=["base"]))


async def test_an_export_installs_to_the_same_documents_and_exports_to_the_same_bytes(fresh: Database, tmp_path: Path):
    await install(fresh, write(tmp_path / "p", "1", THING, USER, {"kind": "thing", "key": "c", "text": "是\n\"否\": # -"}))
    await create_workspace_schema(str(fresh.owner_url), "second", "另一家（演示）")
    async with fresh.work("bare") as uow:
        exported = await life.export_pack(uow)
    await life.install_pack(fresh, "second", SYSTEM, exported)
    assert (await in_force(fresh, "second")).documents == (await in_force(fresh)).documents
    async with fresh.work("second") as uow:
        assert await life.export_pack(uow) == exported


async def test_an_upgrade_below_reaches_what_a_higher_layer_patched_by_path(fresh: Database, tmp_path: Path):
    await install(fresh, write(tmp_path / "p", "1", THING))
    patch = {"kind": "thing", "key": "a", "patch": True, "fields": [{"key": "z"}, {"key": "x", "t": 2}]}
    demo = write(tmp_path / "d", "1", patch, key="d", layer="demo", requires=["p"])
    await install(fresh, demo)
    newer = {**THING, "n": 5, "fields": [{"key": "x", "t": 9}, {"key": "new", "t": 1}]}
    report = await install(fresh, write(tmp_path / "p", "2", newer))
    assert report.published == [("thing", "a")]
    now = (await in_force(fresh)).get("thing", "a")
    assert now is not None
    assert now["n"] == 5
    assert {field["key"]: field.get("t") for field in now["fields"]} == {"x": 2, "z": None, "new": 1}
    assert (await install(fresh, tmp_path / "p")).unchanged == [("thing", "a")]
    assert (await install(fresh, demo)).unchanged == [("thing", "a")]
    await edit(fresh, "thing", "a", mine=1)
    again = await install(fresh, write(tmp_path / "p", "3", {**newer, "n": 6}))
    assert again.drafted == [("thing", "a")]
    assert (await in_force(fresh)).get("thing", "a")["n"] == 5  # type: ignore[index]


async def test_single_documents_of_a_pack_can_be_left_or_taken(fresh: Database, tmp_path: Path):
    await install(fresh, write(tmp_path / "p", "1", THING, USER))
    await edit(fresh, "thing", "a", n=7)
    folder = write(tmp_path / "p", "2", {**THING, "n": 2}, {**USER, "more": 1})
    async with fresh.work("bare") as uow:
        told = {row["key"]: row["state"] for row in (await preview(uow, read_pack(folder)))["rows"]}
    assert told == {"a": "edited", "u": "changed"}
    report = await install(fresh, folder, choices={("thing", "a"): "take", ("user", "u"): "skip"})
    assert (report.published, report.kept) == ([("thing", "a")], [("user", "u")])
    published = await in_force(fresh)
    assert published.get("thing", "a")["n"] == 2  # type: ignore[index]
    assert "more" not in (published.get("user", "u") or {})
