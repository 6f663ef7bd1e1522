"""What a browser loads before the first screen stands, by the manifest of the build: small, and nothing heavy in it."""

import gzip
import json
from functools import cache
from pathlib import Path

import pytest

DIST = Path(__file__).resolve().parents[2] / "src/xingji/web_dist"
LIMIT = 200_000
RESERVE = 9_000
FIRST = ("WorkbenchPage", "LeadsPage", "LeadPage", "CapturePage", "TeamPage", "InboxPage", "SignInPage")
HEAVY = ("antd", "echarts", "xyflow", "dnd-kit", "yaml", "qrcode")


@cache
def manifest() -> dict[str, dict]:
    path = DIST / "manifest.json"
    if not path.is_file():
        pytest.fail("the web app is not built: make web")
    return json.loads(path.read_text())


def needed(*keys: str) -> set[str]:
    """Every chunk that stands before the first paint of these: what they import at once, never what they load later."""
    seen: set[str] = set()
    waiting = list(keys)
    while waiting:
        if (key := waiting.pop()) not in seen:
            seen.add(key)
            waiting += manifest()[key].get("imports", [])
    return seen


def weight(chunks: set[str]) -> dict[str, int]:
    """Compressed bytes by file, heaviest first, style sheets included."""
    files = {manifest()[key]["file"] for key in chunks} | {css for key in chunks for css in manifest()[key].get("css", [])}
    sizes = {name: len(gzip.compress((DIST / name).read_bytes(), 6)) for name in files}
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def entry() -> str:
    return next(key for key, chunk in manifest().items() if chunk.get("isEntry"))


def page(name: str) -> str:
    return f"src/pages/{name}.tsx"


@pytest.mark.parametrize("name", FIRST)
def test_a_first_load_stays_below_200_kilobytes_with_a_reserve(name: str):
    sizes = weight(needed(entry(), "src/lib/i18n/zh-CN/index.ts", page(name)))
    total = sum(sizes.values())
    print(f"first load of {name}: {total / 1000:.1f} kB gzip")
    assert total > 60_000  # the build is really there
    assert total <= LIMIT - RESERVE, {file: size for file, size in sizes.items() if size > 3_000}


def test_nothing_heavy_is_loaded_before_it_is_needed():
    """No page imports antd, charts, the designers' parts or a parser at once, whatever page it is, save the studio's."""
    pages = [key for key in manifest() if key.startswith("src/pages/") and key.endswith(".tsx")]
    assert len(pages) > 10
    for key in [entry(), *(each for each in pages if Path(each).stem in FIRST)]:
        names = {manifest()[chunk].get("name", "") + manifest()[chunk].get("src", "") for chunk in needed(key)}
        assert not [name for name in names for word in HEAVY if word in name.lower()], key
