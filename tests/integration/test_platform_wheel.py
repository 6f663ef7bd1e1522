"""An installed wheel needs no clone: it carries tables, packs and, once built, the web app."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def test_the_wheel_carries_migrations_and_packs(names: set[str]):
    assert "xingji/kernel/db/migrations/workspace/sql/0001/10_state.sql" in names
    assert "xingji/packs/base/pack.yaml" in names


def test_the_wheel_carries_the_web_app_when_it_is_built(names: set[str]):
    built = (ROOT / "src" / "xingji" / "web_dist" / "index.html").is_file()
    assert ("xingji/web_dist/index.html" in names) == built


def test_the_wheel_carries_no_tests_and_no_data_folder(names: set[str]):
    assert {name.split("/")[0].split("-")[0] for name in names} == {"xingji"}
