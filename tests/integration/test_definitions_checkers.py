"""Checkers of all kinds under broken documents: every problem is found and said, none is an exception."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from xingji import app
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext
from xingji.kernel.definitions import all_kinds
from xingji.kernel.definitions.kinds import check_document
from xingji.kernel.definitions.pack_files import read_pack
from xingji.kernel.definitions.packs import laid_over
from xingji.kernel.definitions.usage import references_of

PACKS = Path(__file__).parents[2] / "packs"
WEIRD: tuple[Any, ...] = (None, True, 0, -1, 2.5, "", "x y", "a ==", "lead", [], {}, [None], [[1]], {"key": None}, [{"key": 1}], "9" * 400)
DOCUMENTS: dict[tuple[str, str], dict[str, Any]] = {}
for _pack in ("base", "lilan"):
    for _, _document in read_pack(PACKS / _pack).documents:
        _name = (_document["kind"], _document["key"])
        DOCUMENTS[_name] = laid_over(_document, DOCUMENTS.get(_name))


@pytest.fixture(scope="module", autouse=True)
def configured() -> None:
    app.configure()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every member and item of a document, itself excluded."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in pairs:
        yield (*path, name)
        yield from places(item, (*path, name))


def replaced(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    target = changed
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = value
    return changed


def representative(kind: str) -> list[dict[str, Any]]:
    """The largest document of a kind: it uses most of its format."""
    found = [document for (of, _), document in DOCUMENTS.items() if of == kind]
    return sorted(found, key=lambda document: -len(str(document)))[:1]


@pytest.mark.parametrize(
    "kind", ["object", "list_view", "role", "calendar", "channel", "metric", "source", "pool", "dispatch", "rule"]
)
def test_a_document_with_anything_anywhere_gets_problems_and_no_exception(kind: str):
    assert kind in all_kinds()
    assert representative(kind)
    misplaced: list[str] = []
    for document in representative(kind):
        for n, path in enumerate(places(document)):
            if path[0] in ("kind", "key"):
                continue
            for value in (WEIRD[n % len(WEIRD)], WEIRD[(n * 7 + 3) % len(WEIRD)]):
                broken = replaced(document, path, value)
                context = CheckContext({**DOCUMENTS, (kind, document["key"]): broken})
                misplaced += [
                    f"{'.'.join(map(str, path))} = {value!r}: {problem.as_dict()}"
                    for problem in check_document(kind, broken, context)
                    if not is_about(problem, path)
                ]
                references_of(kind, broken)
    assert misplaced == []


def is_about(problem: Problem, path: tuple[Any, ...]) -> bool:
    """Whether a stumble of the checker was traced to the part that was made wrong, or to what holds it."""
    if problem.code == "definitions.wrong_shape":
        return ".".join(map(str, path)).startswith(problem.path.split(".")[0])
    return problem.code != "definitions.checker_failed"


@pytest.mark.parametrize("key", sorted(DOCUMENTS))
def test_problems_of_a_pack_would_carry_a_path_and_words_in_both_languages(key: tuple[str, str]):
    context = CheckContext(dict(DOCUMENTS))
    for path in list(places(DOCUMENTS[key]))[:12]:
        broken = replaced(DOCUMENTS[key], path, {"nothing": ["known"]})
        for problem in check_document(key[0], broken, context):
            assert problem.message, problem
            assert problem.message.get("zh"), problem
            assert problem.message.get("en"), problem
