"""The templates that come with the program, described in words from what they contain. Reads packs; owns nothing."""

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from xingji.kernel.core.errors import not_found
from xingji.kernel.core.settings import packs_folder
from xingji.kernel.definitions.pack_files import SIZES, read_pack

INDUSTRIES = "industries"


def find_pack(named: Path | str) -> Path:
    """The folder of a pack named by its path, or by its key among those that come with the program.

    Raises: `packs.not_found`.
    """
    named = Path(named)
    for folder in (named, packs_folder() / named, packs_folder() / INDUSTRIES / named):
        if (folder / "pack.yaml").is_file():
            return folder
    folders = [*packs_folder().glob("*/pack.yaml"), *(packs_folder() / INDUSTRIES).glob("*/pack.yaml")]
    known = ", ".join(sorted(path.parent.name for path in folders))
    raise not_found("packs.not_found", pack=str(named), remedy=f"a folder with pack.yaml, or one of: {known}")


def template_folder(key: str) -> Path:
    """The folder of an industry template. Raises: `packs.not_found` for anything else, a path above all."""
    folder = packs_folder() / INDUSTRIES / key
    if not key.isidentifier() or not (folder / "pack.yaml").is_file():
        raise not_found("packs.not_found", pack=key)
    return folder


@lru_cache(maxsize=1)
def gallery() -> list[dict[str, Any]]:
    """Every template: its name, what it is for, and for each size what is switched on and where its road leads."""
    keys = sorted(path.parent.name for path in (packs_folder() / INDUSTRIES).glob("*/pack.yaml"))
    return sorted((_described(key) for key in keys), key=lambda found: found["order"])


def _described(key: str) -> dict[str, Any]:
    folder = template_folder(key)
    pack = read_pack(folder)
    sizes = [_of_size(folder, size) for size in pack.meta.get("sizes", SIZES)]
    return {
        "key": key, "name": dict(pack.name), "summary": dict(pack.meta.get("summary", {})), "sizes": sizes,
        "order": int(pack.meta.get("order", 99)),
    }  # fmt: skip


def _of_size(folder: Path, size: str) -> dict[str, Any]:
    pack = read_pack(folder, size)
    documents = [document for _, document in pack.documents]
    table = next((document for document in documents if document["kind"] == "dispatch"), {"rows": []})
    fields = [f["name"] for d in documents if d["kind"] == "object" for f in d.get("fields", ()) if f.get("name")]
    data = pack.aside.get("data.yaml") or {}
    road = next((road for road in (pack.aside.get("roadmap.yaml") or {}).get("sizes", ()) if road["key"] == size), {})
    return {
        "key": size,
        "name": road.get("name", {}),
        "counts": dict(Counter(document["kind"] for document in documents)),
        "sources": [document["name"] for document in documents if document["kind"] == "source"],
        "dispatch_rows": [row["name"] for row in table["rows"]],
        "fields": fields,
        "roles": [d["name"] for d in documents if d["kind"] == "role" and d.get("name")],
        "units": [unit["name"] for unit in (pack.people or {}).get("units", ())],
        "stages": [stage["name"] for stage in road.get("stages", ())],
        "sample": {"leads": data.get("leads", {}).get(size, 0), "customers": data.get("customers", {}).get(size, 0)},
    }
