"""Imports only go down; features meet through the kernel, never through each other."""

import pytest

from architecture.reading import Module, program

# Ground floor first. A floor may import itself and what stands before it.
KERNEL_FLOORS = ["core", "db", "http", "cel", "definitions", "access", "events", "records", "metrics", "work", "rules"]
FEATURES = len(KERNEL_FLOORS)
APP = FEATURES + 1


def floor_of(name: str) -> tuple[int, str]:
    """The height of a module and the part of its floor it belongs to (a feature or a connector), if any.

    The HTTP shell is a low floor (decision 4), so that every floor can hold its own routes.
    """
    parts = name.split(".")
    if parts[:2] == ["xingji", "kernel"] and len(parts) > 2:
        return KERNEL_FLOORS.index(parts[2]), ""
    if parts[:2] in (["xingji", "features"], ["xingji", "connectors"]):
        return FEATURES, ".".join(parts[1:3])
    return (0, "") if parts == ["xingji"] or parts == ["xingji", "kernel"] else (APP, "")


def faults_of(modules: list[Module]) -> list[str]:
    """Every import that goes up, or sideways among features and connectors."""
    known = {module.name for module in modules}
    faults = []
    for module in modules:
        height, part = floor_of(module.name)
        for imported in module.imports:
            if not imported.startswith("xingji."):
                continue
            target = imported if imported in known else imported.rpartition(".")[0]
            if target in ("xingji", ""):
                continue
            other_height, other_part = floor_of(target)
            if other_height > height:
                faults.append(f"{module.name} imports {target}, which stands above it")
            elif height == other_height == FEATURES and part != other_part and other_part.count(".") == 1:
                faults.append(f"{module.name} imports {target}: features and connectors do not know each other")
    return faults


def test_imports_only_go_down():
    assert faults_of(program()) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("xingji.kernel.records.writer", "from xingji.kernel.rules import engine"),
        ("xingji.kernel.core.ids", "import xingji.kernel.db"),
        ("xingji.kernel.definitions.publish", "def f():\n    from xingji.app import configure"),
        ("xingji.kernel.http.shell", "from xingji.kernel.access import sign_in"),
        ("xingji.kernel.definitions.http", "from xingji.kernel.access import require"),
        ("xingji.kernel.records.writer", "from ..work import tasks"),
        ("xingji.features.leads.pools", "from xingji.features.goals import plan"),
        ("xingji.connectors.wecom.adapter", "from xingji.connectors.douyin import adapter"),
        ("xingji.connectors.wecom.adapter", "from xingji.features.leads import intake"),
        ("xingji.kernel.work.tasks", "from xingji.features.leads import intake"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_found(name: str, text: str):
    others = [
        "kernel.rules",
        "kernel.db",
        "app",
        "kernel.records.http",
        "kernel.work",
        "features.goals",
        "features.leads",
    ]
    others += ["connectors.douyin"]
    assert faults_of([Module(name, text), *[Module(f"xingji.{other}", "") for other in others]])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("xingji.kernel.rules.engine", "from xingji.kernel.records import write"),
        ("xingji.kernel.records.http", "from xingji.kernel.access import require"),
        ("xingji.features.leads.pools", "from xingji.features.leads import intake\nfrom xingji.kernel import rules"),
        ("xingji.cli", "from xingji import app"),
    ],
)
def test_an_import_that_goes_down_is_none(name: str, text: str):
    assert faults_of([Module(name, text)]) == []
