"""HTTP routes of conditions: an expression as the visual builder's tree, in words and with its problems, and back.

Owns no grammar: `kernel/cel` reads and prints. Whoever may read definitions is answered in the full environment, anybody
else in their own, where a hidden field is as unknown as one that does not exist.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import post

from xingji.kernel.cel import CelError, Env, Kind, Var, check, from_tree, to_tree
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import SIGNED_IN, Here, reads
from xingji.kernel.records.condition_words import sentences
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.over_time import over_time_env
from xingji.kernel.records.schema import Schema, load_schema

Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
Place = Callable[[Schema, str], Env]
Tree = Mapping[str, Any]
Names = Mapping[str, Any]
#: A number a document has under a name of its own ("limit.days"), and how it is called.
Numbers = Annotated[dict[Annotated[str, msgspec.Meta(pattern=r"^[a-z]{1,20}\.[a-z][a-z0-9_]{0,62}$")], dict[str, str]], msgspec.Meta(max_length=20)]

#: What further names a condition may use, by the place it stands in; higher floors add theirs.
PLACES: dict[str, Place] = {}
DEEPEST = 40
#: The place of conditions that ask a record's log over time, as risks do.
OVER_TIME = "over_time"


def configure_place(name: str, env: Place) -> None:
    """Lets the builder speak of conditions of another floor (rules: event, old, changed)."""
    PLACES[name] = env


class ParseBody(msgspec.Struct, forbid_unknown_fields=True):
    """A condition about records of an object; `place` "rule" also knows the event, "over_time" the record's log and `numbers`."""

    object: Key
    cel: Annotated[str, msgspec.Meta(max_length=20_000)]
    place: Key = "record"
    numbers: Numbers = msgspec.field(default_factory=dict)


class PrintBody(msgspec.Struct, forbid_unknown_fields=True):
    """A tree of the visual builder."""

    object: Key
    tree: dict[str, Any]
    place: Key = "record"
    numbers: Numbers = msgspec.field(default_factory=dict)


def environment(schema: Schema, uow: UnitOfWork, object_key: str, place: str, numbers: Names | None = None) -> Env:
    """The names a condition may use there. Raises: `records.unknown_object`, `conditions.unknown_place`."""
    schema.object(object_key)
    policy = uow.actor.policy
    if place in PLACES or place == OVER_TIME:
        if policy is None or policy.may("definitions.read"):
            return PLACES[place](schema, object_key) if place in PLACES else over_time_env(schema, object_key, number_vars(numbers or {}))
    elif place != "record":
        raise invalid("conditions.unknown_place", place=place)
    own = None if policy is None or policy.may("definitions.read") else policy
    env = cel_env(schema, object_key, policy=own)
    # Only a rule sees a change, so only there may one be asked about.
    return schema.memo(
        ("conditions.env", object_key, id(own)), lambda: (own, replace(env, functions=env.functions - {"changed"}))
    )[1]


def number_vars(numbers: Names) -> dict[str, Var]:
    """The numbers of a document as an expression names them."""
    members: dict[str, dict[str, Var]] = {}
    for name in numbers:
        head, _, key = name.partition(".")
        members.setdefault(head, {})[key] = Var(Kind.double, nullable=False)
    return {head: Var(Kind.record, fields=fields) for head, fields in members.items()}


async def parse_condition(uow: UnitOfWork, object_key: str, source: str, place: str = "record", numbers: Names | None = None) -> dict[str, Any]:
    """{cel, tree, sentence, parts, problems} of an expression; what is wrong keeps its text as one opaque part."""
    schema = await load_schema(uow)
    env = environment(schema, uow, object_key, place, numbers)
    try:
        tree, problems = to_tree(source, env), []
    except CelError as error:
        tree, problems = {"kind": "opaque", "source": source}, list(error.problems)
    return await _answer(uow, schema, object_key, source, tree, problems, numbers)


async def print_condition(uow: UnitOfWork, object_key: str, tree: Tree, place: str = "record", numbers: Names | None = None) -> dict[str, Any]:
    """The same of a tree; a problem of a single part carries the part's path ("items.0.items.1")."""
    schema = await load_schema(uow)
    env = environment(schema, uow, object_key, place, numbers)
    try:
        source = "" if not tree.get("items") and tree.get("kind") == "all" else from_tree(tree)
    except CelError as error:
        problems = list(_part_problems(tree, env, "")) or error.problems
        return {"cel": "", "tree": tree, "sentence": None, "parts": [], "problems": [p.as_dict() for p in problems]}
    problems = []
    try:
        if source:
            check(source, env, Kind.boolean)
    except CelError as error:
        problems = list(_part_problems(tree, env, "")) or list(error.problems)
    return await _answer(uow, schema, object_key, source, tree, problems, numbers)


async def _answer(
    uow: UnitOfWork, schema: Schema, object_key: str, source: str, tree: Tree, problems: list[Problem], numbers: Names | None
) -> dict[str, Any]:
    if problems:
        found = [one.as_dict() for one in problems]
        return {"cel": source, "tree": tree, "sentence": None, "parts": [], "problems": found}
    parts = list(tree.get("items") or ()) if tree.get("kind") == "all" else [tree]
    whole, *each = await sentences(uow, schema, object_key, [tree, *parts], numbers)
    return {"cel": source, "tree": tree, "sentence": whole, "parts": each, "problems": []}


def _part_problems(tree: Any, env: Env, path: str) -> Iterator[Problem]:
    """Problems of every single part, each asked by itself."""
    if path.count("items") > DEEPEST:
        return
    if isinstance(tree, Mapping) and isinstance(tree.get("items"), list) and tree.get("kind") in ("all", "any", "not"):
        for n, item in enumerate(tree["items"]):
            yield from _part_problems(item, env, f"{path}.items.{n}".lstrip("."))
        return
    try:
        check(from_tree(tree) if isinstance(tree, Mapping) else from_tree({}), env, Kind.boolean)
    except CelError as error:
        yield from (replace(problem, path=path) for problem in error.problems)


@post("/api/v1/conditions/parse", opt=reads(SIGNED_IN), tags=["conditions"], status_code=200)
async def parse(here: Here, data: ParseBody) -> dict[str, Any]:
    """An expression as a tree of all, any, not, single conditions and parts kept word for word."""
    return await here.read(lambda uow: parse_condition(uow, data.object, data.cel, data.place, data.numbers))


@post("/api/v1/conditions/print", opt=reads(SIGNED_IN), tags=["conditions"], status_code=200)
async def print_(here: Here, data: PrintBody) -> dict[str, Any]:
    """A tree as an expression, checked, with a sentence in both languages."""
    return await here.read(lambda uow: print_condition(uow, data.object, data.tree, data.place, data.numbers))


ROUTES = [parse, print_]
