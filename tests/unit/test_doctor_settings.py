"""The doctor reads the settings: names nobody knows, keys that can be guessed, doors that stand open."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from xingji import doctor
from xingji.environment import Surroundings
from xingji.kernel.core.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
SOUND = "R8yq2Lw0Zt5Vb7Nc3Xk9Jh1Gf4Ds6Ap-Qm"
NAME = re.compile(r"\bXINGJI_[A-Z]+(?:_[A-Z]+)*\b")


def told(variables: dict[str, str], key: str = SOUND, **settings: object) -> dict[str, str]:
    """What is said of these settings, with its remedy's first word; levels of findings by text."""
    place = Surroundings(replace(load_settings(), **settings), key, "", None, None, None)
    return {finding.text: finding.level for finding in doctor.check_settings(place, variables)}


def test_sound_settings_are_found_sound():
    assert told({"XINGJI_PORT": "8000", "HOME": "/root"}) == {"nothing to say": "ok"}


@pytest.mark.parametrize("key", ["short", "a" * 64, "changeme" * 6])
def test_a_key_that_can_be_guessed_is_a_failure(key: str):
    assert told({}, key) == {"XINGJI_SECRET_KEY can be guessed": "failure"}


def test_each_thing_wrong_is_said_with_what_to_do():
    variables = {"XINGJI_PROT": "80", "XINGJI_DATABASE_URL": "postgresql://", "XINGJI_RATE_FACTOR": "0"}
    place = Surroundings(replace(load_settings(), sign_up=True, host="0.0.0.0", port=8000), SOUND, "", None, None, None)
    found = doctor.check_settings(place, variables)
    assert [finding.text for finding in found] == [
        "nobody reads XINGJI_PROT",
        "the key lies in this machine's data folder alone",
        "no request is limited",
        "anybody can found a workspace",
        "messages carry no links, and codes to scan lead to http://0.0.0.0:8000",
    ]
    assert all(finding.remedy and finding.level == "warning" for finding in found)


def test_the_names_the_doctor_knows_are_those_the_program_reads_and_the_manual_explains():
    read = {
        name
        for path in (ROOT / "src").rglob("*.py")
        if path.name != "doctor.py"
        for name in NAME.findall(path.read_text("utf-8"))
    }
    assert read == set(doctor.SETTINGS)
    assert set(NAME.findall((ROOT / "docs/how-to/operate.md").read_text("utf-8"))) >= read
