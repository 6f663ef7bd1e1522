"""The command line parses, calls and prints; it never shows a traceback for what it can explain."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from xingji import cli
from xingji.commands import data
from xingji.commands.calling import NotAvailable, lazily
from xingji.commands.workspaces import moment_of
from xingji.environment import app_address
from xingji.kernel.core.errors import Problem, XingjiError, invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
COMMANDS = [
    "serve",
    "work",
    "demo",
    "migrate",
    "workspace",
    "clock",
    "import",
    "export",
    "replay",
    "pack",
    "bench",
    "backup",
    "restore",
    "doctor",
]


def test_every_promised_command_exists():
    text = cli.build_parser().format_help()
    assert [name for name in COMMANDS if f"    {name} " not in text] == []


def test_what_is_not_there_yet_answers_two_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(data, "run_replay", lambda _: lazily("xingji.not_there", "replay"))
    assert cli.main(["replay"]) == 2
    assert "not available in this version (xingji.not_there.replay)" in capsys.readouterr().err


def test_a_missing_module_inside_an_existing_one_is_not_hidden():
    with pytest.raises(NotAvailable):
        lazily("xingji.environment", "no_such_function")
    with pytest.raises(NotAvailable):
        lazily("no_such_package.module", "name")


def test_a_refusal_is_printed_with_its_code_remedy_and_problems():
    error = invalid("pack.broken", [Problem("field.unknown", "rows.1.when", {"field": "regin"})], remedy="mend it")
    text = cli.explain(error)
    assert "pack.broken" in text
    assert "remedy: mend it" in text
    assert "rows.1.when: field.unknown {'field': 'regin'}" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+30m", datetime(2026, 2, 13, 10, 0, tzinfo=UTC)),
        ("+2h", datetime(2026, 2, 13, 11, 30, tzinfo=UTC)),
        ("+3d", datetime(2026, 2, 16, 9, 30, tzinfo=UTC)),
        ("2026-02-14 10:29", datetime(2026, 2, 14, 10, 29, tzinfo=SHANGHAI)),
        ("2026-02-14T02:29:00+00:00", datetime(2026, 2, 14, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_clock_is_advanced_by_a_step_or_to_an_instant_of_the_workspaces_zone(text: str, expected: datetime):
    assert moment_of(text, datetime(2026, 2, 13, 9, 30, tzinfo=UTC), SHANGHAI) == expected


def test_a_word_that_is_no_instant_is_refused():
    with pytest.raises(XingjiError, match="not_a_moment"):
        moment_of("tomorrow", datetime(2026, 2, 13, tzinfo=UTC), SHANGHAI)


def test_the_web_roles_address_is_the_same_wherever_the_owners_is_known_and_never_holds_its_password():
    first = app_address("postgresql://owner:s3cret@db.example:5433/x?sslmode=require", "one")
    second = app_address("postgresql://owner:s3cret@db.example:5433/x?sslmode=require", "another")
    assert first == second
    address, password = first
    assert address == f"postgresql://xingji_app:{password}@db.example:5433/x?sslmode=require"
    assert "s3cret" not in address


def test_replay_and_bench_get_their_options_as_they_were_written(monkeypatch):
    given = []
    for name in ("replay", "bench"):
        monkeypatch.setattr(data, f"run_{name}", lambda options: given.append(options.rest) or 0)
        assert cli.main([name, "--quick", "--only", "intake", "--seconds", "4"]) == 0
    assert given == [["--quick", "--only", "intake", "--seconds", "4"]] * 2
