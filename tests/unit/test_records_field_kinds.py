"""Field kinds: what they accept, what they make of it, what they show of it masked."""

from contextlib import suppress
from typing import Any

import pytest

from xingji.kernel.records.field_kinds import FIELD_KINDS, Place, Refused
from xingji.kernel.records.schema import build_schema

PLACE = Place()
OPTIONS = [
    {"key": "A", "name": {"zh": "重点", "en": "Key"}},
    {"key": "B", "name": {"zh": "普通", "en": "Plain"}, "aliases": ["一般"]},
]


def field(kind: str, **options: Any):
    extra = {"options": OPTIONS} if kind in ("choice", "multi_choice") else {}
    document = {"key": "thing", "fields": [{"key": "x", "kind": kind, **extra, **options}]}
    return build_schema({"thing": document}).objects["thing"].fields["x"]


ACCEPTED = [
    ("text", " 王\t经理 ", "王 经理"), ("text", "  ", None), ("long_text", "一\n二", "一\n二"),
    ("number", 3.0, 3), ("money", 12345, 12345), ("percent", 0.12, 0.12), ("percent", 1, 1.0),
    ("date", "2026-02-28", "2026-02-28"), ("datetime", "2026-02-13T17:30:00+08:00", "2026-02-13T09:30:00Z"),
    ("datetime", "2026-02-13T09:30:00.250Z", "2026-02-13T09:30:00.250000Z"), ("boolean", True, True),
    ("choice", "A", "A"), ("choice", "", None), ("multi_choice", ["A", "B", "A"], ["A", "B"]), ("tags", ["vip", " vip "], ["vip"]),
    ("tags", [], None), ("phone", "+86 138-0000-5678", "13800005678"), ("phone", "０２１-6666 8888 转 12", "02166668888-12"),
    ("phone", "0044 20 7946 0958", "+442079460958"), ("email", " Wang@Example.COM ", "wang@example.com"),
    ("url", "example.com/x", "https://example.com/x"), ("company", "砺澜（演示）有限公司", "砺澜(演示)有限公司"),
    ("uscc", " 91110000600037341l ", "91110000600037341L"), ("region", ["江苏省", "苏州"], ["320000", "苏州"]),
    ("region", {"province": "320000", "city": "320500"}, ["320000", "320500"]),
    ("person", "01A20397-94D7-7D9B-A95D-2D966645F8CF", "01a20397-94d7-7d9b-a95d-2d966645f8cf"),
]  # fmt: skip
REFUSED = [
    ("text", 5, "not_text"), ("text", "a\0b", "control_character"), ("text", "\ud800", "control_character"),
    ("text", "x" * 1001, "too_long"), ("number", True, "not_a_number"), ("number", 1.5, "not_whole"),
    ("number", 10**17, "out_of_range"), ("money", "12", "not_a_number"), ("money", float("nan"), "not_whole"),
    ("percent", float("inf"), "out_of_range"), ("percent", 101, "out_of_range"), ("date", "2026-02-30", "not_a_date"),
    ("date", "2026-2-3", "not_a_date"), ("date", "1066-10-14", "out_of_range"), ("datetime", "2026-02-13T09:30:00", "no_offset"),
    ("datetime", "yesterday", "not_an_instant"), ("boolean", 1, "not_yes_or_no"), ("choice", "C", "not_an_option"),
    ("choice", ["A"], "not_text"), ("multi_choice", "A", "not_a_list"), ("tags", ["x"] * 201, "too_many"),
    ("phone", "12", "not_a_phone"), ("email", "wang@", "not_an_email"), ("url", "javascript:alert(1)", "not_a_url"),
    ("url", "https://", "not_a_url"), ("uscc", "911100006000373410", "not_a_uscc"), ("region", ["火星"], "not_a_region"),
    ("region", [None, "x"], "region_gap"), ("person", "张磊", "not_an_id"), ("file", ["a"], "not_an_id"),
    ("formula", 1, "computed"), ("rollup", 1, "computed"),
]  # fmt: skip
CELLS = [
    ("money", "¥1,234.50", 123450), ("money", "20万", 20_000_000), ("money", "-3", -300), ("percent", "12.5%", 0.125),
    ("number", "1,200", 1200), ("date", "2026年2月3日", "2026-02-03"), ("date", "2026/2/3 10:00", "2026-02-03"),
    ("datetime", "2026-02-13 17:30", "2026-02-13T09:30:00Z"), ("datetime", "2026/2/13", "2026-02-12T16:00:00Z"),
    ("boolean", "是", True), ("choice", "重点", "A"), ("choice", "一般", "B"), ("choice", "key", "A"),
    ("multi_choice", "重点、B", ["A", "B"]), ("tags", "a，b;c", ["a", "b", "c"]), ("region", "江苏省苏州", ["320000", "苏州"]),
    ("region", "江苏/苏州/吴中", ["320000", "苏州", "吴中"]),
]  # fmt: skip
MASKED = [
    ("phone", "13800005678", "138****5678"), ("email", "wang@example.com", "w***@example.com"), ("text", "张磊", "张**"),
    ("uscc", "91110000600037341L", "91**************1L"), ("money", 5, "***"), ("tags", ["a", "b"], ["***"]),
    ("region", ["320000", "苏州"], ["320000"]), ("phone", None, None), ("money", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "kept"), ACCEPTED)
def test_a_fitting_value_is_kept_in_one_spelling(kind: str, given: Any, kept: Any):
    spec = field(kind)
    assert spec.kind.parse(spec, given, PLACE) == kept


@pytest.mark.parametrize(("kind", "given", "code"), REFUSED)
def test_what_does_not_fit_is_refused_by_name(kind: str, given: Any, code: str):
    spec = field(kind)
    with pytest.raises(Refused) as refusal:
        spec.kind.parse(spec, given, PLACE)
    assert refusal.value.code == f"records.value.{code}"


@pytest.mark.parametrize(("kind", "text", "kept"), CELLS)
def test_cells_are_read_as_people_write_them(kind: str, text: str, kept: Any):
    spec = field(kind)
    assert spec.kind.from_cell(spec, text, PLACE) == kept


@pytest.mark.parametrize(("kind", "value", "shown"), MASKED)
def test_masks_show_only_what_one_needs_to_recognise(kind: str, value: Any, shown: Any):
    spec = field(kind)
    assert spec.kind.mask(spec, value) == shown


@pytest.mark.parametrize("kind", sorted(FIELD_KINDS))
@pytest.mark.parametrize("junk", [object(), b"x", {"a": 1}, [[1]], [None], 1e308, -1, "", "🦆" * 10, float("nan")])
def test_no_value_whatever_makes_a_kind_fail_otherwise_than_by_refusal(kind: str, junk: Any):
    spec = field(kind)
    with suppress(Refused):
        spec.kind.parse(spec, junk, PLACE)


@pytest.mark.parametrize("kind", sorted(set(FIELD_KINDS) - {"formula", "rollup"}))
def test_no_cell_whatever_makes_a_kind_fail_otherwise_than_by_refusal(kind: str):
    spec = field(kind)
    for text in (
        "",
        "%",
        "万",
        "¥",
        "-",
        "1e999",
        "９９",
        "2026-13-01",
        "/",
        "，，",
        "=1+1",
        "x" * 5000,
        "\u202e",
        "0x10",
        "--5",
    ):
        with suppress(Refused):
            spec.kind.from_cell(spec, text, PLACE)
