"""The web app in a slow browser: largest paint with data at a quarter of the CPU, long tasks over 10,000 rows.

Alone: `.venv/bin/python bench/web.py`. In `make bench` as `--only web`. Needs Chromium and the built app.
"""

import os
import statistics
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# The demo's packs send to its simulators, which listen here or nowhere.
os.environ.setdefault("XINGJI_ALLOW_PRIVATE_HTTP", "127.0.0.1:8010,127.0.0.1:8011")
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

SLOW = 4
TIMES = 5
PAINT_MS = 1_500
ROWS = 10_000
WATCH = """() => { window.seen = {paint: 0, rows: 0, long: 0}
  new MutationObserver((_, watcher) => { if (document.querySelector('[data-record]')) { watcher.disconnect()
    requestAnimationFrame(() => setTimeout(() => { seen.rows = performance.now() })) } }).observe(document, {subtree: true, childList: true})
  new PerformanceObserver(list => { for (const e of list.getEntries()) seen.paint = e.startTime })
    .observe({type: 'largest-contentful-paint', buffered: true})
  new PerformanceObserver(list => { for (const e of list.getEntries()) seen.long += e.duration })
    .observe({type: 'longtask'}) }"""


def measure(rows: int = ROWS) -> list[dict[str, Any]]:
    """One result for the paint, one for scrolling; each on a demo office of its own."""
    from playwright.sync_api import sync_playwright

    from browser_office import CHROMIUM, Office, apart, furnish
    from conftest import create_database, start_server, stop_server
    from serving import served

    server = start_server()
    try:
        addresses = apart(create_database(server.owner_url("postgres"), with_base=False))
        tokens = apart(furnish(addresses))
        with served(addresses.owner_url, addresses.app_url) as system, sync_playwright() as playwright:
            office = Office(system, addresses, {}, tokens)
            for start in range(0, rows, 1_000):
                office.fill(min(1_000, rows - start))
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            paints = [_paint(browser, office) for _ in range(TIMES)]
            scroll = _scroll(browser, office, rows)
            browser.close()
    finally:
        stop_server(server)
    median = statistics.median(paint for paint, _ in paints)
    return [
        _result("web paint 4x", median, "ms", PAINT_MS, {"all": [paint for paint, _ in paints], "rows": [rows for _, rows in paints], "repeats": TIMES}),
        _result("web scroll long", scroll["long"], "ms", None, scroll),
    ]


def _result(name: str, value: float, unit: str, limit: float | None, details: dict[str, Any]) -> dict[str, Any]:
    ratio = value / limit if limit else None
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "limit": limit,
        "ratio": ratio,
        "p50": value,
        "p99": None,
        "repeats": 1,
    } | details


def _page(browser: Any, office: Any) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies(office.cookies_of("shenruogu"))
    page = context.new_page()
    page.add_init_script(f"({WATCH})()")
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    return page


def _paint(browser: Any, office: Any) -> tuple[float, float]:
    """Milliseconds until the last large paint of the lead list, from an empty cache, and until its first rows were painted."""
    page = _page(browser, office)
    page.goto(f"{office.url}/leads")
    page.wait_for_selector("[data-record]")
    page.wait_for_timeout(1_500)
    paint, rows = page.evaluate("[Math.max(seen.paint, seen.rows), seen.rows]")
    page.context.close()
    return round(paint, 1), round(rows, 1)


def _scroll(browser: Any, office: Any, rows: int) -> dict[str, Any]:
    """Long tasks while the whole list is scrolled through, page after page."""
    page = _page(browser, office)
    page.goto(f"{office.url}/leads")
    page.wait_for_selector("[data-record]")
    page.wait_for_timeout(1_000)
    page.evaluate("seen.long = 0")
    reached = 0
    for _ in range(rows):
        reached = page.evaluate(
            "(() => { const box = document.querySelector('.xj-list__box'); box.scrollBy(0, 1400); return box.scrollTop })()"
        )
        page.wait_for_timeout(60)
        if reached >= (rows - 40) * 56:
            break
    long = page.evaluate("seen.long")
    page.context.close()
    return {"long": round(long, 1), "rows": rows, "scrolled": reached}


if __name__ == "__main__":
    for row in measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS):
        print(row)
