"""Packs as files: a folder or a zip of YAML read into documents, documents written as a zip. Owns no rows.

The YAML read here is the plain part of YAML 1.2: `on` is a word, `08:30` and `2026-01-31` are texts, a key stands
once, and anchors are refused (a few lines of them can stand for gigabytes).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.definitions.kinds import Document

LAYERS = ("base", "edition", "industry", "demo")
MAX_PACK_BYTES = 20_000_000
MAX_PACK_FILES = 5_000
MAX_DEPTH = 60
NOT_DOCUMENTS = ("pack.yaml", "people.yaml", "data.yaml", "roadmap.yaml")
SIZES = ("s", "m", "l")  # fewer than 10 people, 50 to 200, 500 and more
USUAL_SIZE = "m"
_FIRST = ("kind", "key", "name", "help", "object", "order", "on", "when")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    yaml_implicit_resolvers: dict[str, list[Any]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            name = self.construct_object(key_node, deep=True)
            if not isinstance(name, str):
                raise yaml.constructor.ConstructorError(None, None, f"the name {name!r} is no text", key_node.start_mark)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the name {name!r} stands twice", key_node.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def _resolver(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


_resolver("bool", r"^(?:true|false)$", "tf")
_resolver("null", r"^(?:~|null|)$", "~n\0")
_Loader.yaml_implicit_resolvers.setdefault("", []).append(("tag:yaml.org,2002:null", re.compile("^$")))
_resolver("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789")
_resolver("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", "-0123456789")


@dataclass(slots=True)
class Pack:
    """What a pack brings: who it is, its documents with the file each stands in, and people."""

    key: str
    version: str
    layer: str
    name: Mapping[str, str]
    requires: list[str]
    documents: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    people: dict[str, Any] | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    aside: dict[str, Any] = field(default_factory=dict)  # what is no definition, by file: sample data, the roadmap

    @property
    def origin(self) -> str:
        return f"{self.key}/{self.version}"


def read_pack(source: Path | bytes, size: str | None = None) -> Pack:
    """A pack from a folder or the bytes of a zip, with what an organisation of that size has switched on.

    A document, unit or person may say `sizes: [m, l]`; without it, it is for every size. `size`: s, m (usual) or l.
    Raises: `packs.invalid` with file, line and column of each problem.
    """
    size = size or USUAL_SIZE
    problems: list[Problem] = []
    parsed = {name: _parse(name, text, problems) for name, text in _files(source)}
    meta = next(iter(parsed.pop("pack.yaml", [])), None)
    if not isinstance(meta, Mapping) or not isinstance(meta.get("key"), str):
        problems.append(_problem("packs.no_pack_yaml", "pack.yaml", "缺少 pack.yaml 或其中的 key", "pack.yaml or its key is missing"))
        raise invalid("packs.invalid", problems)
    layer = meta.get("layer", "industry")
    if layer not in LAYERS:
        problems.append(_problem("packs.bad_layer", "pack.yaml", f"layer 只能是 {LAYERS}", f"layer is one of {LAYERS}"))
    label = meta.get("name")
    pack = Pack(
        meta["key"], str(meta.get("version", "1")), layer, label if isinstance(label, Mapping) else {"zh": str(label or "")},
        [str(required) for required in meta.get("requires") or []], meta=meta,
    )  # fmt: skip
    for name, documents in parsed.items():
        last = name.rsplit("/", 1)[-1]
        if name == "people.yaml":
            people = documents[0] if documents and isinstance(documents[0], dict) else None
            pack.people = {group: _of_size(items, size) for group, items in people.items()} if people else None
        elif last in NOT_DOCUMENTS:
            pack.aside[last] = documents[0] if documents else None
        else:
            fit = [document for document in documents if _is_document(name, document, problems)]
            pack.documents += [(name, document) for document in _of_size(fit, size)]
    if problems:
        raise invalid("packs.invalid", problems)
    return pack


def _of_size(items: Any, size: str) -> Any:
    """The items an organisation of that size has, without their mark."""
    if not isinstance(items, list):
        return items
    fit = [item for item in items if not isinstance(item, Mapping) or size in (item.get("sizes") or SIZES)]
    return [{k: v for k, v in item.items() if k != "sizes"} if isinstance(item, Mapping) else item for item in fit]


def write_pack(meta: Mapping[str, Any], documents: Iterable[Document], people: Document | None = None) -> bytes:
    """A zip that reads back to the same documents, the same bytes for the same input."""
    files = {"pack.yaml": dump(meta)}
    if people:
        files["people.yaml"] = dump(people)
    for document in documents:
        files[f"{document['kind']}/{document['key']}.yaml"] = dump(document)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def dump(document: Any) -> str:
    """A document as YAML in a fixed order: what names it first, the rest by the alphabet."""
    return yaml.safe_dump(_ordered(document), allow_unicode=True, sort_keys=False, width=120)


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        names = [name for name in _FIRST if name in value] + sorted(name for name in value if name not in _FIRST)
        return {name: _ordered(value[name]) for name in names}
    return [_ordered(item) for item in value] if isinstance(value, (list, tuple)) else value


def _files(source: Path | bytes) -> list[tuple[str, str]]:
    if isinstance(source, Path):
        found = [(str(file.relative_to(source)), file) for file in sorted(source.rglob("*.yaml")) if file.is_file()]
        return [(name, file.read_text("utf-8")) for name, file in found]
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            entries = sorted((e for e in archive.infolist() if e.filename.endswith(".yaml")), key=lambda e: e.filename)
            if len(entries) > MAX_PACK_FILES or sum(entry.file_size for entry in entries) > MAX_PACK_BYTES:
                raise invalid("packs.too_large", limit_bytes=MAX_PACK_BYTES, limit_files=MAX_PACK_FILES)
            texts = [(entry.filename, archive.read(entry).decode("utf-8")) for entry in entries]
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise invalid("packs.not_a_pack", detail=str(error)[:200]) from error
    # A zip of a folder has that folder's name in front of everything.
    top = next((name[: -len("pack.yaml")] for name, _ in texts if name.endswith("/pack.yaml") and name.count("/") == 1), "")
    return [(name.removeprefix(top), text) for name, text in texts if name.startswith(top)]


def _parse(name: str, text: str, problems: list[Problem]) -> list[Any]:
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:  # the composer recurses without a limit of its own
                problems.append(_marked("packs.too_deep", name, "嵌套过深", "Nested too deeply", event.start_mark))
                return []
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                problems.append(_marked("packs.anchor", name, "不支持 YAML 锚点", "YAML anchors are not supported", event.start_mark))
                return []
        return [document for document in yaml.load_all(text, Loader=_Loader) if document is not None]
    except yaml.MarkedYAMLError as error:
        what = " ".join(filter(None, (error.context, error.problem)))
        problems.append(_marked("packs.bad_yaml", name, f"YAML 写法有误:{what}", f"Not valid YAML: {what}", error.problem_mark))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problems.append(_problem("packs.bad_yaml", name, "YAML 写法有误", f"Not valid YAML: {type(error).__name__}"))
    return []


def _is_document(name: str, document: Any, problems: list[Problem]) -> bool:
    good = isinstance(document, dict) and isinstance(document.get("kind"), str) and isinstance(document.get("key"), str)
    if not good:
        problems.append(_problem("packs.no_kind", name, "文档缺少 kind 或 key", "A document lacks its kind or key"))
    return good


def _problem(code: str, path: str, zh: str, en: str, line: int | None = None, column: int | None = None) -> Problem:
    return Problem(code, path, {}, {"zh": zh, "en": en}, line=line, column=column)


def _marked(code: str, path: str, zh: str, en: str, mark: Any) -> Problem:
    return _problem(code, path, zh, en, mark.line + 1 if mark else None, mark.column + 1 if mark else None)
