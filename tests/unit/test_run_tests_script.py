"""A part of the tests whose file fails once is run again alone and named; what fails twice stays red."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

ONCE = """
from pathlib import Path
def test_steady(): pass
def test_unsteady():
    seen = Path(__file__).with_name("seen")
    first = not seen.exists()
    seen.touch()
    assert not first
"""
BROKEN = "def test_broken(): assert 1 == 2\n"


@pytest.mark.parametrize(("text", "fails"), [(ONCE, False), (BROKEN, True)])
def test_what_fails_once_is_named_and_what_fails_twice_is_red(text, fails, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    import run_tests

    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_one.py").write_text(text)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest]\n")
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    monkeypatch.setattr(run_tests, "LAST_FAILED", tmp_path / ".pytest_cache" / "v" / "cache" / "lastfailed")
    monkeypatch.setattr(run_tests.setup, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(run_tests.stream, "__kwdefaults__", {"cwd": tmp_path, "env": None})
    part = run_tests.pytest_part("browser", ["tests"], 5)
    assert part.failed is fails
    assert "once more, alone: tests/test_one.py" in capsys.readouterr().out
    if not fails:
        assert part.counts == {"passed": 2}
        assert part.note == "unsteady, passed when run again: tests/test_one.py::test_unsteady"
