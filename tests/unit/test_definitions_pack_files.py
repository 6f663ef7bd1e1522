"""Packs as files: the plain part of YAML, refusals with their place, zips that come out the same."""

import io
import zipfile
from pathlib import Path

import pytest

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.definitions.pack_files import read_pack, write_pack

META = "key: demo_pack\nname: {zh: 演示}\nversion: 3\nlayer: industry\n"


def zipped(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".yaml", text)
    return out.getvalue()


def refused(source: Path | bytes) -> XingjiError:
    with pytest.raises(XingjiError) as caught:
        read_pack(source)
    return caught.value


def test_words_hours_and_dates_stay_texts():
    pack = read_pack(zipped(pack=META, x="kind: rule\nkey: r\non: {event: a}\nat: 08:30\nday: 2026-01-31\nno: 0571\nyes: 12\n"))
    assert pack.documents[0][1] == {
        "kind": "rule", "key": "r", "on": {"event": "a"}, "at": "08:30", "day": "2026-01-31", "no": "0571", "yes": 12,
    }  # fmt: skip
    assert pack.origin == "demo_pack/3"


def test_a_file_may_hold_several_documents_and_a_zip_may_hold_a_folder():
    pack = read_pack(zipped(top__pack=META, top__sub__many="kind: a\nkey: x\n---\nkind: a\nkey: y\n"))
    assert [document["key"] for _, document in pack.documents] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("kind: a\nkey: x\nfields: [1}", "packs.bad_yaml", 3),
        ("kind: a\nkey: x\nkey: y", "packs.bad_yaml", 3),
        ("kind: a\nkey: &k x\nother: *k", "packs.anchor", 2),
        ("kind: a\nkey: !!python/object/apply:os.getcwd []", "packs.bad_yaml", 2),
        ("kind: a\nkey: x\nv: " + "[" * 200, "packs.too_deep", 3),
        ("- just\n- a list", "packs.no_kind", None),
        ("kind: 7\nkey: x", "packs.no_kind", None),
    ],
)
def test_bad_yaml_is_refused_with_its_place(text: str, code: str, line: int | None):
    problem = refused(zipped(pack=META, x=text)).problems[0]
    assert (problem.code, problem.path, problem.line) == (code, "x.yaml", line)
    assert set(problem.message or {}) == {"zh", "en"}


@pytest.mark.parametrize("source", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 60])
def test_what_is_no_zip_is_refused(source: bytes):
    assert refused(source).code == "packs.not_a_pack"


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    assert refused(zipped(pack=META, x="a" * 21_000_000)).code == "packs.too_large"


def test_a_pack_without_its_card_is_refused():
    assert refused(zipped(x="kind: a\nkey: x")).problems[0].code == "packs.no_pack_yaml"


def test_a_written_pack_reads_back_to_the_same_documents_and_the_same_bytes():
    documents = [
        {"kind": "rule", "key": "b", "on": {"event": "x"}, "when": 'a == "是"', "limits": {"depth": 5, "share": 0.5}},
        {"kind": "calendar", "key": "a", "hours": ["08:30-12:00"], "days": [], "none": None, "yes": "no", "t": "2026-01-31"},
    ]
    meta = {"key": "p", "version": "1", "layer": "base"}
    written = write_pack(meta, documents)
    assert written == write_pack(meta, list(reversed(documents)))
    assert {d["key"]: d for _, d in read_pack(written).documents} == {d["key"]: d for d in documents}


def test_every_pack_of_the_repository_can_be_read():
    packs = Path(__file__).parents[2] / "packs"
    for card in packs.glob("*/pack.yaml"):
        pack = read_pack(card.parent)
        names = [(d["kind"], d["key"]) for _, d in pack.documents]
        assert names, card
        assert len(names) == len(set(names)), card
