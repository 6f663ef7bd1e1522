"""Migrations of a schema stand in one line: each number once, one before the other, no two ends."""

import re
from pathlib import Path

import pytest

import xingji.kernel.db.migrations as migrations

FOLDER = Path(migrations.__file__).parent


@pytest.mark.parametrize("schema", ["control", "workspace"])
def test_every_revision_follows_exactly_one_other(schema: str) -> None:
    texts = [path.read_text() for path in (FOLDER / schema / "versions").glob("[0-9]*.py")]
    found = [
        (re.search(r'^revision = "(.*)"', t, re.M)[1], re.search(r'^down_revision = (?:"(.*)"|None)', t, re.M)[1])  # type: ignore[index]
        for t in texts
    ]
    revisions, before = [one for one, _ in found], [down for _, down in found]
    assert len(set(revisions)) == len(revisions), "a number is taken twice"
    assert sorted(map(str, before)) == sorted(map(str, {None, *revisions} - {max(revisions)})), "two follow the same one"
