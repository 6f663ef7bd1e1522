"""What follows a transition: its steps as rules of the one rule engine, their check, and what they will do in words.

Owns no action and runs nothing: rules act, with their limits, traces and undo.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from xingji.features.process.document import Names, Playbook, Transition
from xingji.features.process.health import pins_in_use
from xingji.features.process.sight import playbook_versions
from xingji.kernel.cel import text_literal
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records import load_schema
from xingji.kernel.rules.actions import ACTIONS
from xingji.kernel.rules.check import check_steps
from xingji.kernel.rules.compile import load_rules
from xingji.kernel.rules.derived import Derived
from xingji.kernel.rules.document import as_list
from xingji.kernel.rules.references import rule_references
from xingji.kernel.work.templates import pick_language

Document = Mapping[str, Any]
ORDER = 900
"""After the rules people wrote: what they tag or set stands when the steps of a move are done."""
WHO = {"owner": {"zh": "负责人", "en": "the owner"}, "event.person": {"zh": "推进的人", "en": "whoever moves it"}}


async def rules_that_follow(uow: UnitOfWork) -> list[Derived]:
    """A rule for each transition with steps, of the versions records run on: running records keep what theirs says."""
    published = await load_published(uow)
    documents = published.of_kind("playbook")
    if not any(move.get("then") for one in documents.values() for move in one.get("transitions") or ()) and not await _ever(uow):
        return []
    pins = {(key, version) for key in documents for now in [published.versions["playbook", key]] for version in (now, now - 1) if version > 0}
    for object_key in sorted({str(one["object"]) for one in documents.values()}):
        pins |= set(await pins_in_use(uow, object_key))
    books = await playbook_versions(uow, pins)
    return [_rule(book, move) for _, book in sorted(books.items()) for move in book.transitions if move.then]


async def _ever(uow: UnitOfWork) -> bool:
    return await uow.fetchval("select exists (select from definition where kind = 'playbook' and document @? '$.transitions[*].then[*]')")


def _rule(book: Playbook, move: Transition) -> Derived:
    # The gate says which way was taken; what moved without being asked goes by what the transition shows itself for.
    left = f"event.data.from in [{', '.join(map(text_literal, move.origins))}]" if move.origins else "event.data.from != null"
    shown = f"({move.when})" if move.when else "true"
    when = f"playbook == {text_literal(book.key)} && playbook_version == {book.version} && {left} && event.data.to == {text_literal(move.to)}"
    way = f"(event.data.transition == {text_literal(move.key)} || (event.data.transition == null && {shown}))"
    name = {tongue: f"{book.name[tongue]} · {move.name[tongue]}" for tongue in ("zh", "en")}
    document = {
        "name": name, "object": book.object, "order": ORDER, "on": {"event": f"{book.object}.stage_moved"},
        "when": f"{when} && {way}", "do": [dict(step) for step in move.then],
    }  # fmt: skip
    return Derived(_rule_key(book, move), book.version, document)


def _rule_key(book: Playbook, move: Transition) -> str:
    return f"playbook/{book.key}/{book.version}/{move.key}"


async def unfit_steps(uow: UnitOfWork, books: Iterable[Playbook]) -> list[dict[str, Any]]:
    """[{version, transition, name, problem}]: what follows a transition of these versions and cannot run any more, with its reason."""
    unfit = (await load_rules(uow)).unfit
    return [
        {"version": book.version, "transition": move.key, "name": dict(move.name), "problem": unfit[_rule_key(book, move)].as_dict()}
        for book in sorted(books, key=lambda one: one.version) for move in book.transitions if _rule_key(book, move) in unfit
    ]  # fmt: skip


# ── check ────────────────────────────────────────────────────────────────────────────────────────────────────────


def follows_fit(document: Document, context: CheckContext) -> Iterator[Problem]:
    """Every problem of what follows: the steps' own, and a step that would move the record on."""
    for path, steps in _given(document):
        if not isinstance(steps, list):
            message = {"zh": "「随后」应是一串动作", "en": "What follows is a list of steps"}
            yield Problem("process.follows_shape", path, {}, message)
            continue
        yield from check_steps(str(document["object"]), steps, context, path)
        for n, step in enumerate(steps):
            fields = step.get("fields") if isinstance(step, Mapping) else None
            if isinstance(fields, Mapping) and step.get("action") == "set" and str(document.get("field") or "stage") in fields:
                message = {"zh": "随后的动作不能再改阶段", "en": "What follows a move cannot move the record again"}
                yield Problem("process.follows_moves", f"{path}.{n}.fields", {}, message)


def follows_references(document: Document) -> set[Ref]:
    """What the steps use."""
    return {ref for _, steps in _given(document) for ref in rule_references({"object": document.get("object"), "do": steps})}


