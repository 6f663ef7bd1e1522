"""What is tracked speaks of the project alone: no machine's paths, no registry's host, no secret, no built file."""

import json
import re
from pathlib import Path

from architecture.reading import ROOT, tracked_files

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".yaml",
    ".yml",
    ".json",
    ".ts",
    ".tsx",
    ".css",
    ".html",
    ".sql",
    ".sh",
    ".cfg",
    "",
}
# Put together from pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    "|".join(
        ["/ro" + "ot/", "/wo" + "rk/(?:main|shared)", "/home/(?!user)[a-z]+/", "/Us" + "ers/[a-z]+/", "/tmp/te" + "am"]
    )
)
REGISTRIES = re.compile(
    "|".join(["registry" + r"\.npm", "files" + r"\.pythonhosted", "py" + r"pi\.org", r"npmmirror\.", r"pypi\.tuna"])
)
SECRETS = re.compile(
    "|".join(["-----BEGIN [A-Z ]*PRIVATE KEY", r"\bAKIA[0-9A-Z]{16}\b", r"\bgh[pousr]_[A-Za-z0-9]{36}\b"])
)
BUILT = ("node_modules", "web_dist", "__pycache__", ".venv", ".setup")
LARGEST = 2 << 20


def faults_of_text(name: str, text: str) -> list[str]:
    """What of a file's text belongs to one machine, or must stay secret."""
    kinds = {"a machine's path": MACHINE_PATHS, "a registry's host": REGISTRIES, "a secret": SECRETS}
    return [f"{name} holds {kind}: {found[0]!r}" for kind, pattern in kinds.items() if (found := pattern.search(text))]


def faults_of_web_lock(text: str) -> list[str]:
    """Packages of a package-lock.json that name where they come from, or lack a hash."""
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name and not entry.get("link")}
    faults = [f"{name} names {entry['resolved']}" for name, entry in packages.items() if "resolved" in entry]
    return faults + [f"{name} has no hash" for name, entry in packages.items() if not entry.get("integrity")]


def test_tracked_files_name_no_machine_no_registry_and_no_secret():
    faults = []
    for path in tracked_files():
        if path.suffix in TEXT and path.name != "LICENSE" and path.stat().st_size < LARGEST:
            faults += faults_of_text(str(path.relative_to(ROOT)), path.read_text("utf-8", errors="replace"))
    assert faults == []


def test_nothing_built_and_nothing_huge_is_tracked():
    names = [path.relative_to(ROOT) for path in tracked_files()]
    assert [str(name) for name in names if set(name.parts) & set(BUILT)] == []
    assert [str(name) for name in names if (ROOT / name).stat().st_size > LARGEST] == []


def test_the_web_lock_names_no_host_and_hashes_everything():
    lock = ROOT / "web" / "package-lock.json"
    if lock.is_file():
        assert faults_of_web_lock(lock.read_text()) == []


def test_each_kind_of_fault_is_found():
    assert faults_of_text("a", "see " + str(Path("/ro" + "ot") / ".cache"))
    assert faults_of_text("a", "https://registry" + ".npmjs.org/react")
    assert faults_of_text("a", "-----BEGIN EC PRIVATE" + " KEY-----")
    assert not faults_of_text("a", "src/xingji/kernel, the framework/works, /api/v1/records")
    lock = {"packages": {"": {}, "node_modules/a": {"resolved": "x", "integrity": "y"}, "node_modules/b": {}}}
    assert len(faults_of_web_lock(json.dumps(lock))) == 2
