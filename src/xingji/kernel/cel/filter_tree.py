"""Reads an expression into the tree of the visual filter: all, any, not, leaves, and opaque parts word for word.

Whatever the tree cannot say stays as text; the tree printed back means the same, or the whole is one opaque part.
"""

from collections.abc import Sequence
from typing import Any

from xingji.kernel.cel.checker import check
from xingji.kernel.cel.environment import Env, Kind
from xingji.kernel.cel.filter_leaves import canonical, leaf_of
from xingji.kernel.cel.filter_print import from_tree
from xingji.kernel.cel.problems import CelError
from xingji.kernel.cel.tokens import Token, depths, tokenize

Tree = dict[str, Any]


def to_tree(source: str, env: Env) -> Tree:
    """The visual filter's tree of a condition; empty text is an `all` without items. Raises: CelError."""
    if not source.strip():
        return {"kind": "all", "items": []}
    checked = check(source, env, Kind.boolean)
    tree = _read(source, env)
    if tree is not None:
        try:
            if canonical(check(from_tree(tree), env, Kind.boolean).tree) == canonical(checked.tree):
                return tree
        except CelError:
            pass
    return {"kind": "opaque", "source": source.strip()}


def _read(source: str, env: Env) -> Tree | None:
    tokens = tokenize(source)
    if tokens is None:
        return None
    return _part(source, tokens, env)


def _part(source: str, tokens: Sequence[Token], env: Env) -> Tree | None:
    """The tree of a run of tokens that is an expression by itself."""
    levels = depths(tokens)
    words = [t for t in tokens if t.kind != "comment"]
    if levels is None or not words:
        return None
    outer = [t for t, level in zip(tokens, levels, strict=True) if level == 0 and t.kind == "sign"]
    if any(t.text == "?" for t in outer):
        return _opaque(source, tokens)
    for sign, kind in (("||", "any"), ("&&", "all")):
        if any(t.text == sign for t in outer):
            return _group(kind, source, _split(tokens, levels, sign), env)
    if words[0].text == "(" and _closing(tokens, words[0]) is words[-1]:
        return _bracketed(source, tokens, words, env)
    if words[0].text == "!" and len(words) > 1:
        return _negated(source, tokens, words, env)
    return _leaf(source, tokens, env)


def _split(tokens: Sequence[Token], levels: Sequence[int], sign: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token, level in zip(tokens, levels, strict=True):
        if level == 0 and token.kind == "sign" and token.text == sign:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _group(kind: str, source: str, parts: Sequence[Sequence[Token]], env: Env) -> Tree | None:
    items: list[Tree] = []
    for part in parts:
        item = _part(source, part, env)
        if item is None:
            return None
        same = item["kind"] == kind and not item.get("comments")  # brackets that change nothing
        items += item["items"] if same else [item]
    return {"kind": kind, "items": items}


def _bracketed(source: str, tokens: Sequence[Token], words: Sequence[Token], env: Env) -> Tree | None:
    inside = [t for t in tokens if words[0].end <= t.start and t.end <= words[-1].start]
    tree = _part(source, inside, env)
    return (
        None if tree is None else _with_comments(tree, [t for t in tokens if t.kind == "comment" and t not in inside])
    )


def _negated(source: str, tokens: Sequence[Token], words: Sequence[Token], env: Env) -> Tree | None:
    """`!` before brackets or before a single name or call; anything else is a leaf by itself."""
    rest = [t for t in tokens if t.start >= words[0].end]
    behind = [t for t in rest if t.kind != "comment"]
    levels = depths(behind) or []
    single = all(level > 0 or t.kind == "word" or t.text in ".()[]" for t, level in zip(behind, levels, strict=True))
    if not single:
        return _leaf(source, tokens, env)
    tree = _part(source, rest, env)
    if tree is None:
        return None
    return _with_comments(
        {"kind": "not", "items": [tree]}, [t for t in tokens if t.kind == "comment" and t not in rest]
    )


def _closing(tokens: Sequence[Token], opening: Token) -> Token | None:
    depth = 0
    for token in tokens:
        if token.start < opening.start or token.kind != "sign":
            continue
        depth += (token.text in "([{") - (token.text in ")]}")
        if depth == 0:
            return token
    return None


def _leaf(source: str, tokens: Sequence[Token], env: Env) -> Tree | None:
    words = [t for t in tokens if t.kind != "comment"]
    text = source[words[0].start : words[-1].end]
    try:
        leaf = leaf_of(check(text, env, Kind.boolean).tree)
    except CelError:
        return None
    comments = [t for t in tokens if t.kind == "comment"]
    if leaf is None or any(words[0].start < t.start < words[-1].end for t in comments):
        return _opaque(source, tokens)
    return _with_comments(leaf, comments)


def _opaque(source: str, tokens: Sequence[Token]) -> Tree:
    return {"kind": "opaque", "source": source[tokens[0].start : tokens[-1].end].strip()}


def _with_comments(tree: Tree, comments: Sequence[Token]) -> Tree:
    if not comments:
        return tree
    texts = [t.text[2:].strip() for t in comments]
    return {**tree, "comments": [*texts, *tree.get("comments", [])]}