def _given(document: Document) -> Iterator[tuple[str, Any]]:
    moves = document.get("transitions")
    for n, move in enumerate(moves if isinstance(moves, list) else ()):
        if isinstance(move, Mapping) and move.get("then"):
            yield f"transitions.{n}.then", move["then"]


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def foretell(uow: UnitOfWork, book: Playbook) -> dict[str, list[Names]]:
    """By transition what will be done after it, in words, before anybody moves anything."""
    moves = [move for move in book.transitions if move.then]
    if not moves:
        return {}
    words = await _words(uow, book, [step for move in moves for step in move.then])
    unfit = {one["transition"]: [_not_done(one["problem"])] for one in await unfit_steps(uow, [book])}
    return {move.key: unfit.get(move.key) or [_said(step, words) for step in move.then] for move in moves}


def _not_done(problem: Document) -> Names:
    why = problem.get("message") or {}
    return {"zh": f"随后的动作已不能执行：{why.get('zh') or problem['code']}", "en": f"what followed cannot run any more: {why.get('en') or problem['code']}"}


class _Words:
    """How people, roles, units, fields and their values are called."""

    def __init__(self, who: Mapping[str, Names], fields: Mapping[str, Names], values: Mapping[tuple[str, str], Names]) -> None:
        self.who, self.fields, self.values = who, fields, values

    def person(self, who: str, tongue: str) -> str:
        if who.endswith(".manager"):
            below = self.person(who.removesuffix(".manager"), tongue)
            return f"{below}的上级" if tongue == "zh" else f"the manager of {below}"
        return (self.who.get(who) or self.fields.get(who) or {}).get(tongue) or who.partition(":")[2] or who

    def blank(self, text: Any, tongue: str) -> str:
        said = pick_language(text, tongue) if isinstance(text, Mapping) else str(text or "")
        for key, name in self.fields.items():
            said = said.replace("{" + key + "}", f"〔{name[tongue]}〕")
        return said


async def _words(uow: UnitOfWork, book: Playbook, steps: Sequence[Document]) -> _Words:
    published, kind = await load_published(uow), (await load_schema(uow)).object(book.object)
    who = dict(WHO) | {f"role:{key}": _name(role, key) for key, role in published.of_kind("role").items()}
    named = {part for step in steps for part in (*as_list(step.get("to") or []), *as_list(step.get("assignee") or []))}
    keys = sorted(str(one).partition(":")[2] for one in named if ":" in str(one))
    if keys:
        rows = await uow.fetch("select 'person:' || key as who, name from person where key = any($1) union all select u || key, name from unit, unnest(array['unit:', 'team:', 'head:']) u where key = any($1)", keys)
        who |= {row["who"]: {"zh": row["name"], "en": row["name"]} for row in rows}
    options = {
        (key, f'"{option["key"]}"'): _name(option, str(option["key"]))
        for key, spec in kind.fields.items() for option in spec.document.get("options") or ()
    }  # fmt: skip
    return _Words(who, {key: spec.name for key, spec in kind.fields.items()}, options)


def _said(step: Document, words: _Words) -> Names:
    action = ACTIONS.get(str(step.get("action")))
    if action is None:
        return {"zh": str(step.get("action")), "en": str(step.get("action"))}
    return {tongue: action.phrase(_spoken(step, words, tongue), _detail(step, words, tongue))[tongue] for tongue in ("zh", "en")}


def _spoken(step: Document, words: _Words, tongue: str) -> dict[str, Any]:
    texts = {part: {tongue: words.blank(step[part], tongue)} for part in ("title", "body", "note") if step.get(part)}
    to = {"to": words.person(step["to"], tongue)} if isinstance(step.get("to"), str) else {}
    return {**step, **texts, **to}


def _detail(step: Document, words: _Words, tongue: str) -> dict[str, Any]:
    people = as_list(step.get("to") or step.get("assignee") or step.get("of") or "owner")
    names = [words.person(str(one), tongue) for one in people]
    if step.get("action") == "escalate":
        names = [words.person(f"{step.get('of') or 'owner'}{'.manager' * int(step.get('levels') or 1)}", tongue)]
    fields = step.get("fields") if isinstance(step.get("fields"), Mapping) else {}
    shown = {
        (words.fields.get(key) or {}).get(tongue) or key: (words.values.get((key, str(value))) or {}).get(tongue) or str(value).strip('"')
        for key, value in fields.items()
    }  # fmt: skip
    return {"names": names, "fields": shown}


def _name(document: Document, key: str) -> Names:
    name = document.get("name")
    return {"zh": str(name.get("zh") or key), "en": str(name.get("en") or name.get("zh") or key)} if isinstance(name, Mapping) else {"zh": str(name or key), "en": str(name or key)}
