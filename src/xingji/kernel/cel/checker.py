"""Checks an expression against an environment: parse, types, our own rules, limits. Never touches a database."""

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

from xingji.kernel.cel.checker_types import Checked, FunctionCall, function_arg
from xingji.kernel.cel.environment import CALLER_FUNCTIONS, NUMBERS, Env, Kind
from xingji.kernel.cel.environment_types import official_environment
from xingji.kernel.cel.problems import CelError, from_official, problem
from xingji.kernel.cel.sql_emit import DrySink, Emitter
from xingji.kernel.cel.tree import Call, ListOf, Literal, Macro, Name, Node, children
from xingji.kernel.cel.tree_decode import Decoder
from xingji.kernel.cel.typing_rules import Refusal
from xingji.kernel.cel.wire import TooDeep, decode

MAX_BYTES = 4096
MAX_NODES = 400
MAX_DEPTH = 32
MAX_LIST = 200
MAX_COST = 10_000
_LIST_GUESS = 20  # elements a list field is thought to hold
_COSTS = {"working_minutes_since": 200, "working_minutes_between": 200, "count_events": 50, "sum_events": 50, "last_event": 50,
          "first_event": 50, "count_after": 50, "count_changes": 50, "last_change": 50, "people_around": 200, "count_related": 20, "usual_gap_days": 200,
          "in_team": 10, "in_region": 10, "contains": 3, "lower": 3, "trim": 3}  # fmt: skip
_KEPT = 4096


_results: "OrderedDict[tuple[str, str, Kind | None], Checked]" = OrderedDict()
_lock = Lock()


def check(source: str, env: Env, want: Kind | None = None) -> Checked:
    """The checked expression. Raises: CelError with every problem found."""
    if len(source) > MAX_BYTES:  # before anything looks at all of it
        raise CelError([problem("too_large", found=len(source), limit=MAX_BYTES, what="bytes")], source[:MAX_BYTES])
    key = (source, env.fingerprint, want)
    with _lock:
        found = _results.get(key)
        if found is not None:
            _results.move_to_end(key)
            return found
    checked = _check(source, env, want)
    with _lock:
        _results[key] = checked
        while len(_results) > _KEPT:
            _results.popitem(last=False)
    return checked


def _check(source: str, env: Env, want: Kind | None) -> Checked:
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise CelError([problem("too_large", found=size, limit=MAX_BYTES, what="bytes")], source)
    if any("\ud800" <= c <= "\udfff" or c == "\0" for c in source):
        raise CelError([problem("bad_text")], source)
    try:
        serialized = official_environment(env).compile(source).serialize()
    except RuntimeError as refusal:
        raise CelError(from_official(str(refusal), source, env), source) from None
    try:
        root, positions = decode(serialized)
    except TooDeep:
        raise CelError([problem("too_deep", limit=MAX_DEPTH)], source) from None
    decoder = Decoder(env, source, positions)
    tree = decoder.node(root)
    if not decoder.problems:
        _check_result(tree, want, decoder)
        _check_limits(tree, decoder)
    if not decoder.problems:
        _compile_on_trial(tree, env, decoder)
    if decoder.problems:
        raise CelError(sorted(decoder.problems, key=lambda p: (p.line or 0, p.column or 0)), source)
    references, functions = _uses(tree)
    return Checked(source, env, want or tree.kind, tree, references, functions)


def _compile_on_trial(tree: Node, env: Env, decoder: Decoder) -> None:
    """What has no SQL, or too much of it, is refused here and not when it is first used."""
    try:
        Emitter(DrySink(), env).piece(tree)
    except Refusal as refusal:
        decoder.refuse(refusal.at, refusal.code, **refusal.params)


def _check_result(tree: Node, want: Kind | None, decoder: Decoder) -> None:
    """Widening is fine: a whole number where a decimal number or money is wanted, an id as text and back."""
    kind = tree.kind
    if kind in (Kind.record, Kind.text_map):
        decoder.refuse(tree.at, "unsupported", what=kind.value)
    if want is None or kind in (want, Kind.null):
        return
    wide = {Kind.double, Kind.percent, Kind.money}
    fits = (want in wide and kind in NUMBERS - {Kind.money}) or {want, kind} <= {Kind.text, Kind.uuid}
    fits = fits or {want, kind} <= {Kind.text_list, Kind.uuid_list}
    if not fits:
        decoder.refuse(0, "wrong_result", want=want.value, type=kind.value)


def _check_limits(tree: Node, decoder: Decoder) -> None:
    nodes, depth, longest = _measure(tree)
    if nodes > MAX_NODES:
        decoder.refuse(0, "too_large", found=nodes, limit=MAX_NODES, what="parts")
    if depth > MAX_DEPTH:
        decoder.refuse(0, "too_deep", limit=MAX_DEPTH)
    if longest > MAX_LIST:
        decoder.refuse(0, "too_large", found=longest, limit=MAX_LIST, what="list elements")
    cost = _cost(tree)
    if cost > MAX_COST:
        decoder.refuse(0, "too_costly", found=cost, limit=MAX_COST)


def _measure(node: Node, chained: str = "") -> tuple[int, int, int]:
    """Nodes, depth and the longest written list; a chain of the same logical operator is one level."""
    op = node.op if isinstance(node, Call) and node.op in ("&&", "||") else ""
    parts = [_measure(part, op) for part in children(node)]
    longest = len(node.items) if isinstance(node, ListOf) else 0
    level = 0 if op and op == chained else 1
    return (
        1 + sum(p[0] for p in parts),
        level + max((p[1] for p in parts), default=0),
        max([longest, *(p[2] for p in parts)]),
    )


def _cost(node: Node) -> int:
    if isinstance(node, Macro):
        size = len(node.over.items) if isinstance(node.over, ListOf) else _LIST_GUESS
        body = sum(_cost(part) for part in (node.condition, node.transform) if part is not None)
        return _cost(node.over) + max(size, 1) * body
    own = _COSTS.get(node.op, 1) if isinstance(node, Call) else 1
    return own + sum(_cost(part) for part in children(node))


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in children(node):
        yield from _walk(part)


#: Functions that name a field by a text.
NAMING = frozenset({"changed", "count_changes", "last_change"})


def _uses(tree: Node) -> tuple[frozenset[tuple[str, ...]], frozenset[FunctionCall]]:
    references: set[tuple[str, ...]] = set()
    functions: set[FunctionCall] = set()
    for node in _walk(tree):
        if isinstance(node, Name):
            references.add(node.path)
        elif isinstance(node, Call) and node.op in CALLER_FUNCTIONS:
            functions.add(FunctionCall(node.op, tuple(function_arg(arg) for arg in node.args)))
            if node.op in NAMING and isinstance(node.args[0], Literal):
                references.add((str(node.args[0].value),))
    return frozenset(references), frozenset(functions)
