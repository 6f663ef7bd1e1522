"""The commands do what they say, on a real database, without a running server."""

import zipfile
from pathlib import Path

import pytest

from conftest import Addresses
from xingji import cli


class Terminal:
    """Runs commands as a person at a terminal does."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *words: str, code: int = 0) -> str:
        self._capsys.readouterr()
        found = cli.main(list(words))
        shown = self._capsys.readouterr()
        assert found == code, shown.err or shown.out
        return shown.out + shown.err


@pytest.fixture
def terminal(
    db: Addresses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    monkeypatch.setenv("XINGJI_DATABASE_URL", db.owner_url)
    monkeypatch.setenv("XINGJI_APP_DATABASE_URL", db.app_url)
    monkeypatch.setenv("XINGJI_DATA_DIR", str(tmp_path / "data"))
    return Terminal(capsys)


def test_a_workspace_is_made_from_the_base_pack_and_listed(terminal: Terminal):
    terminal.run("workspace", "create", "acme", "--name", "新组织（演示）")
    assert "acme" in terminal.run("workspace", "list").splitlines()
    assert "workspace.exists" in terminal.run("workspace", "create", "acme", code=1)


def test_a_command_that_could_mean_several_workspaces_asks_which(terminal: Terminal):
    said = terminal.run("clock", "show", code=1)
    assert "workspace.which" in said
    assert "acme" in said
    assert "acme" in terminal.run("clock", "show", "-w", "nobody", code=1)


def test_a_moved_clock_is_advanced_and_real_time_is_not(terminal: Terminal):
    assert "real time" in terminal.run("clock", "show", "-w", "acme")
    assert "clock set" in terminal.run("clock", "advance", "+3d", "-w", "acme", code=1)
    assert "2026-02-13 17:30:00+08:00 (moved)" in terminal.run("clock", "set", "2026-02-13 17:30", "-w", "acme")
    assert "2026-02-14 10:29:00+08:00 (moved)" in terminal.run("clock", "advance", "2026-02-14 10:29", "-w", "acme")
    assert "2026-02-14 12:29:00+08:00 (moved)" in terminal.run("clock", "advance", "+2h", "-w", "acme")
    assert "clock.not_a_moment" in terminal.run("clock", "advance", "someday", "-w", "acme", code=1)
    assert "real time" in terminal.run("clock", "release", "-w", "acme")


def test_a_pack_is_exported_as_a_zip_that_installs_again_without_a_change(terminal: Terminal, tmp_path: Path):
    target = tmp_path / "all.zip"
    terminal.run("pack", "export", str(target), "-w", "acme")
    with zipfile.ZipFile(target) as written:
        assert "pack.yaml" in written.namelist()
    assert "packs.not_found" in terminal.run("pack", "install", "no_such_pack", "-w", "acme", code=1)


def test_records_are_exported_as_a_file(terminal: Terminal, tmp_path: Path):
    target = tmp_path / "leads.csv"
    terminal.run("export", "lead", str(target), "-w", "acme")
    assert target.read_text("utf-8-sig").count("\n") <= 1


def test_the_doctor_looks_at_every_workspace(terminal: Terminal):
    said = terminal.run("doctor", code=1)  # the test server gives durability up, and the doctor says so
    assert "fsync is off" in said
    assert "acme: audit" in said


def test_what_the_program_brings_migrates_again_without_a_change(terminal: Terminal):
    assert "ws_acme: up to date" in terminal.run("migrate")
