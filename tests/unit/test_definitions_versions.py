"""Differences between documents, and three-way merges of a pack's upgrade with local edits."""

from xingji.kernel.definitions import differences, three_way

BASE = {
    "kind": "object",
    "key": "lead",
    "name": {"zh": "线索"},
    "fields": [{"key": "name", "kind": "text"}, {"key": "budget", "kind": "money"}],
    "tags": ["a", "b"],
}


def changed(document: dict, **members: object) -> dict:
    return {**document, **members}


def test_a_changed_item_of_a_list_is_named_by_its_key_and_not_by_its_place():
    after = changed(BASE, fields=[{"key": "budget", "kind": "number"}, {"key": "name", "kind": "text"}])
    found = {(d.path, d.change) for d in differences(BASE, after)}
    assert found == {("fields.budget.kind", "changed"), ("fields", "moved")}


def test_added_and_removed_members_are_told_apart_from_changed_ones():
    after = {key: value for key, value in BASE.items() if key != "tags"} | {"icon": "user"}
    assert [(d.path, d.change, d.before, d.after) for d in differences(BASE, after)] == [
        ("tags", "removed", ["a", "b"], None),
        ("icon", "added", None, "user"),
    ]


def test_true_and_one_are_different():
    assert [d.path for d in differences({"on": True}, {"on": 1})] == ["on"]


def test_an_upgrade_brings_its_changes_and_keeps_local_ones_where_they_do_not_meet():
    local = changed(BASE, name={"zh": "商机线索"})
    incoming = changed(BASE, fields=[*BASE["fields"], {"key": "email", "kind": "email"}])
    merge = three_way(BASE, local, incoming)
    assert merge.document["name"] == {"zh": "商机线索"}
    assert [field["key"] for field in merge.document["fields"]] == ["name", "budget", "email"]
    assert merge.conflicts == []


def test_where_both_changed_the_same_the_local_edit_wins_and_the_conflict_is_listed():
    local = changed(BASE, fields=[{"key": "name", "kind": "company"}, BASE["fields"][1]])
    incoming = changed(BASE, fields=[{"key": "name", "kind": "long_text"}, BASE["fields"][1]])
    merge = three_way(BASE, local, incoming)
    assert merge.document["fields"][0]["kind"] == "company"
    assert [(c.path, c.before, c.after) for c in merge.conflicts] == [("fields.name.kind", "long_text", "company")]


def test_what_was_deleted_here_stays_deleted_unless_the_pack_changed_it():
    local = changed(BASE, fields=BASE["fields"][:1])
    assert three_way(BASE, local, BASE).document == local
    incoming = changed(BASE, fields=[BASE["fields"][0], {"key": "budget", "kind": "number"}])
    merge = three_way(BASE, local, incoming)
    assert [field["key"] for field in merge.document["fields"]] == ["name"]
    assert [c.path for c in merge.conflicts] == ["fields.budget"]
