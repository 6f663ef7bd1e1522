"""Logs are lines of JSON that name their request."""

import json
import logging

from xingji.kernel.core.logs import JsonLines, request_id


def line_of(**extra: object) -> dict[str, object]:
    record = logging.makeLogRecord(
        {"name": "xingji.web", "levelno": 20, "levelname": "INFO", "msg": "收到 %s", "args": ("线索",)}
    )
    vars(record).update(extra)
    text = JsonLines("web").format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_says_who_what_and_for_which_request():
    token = request_id.set("r-1")
    try:
        line = line_of(source="douyin")
    finally:
        request_id.reset(token)
    assert {key: line[key] for key in ("level", "logger", "process", "request", "message", "source")} == {
        "level": "info", "logger": "xingji.web", "process": "web", "request": "r-1", "message": "收到 线索", "source": "douyin",
    }  # fmt: skip


def test_a_line_outside_a_request_names_none_and_odd_values_are_written_as_text():
    line = line_of(oddity=object)
    assert "request" not in line
    assert "object" in str(line["oddity"])
