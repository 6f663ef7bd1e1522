"""Every refusal can be read: whatever the program refuses with has words in both languages."""

import ast
import re

import pytest

from architecture.reading import ROOT, program

RAISED = re.compile(r'\b(?:conflict|forbidden|not_found|invalid)\(\s*"([a-z_]+\.[a-z_]+)"')
AUDITED = re.compile(r'\baudit\(\s*\w+,\s*"([a-z_]+(?:\.[a-z_]+)?)"')
DEEDS = sorted({deed for module in program() for deed in AUDITED.findall(module.text)})
#: What `audit` itself takes; everything else that is handed to it is shown in the log.
OWN = {"object_key", "record", "ip"}
TOLD = sorted(
    {
        keyword.arg
        for module in program()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) == "audit"
        for keyword in call.keywords
        if keyword.arg and keyword.arg not in OWN
    }
)
CODES = sorted({code for module in program() for code in RAISED.findall(module.text)})


def words(language: str) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted((ROOT / f"web/src/lib/i18n/{language}").glob("*.ts")))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_refusal_has_words(language: str):
    book = words(language)
    assert len(CODES) > 150
    assert [code for code in CODES if not re.search(rf"\b{code.replace('.', '_')}:", book)] == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everything_that_is_audited_has_words(language: str):
    book = (ROOT / f"web/src/lib/i18n/{language}/admin.ts").read_text("utf-8").partition(" did: {")[2].partition("}")[0]
    assert len(DEEDS) > 20
    assert [deed for deed in DEEDS if not re.search(rf"\b{deed.replace('.', '_')}:", book)] == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everything_the_audit_log_tells_has_words(language: str):
    book = (ROOT / f"web/src/lib/i18n/{language}/admin.ts").read_text("utf-8").partition(" key: {")[2].partition("}")[0]
    assert {"roles", "removed", "timers", "by_text"} <= set(TOLD)
    assert [key for key in TOLD if not re.search(rf"\b{key}:", book)] == []
