"""Machine names for what people call things: ASCII keys from Chinese and Latin names. Owns no rows."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
from litestar import post
from pypinyin import lazy_pinyin

from xingji.kernel.http import Here, needs

LONGEST = 40
MOST_SYLLABLES = 6


class NamesBody(msgspec.Struct, forbid_unknown_fields=True):
    """Names as people wrote them, and the keys that are taken."""

    names: Annotated[list[Annotated[str, msgspec.Meta(max_length=200)]], msgspec.Meta(max_length=400)]
    taken: Annotated[list[Annotated[str, msgspec.Meta(max_length=80)]], msgspec.Meta(max_length=5_000)] = []


def keys_for(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """A key for each name, none taken and none twice: "样机编号" → "yang_ji_bian_hao"."""
    used, found = set(taken), list[str]()
    for name in names:
        syllables = [re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_") for part in lazy_pinyin(name, v_to_u=False)]
        stem = "_".join(part for part in syllables if part)
        if len(stem) > LONGEST:
            stem = "_".join(stem.split("_")[:MOST_SYLLABLES])[:LONGEST].strip("_")
        stem = stem or "item"
        stem = stem if stem[0].isalpha() else f"n_{stem}"[:LONGEST]
        key, n = stem, 1
        while key in used:
            n += 1
            key = f"{stem[: LONGEST - len(str(n)) - 1]}_{n}"
        used.add(key)
        found.append(key)
    return found


@post("/api/v1/definition-keys", opt=needs("definitions.read"), tags=["definitions"], status_code=200)
async def make_keys(here: Here, data: NamesBody) -> dict[str, Any]:
    """A free machine name for each name."""
    return {"keys": keys_for(data.names, data.taken)}

