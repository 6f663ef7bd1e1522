"""Row 16: files with scripts in them, opened by themselves and embedded by a page of ours in a real browser: none runs."""

import base64
import contextlib
from functools import partial

from playwright.sync_api import Error, Page, Route

from browser.test_browser_scripts import WATCH
from browser_office import Visit
from figures import figure

SCRIPT = "<script>fired('file')</script>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="fired(\'svg\')">{SCRIPT}</svg>'
PNG = b"\x89PNG\r\n\x1a\n"
HOSTILE: dict[str, bytes] = {
    "picture.svg": SVG.encode(),
    "page.html": f"<!doctype html><body>{SCRIPT}".encode(),
    "page.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{SCRIPT}</body></html>'.encode(),
    "page.png": f"<!doctype html><body>{SCRIPT}".encode(),
    "polyglot.png": PNG + f"<!doctype html><body>{SCRIPT}".encode(),
    "polyglot.gif": f"GIF89a/*{SCRIPT}*/=1;fired('gif')".encode(),
    "polyglot.jpg": b"\xff\xd8\xff\xe0" + f"<body>{SCRIPT}".encode(),
    "polyglot.webp": b"RIFF\x00\x00\x00\x00WEBP" + SCRIPT.encode(),
    "paper.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert('x'))>>>>endobj\n" + SCRIPT.encode(),
    "code.js": b"fired('js')",
    "style.xml": f'<?xml version="1.0"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>fired("xml")</h:script>{SVG}</x>'.encode(),
    "utf7.txt": b"+ADw-script+AD4-fired('utf7')+ADw-/script+AD4-",
    "utf16.html": b"\xff\xfe" + f"<body>{SCRIPT}".encode("utf-16-le"),
    "trap.hta": SCRIPT.encode(),
    "../../web_dist/index.html": SCRIPT.encode(),
    "mail.eml": f"Content-Type: text/html\r\n\r\n{SCRIPT}".encode(),
}
BRING = """async ([name, content]) => {
  const csrf = (await (await fetch('/api/v1/session')).json()).csrf
  const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0))
  const answer = await fetch(`/api/v1/files?name=${encodeURIComponent(name)}`, {method: 'POST', headers: {'x-csrf-token': csrf}, body: bytes})
  return (await answer.json()).id
}"""
EMBED = """src => { for (const kind of ['img', 'iframe', 'embed', 'object', 'script', 'link'])  {
  const one = document.createElement(kind); one[{object: 'data', link: 'href'}[kind] ?? 'src'] = src; if (kind === 'link') one.rel = 'stylesheet'
  document.body.append(one) } }"""


def caught(page: Page) -> list[str]:
    """What ran, in the page or in any frame of it."""
    page.wait_for_timeout(250)
    return [one for frame in page.frames for one in frame.evaluate("globalThis.caught ?? []") if not one.startswith("tried")]


def test_no_file_runs_anything_when_it_is_opened_or_embedded(visit: Visit):
    home = visit("sunian").page
    ids = {name: home.evaluate(BRING, [name, base64.b64encode(content).decode()]) for name, content in HOSTILE.items()}
    assert all(ids.values())
    origin, fired = home.evaluate("location.origin"), {}
    page = home.context.new_page()
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: (fired.setdefault(page.url, []).append(dialog.message), dialog.dismiss()))
    shown = 0
    for name, id in ids.items():
        with contextlib.suppress(Error):  # a download ends the navigation
            page.goto(f"{origin}/api/v1/files/{id}")
            shown += 1
        if found := caught(page):
            fired[name] = found
        page.goto(f"{origin}/")
        page.evaluate(EMBED, f"/api/v1/files/{id}")
        if found := caught(page):
            fired[f"{name} embedded"] = found
    figure(16, f"{len(ids)} files with scripts opened and embedded in a browser, {shown} shown in place: {len(fired)} ran anything")
    assert fired == {}
    assert shown < len(ids)


def told_as(name: str, kind: str, route: Route) -> None:
    route.fulfill(body=HOSTILE[name], content_type=kind)


def test_the_same_files_run_where_they_are_served_as_what_they_say_they_are(visit: Visit):
    """The control: what is brought are scripts, and what watches sees them."""
    page = visit("sunian").page.context.new_page()
    page.add_init_script(WATCH)
    for name, kind in (("picture.svg", "image/svg+xml"), ("page.html", "text/html"), ("style.xml", "text/xml")):
        page.route("**/as-it-says", partial(told_as, name, kind))
        page.goto("http://as-it-says.test/as-it-says")
        page.unroute("**/as-it-says")
        assert caught(page), name
