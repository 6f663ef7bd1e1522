"""Row 13: scripts stored in every text, name and label, walked through in a real browser: none fires, none is tried."""

import asyncpg
from playwright.sync_api import Page

from browser.test_browser_screens import SCREENS, settled
from browser_office import WORKSPACE, Office, Visit, apart
from figures import figure

PAYLOAD = """<img src=x onerror="fired('img')"><svg onload="fired('svg')"></svg><script>fired('script')</script>"""
LINK = "javascript:fired('link')"
WATCH = """
globalThis.caught = []
globalThis.fired = what => globalThis.caught.push(what)
document.addEventListener('securitypolicyviolation', e => e.violatedDirective.startsWith('script') && globalThis.caught.push(`tried: ${e.sourceFile} ${e.sample}`))
"""
PLAIN = ("text", "long_text", "company")
LABEL = r"""regexp_replace(document::text, '("(?:zh|en)": ")', '\1' || replace($1, '"', '\"') || ' ', 'g')::jsonb"""


async def plant(office: Office) -> int:
    """A script in every text of every record, person, unit, message and file, in every label of every definition; how many."""
    owner = await asyncpg.connect(office.addresses.owner_url)
    planted = 0
    try:
        await owner.execute(f'set search_path = "ws_{WORKSPACE}"')
        fields = await owner.fetch(
            """select key as object, f ->> 'key' as field, f ->> 'kind' as kind from definition,
              jsonb_array_elements(document -> 'fields') f where kind = 'object' and status = 'published'"""
        )
        columns = {
            (row["table_name"], row["column_name"])
            for row in await owner.fetch(
                "select table_name, column_name from information_schema.columns where table_schema = $1 and data_type = 'text'",
                f"ws_{WORKSPACE}",
            )
        }
        texts = [(f"o_{row['object']}", row["field"]) for row in fields if row["kind"] in PLAIN]
        links = [(f"o_{row['object']}", row["field"]) for row in fields if row["kind"] == "url"]
        texts += [
            ("person", "name"),
            ("person", "title"),
            ("unit", "name"),
            ("inbox", "title"),
            ("inbox", "body"),
            ("file", "name"),
            ("definition", "note"),
        ]
        for value, places in ((PAYLOAD, texts), (LINK, links)):
            for table, column in places:
                if (table, column) in columns:
                    done = await owner.execute(f"update {table} set {column} = $1 || coalesce({column}, '')", value)
                    planted += int(done.split()[-1])
        done = await owner.execute(
            f"update definition set document = {LABEL} where status in ('published', 'draft')", PAYLOAD
        )
        await owner.execute(
            "update workspace_state set definitions_rev = definitions_rev + 1, access_rev = access_rev + 1"
        )
        return planted + int(done.split()[-1])
    finally:
        await owner.close()


def caught(page: Page) -> list[str]:
    """What fired or was tried, and links that would run a script when pressed."""
    page.wait_for_timeout(150)
    return page.evaluate(
        "[...globalThis.caught, ...[...document.links].map(a => a.href).filter(h => /^\\s*javascript:/i.test(h))]"
    )


def test_no_script_stored_anywhere_fires_on_any_screen(office: Office, visit: Visit):
    lead = office.post_lead(
        "web_quote", name="高总", company="脚本测试(演示)", need="测算", area="上海", external_id="scripts-1"
    )["lead"]
    planted = apart(plant(office))
    assert planted > 100
    visitor = visit("sunian")
    page, fired, seen = visitor.page, {}, 0
    page.context.add_init_script(WATCH)
    page.on("dialog", lambda dialog: (fired.setdefault(page.url, []).append(dialog.message), dialog.dismiss()))
    for path in [*SCREENS.values(), f"/leads/{lead}"]:
        visitor.goes_to(path)
        settled(page)
        if found := caught(page):
            fired[path] = found
        seen += "fired(" in page.inner_text("body")
    figure(
        13,
        f"{planted} stored texts and labels with scripts, {len(SCREENS) + 1} screens, {seen} show one: {sum(map(len, fired.values()))} fired or tried",
    )
    assert fired == {}
    assert seen > 10  # they are there, as text


def test_the_same_text_fires_where_it_is_taken_for_a_page(visit: Visit):
    """The control: what is planted is a script, and what watches sees it."""
    page = visit("sunian").page.context.new_page()
    page.add_init_script(WATCH)
    page.goto("about:blank")
    page.set_content(f'<script>{WATCH}</script>{PAYLOAD}<a href="{LINK}">x</a>')
    page.wait_for_function("globalThis.caught.length >= 3")
    assert len(caught(page)) >= 4
