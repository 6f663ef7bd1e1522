"""`make screens` leaves no screen out."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_SHELL = {"/sign-in", "/sign-up"}  # taken before anybody signs in


def test_every_address_of_the_router_is_photographed(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), str(ROOT / "tests"), *sys.path])
    import screens

    router = (ROOT / "web/src/app/router.tsx").read_text()
    found = re.findall(r"(?:page|first|later)\('(/[^']*)'|path: '(/[^']*)'", router)
    addresses = {one or other for one, other in found} - WITHOUT_SHELL
    assert len(addresses) > 20
    taken = {path.partition("?")[0] for path, _ in screens.SCREENS.values()}
    pressed = {path.partition("?")[0] for path, act in screens.SCREENS.values() if act}
    for address in sorted(addresses):
        pattern = re.compile(re.sub(r"\$\w+", "[^/]+", address) + "$")
        by_press = "$id" in address and any(re.fullmatch(re.sub(r"\$\w+", "[^/]+", re.sub(r"/\$id$", "", address)), path) for path in pressed)
        assert by_press or any(pattern.match(path) for path in taken), f"no picture of {address}"
    kinds = set(re.findall(r"^  (\w+): lazy", (ROOT / "web/src/app/editors.ts").read_text(), re.M))
    assert kinds <= {path.split("/")[2] for path in taken if path.startswith("/settings/") and path.count("/") == 3}, "an editor is missing"
