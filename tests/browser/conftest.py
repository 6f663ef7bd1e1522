"""The served office and real Chromium, for the tests of this folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from xdist.scheduler import LoadFileScheduling

from browser_office import CHROMIUM, Office, Visit, Visitor, apart, furnish
from conftest import copy_database, create_database, drop_database
from serving import free_port, served

# Files whose tests leave nothing behind that the others of these look at.
SHARING = {f"test_browser_{name}" for name in ("capture", "files", "founding", "wrong_decisions")}


@pytest.fixture(scope="session")
def furnished(server_url: str) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """A database with the demo organisation that nobody is connected to, its source tokens, the program's settings."""
    variables = {
        "XINGJI_ALLOW_PRIVATE_HTTP": f"127.0.0.1:8010,127.0.0.1:8011,127.0.0.1:{free_port()}",
        "XINGJI_SECRET_KEY": "browser-tests-only-0123456789abcdef",
        "XINGJI_SIGN_UP": "1",
    }
    os.environ.update(variables)
    addresses = apart(create_database(server_url, with_base=False))
    try:
        yield addresses.name, apart(furnish(addresses)), variables
    finally:
        apart(drop_database(server_url, addresses.name))


class ByOffice(LoadFileScheduling):
    """Several processes share the tests out by office, not by file."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "shared" if Path(file).stem in SHARING else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    return ByOffice(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="module")
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """The organisation as it was furnished: what the tests of another file published or left behind is not in it.

    Starting one takes as long as several tests: those that are SHARING have one together.
    """
    if request.path.stem in SHARING:
        yield request.getfixturevalue("shared_office")
        return
    with opened(request.getfixturevalue("server_url"), *request.getfixturevalue("furnished")) as office:
        yield office


@pytest.fixture(scope="session")
def shared_office(server_url: str, furnished: tuple[str, dict[str, str], dict[str, str]]) -> Iterator[Office]:
    with opened(server_url, *furnished) as office:
        yield office


@contextmanager
def opened(server_url: str, origin: str, tokens: dict[str, str], variables: dict[str, str]) -> Iterator[Office]:
    addresses = apart(copy_database(server_url, origin))
    try:
        with served(addresses.owner_url, addresses.app_url, **variables) as system:
            yield Office(system, addresses, dict(tokens))
            system.kill()  # how a system ends in order is looked at elsewhere
    finally:
        apart(drop_database(server_url, addresses.name))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(office: Office, chromium: Browser) -> Iterator[Visit]:
    """A new browser: `visit("zhanglei", width=390, language="en", theme="dark", path="/leads")`.

    Whoever is named is signed in already, with a session that all tests share: a test that ends the session at the
    server, or that is about signing in, asks for `fresh=True`. Below 800 pixels the browser is a phone.
    """
    contexts: list[BrowserContext] = []

    def make(
        person: str | None = None, *, width: int = 1440, language: str = "zh-CN", theme: str = "light", path: str = "/",
        fresh: bool = False,
    ) -> Visitor:  # fmt: skip
        phone = width < 800
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if phone else 900},
            has_touch=phone,
            locale=language,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        context.add_init_script(
            # a frame that shows a file has no storage
            f"globalThis.localStorage?.setItem('xingji.language', '{language}'); globalThis.localStorage?.setItem('xingji.theme', '{theme}')"
        )
        visitor = Visitor(context.new_page(), office)
        visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        if person is None:
            visitor.goes_to("/sign-in")
            return visitor
        if fresh:
            visitor.goes_to(f"/sign-in?next={quote(path)}")
            visitor.signs_in(person)
        else:
            context.add_cookies(office.cookies_of(person))
            visitor.goes_to(path)
        visitor.page.wait_for_selector("main#main")
        return visitor

    yield make
    for context in contexts:
        context.close()
