"""Files of 400 lines and functions of 60 at most, web files of 300; names that say something."""

import ast

from architecture.reading import ROOT, Module, program, tracked_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_WEB_FILE = 300
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "v2", "common", "misc"}


def long_functions(module: Module, longest: int = LONGEST_FUNCTION) -> list[str]:
    """Every function with more lines than allowed, its decorators left out."""
    return [
        f"{module.name}.{node.name} has {length} lines"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > longest
    ]


def long_file(name: str, text: str, longest: int) -> list[str]:
    lines = text.count("\n")
    return [f"{name} has {lines} lines, {longest} are allowed"] if lines > longest else []


def test_python_files_and_functions_are_short():
    faults = [fault for module in program() for fault in long_functions(module)]
    faults += [fault for module in program() for fault in long_file(module.name, module.text, LONGEST_FILE)]
    for path in tracked_files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ("tests", "scripts", "bench"):
            faults += long_file(str(path.relative_to(ROOT)), path.read_text("utf-8"), LONGEST_FILE)
    assert faults == []


def test_web_files_are_short():
    faults = []
    for path in tracked_files():
        parts = path.relative_to(ROOT).parts
        if parts[:2] == ("web", "src") and path.suffix in (".ts", ".tsx", ".css") and "generated" not in parts:
            faults += long_file(str(path.relative_to(ROOT)), path.read_text("utf-8"), LONGEST_WEB_FILE)
    assert faults == []


def empty_names(names: list[str]) -> list[str]:
    """Module names with a part that says nothing."""
    return [name for name in names if set(name.split(".")) & EMPTY_NAMES]


def test_modules_have_names_that_say_what_they_own():
    assert empty_names([module.name for module in program()]) == []


def test_modules_say_what_they_own():
    assert [module.name for module in program() if module.text.strip() and not ast.get_docstring(module.tree)] == []


def test_a_long_file_a_long_function_and_an_empty_name_are_found():
    body = "\n".join(f"    x = {n}" for n in range(LONGEST_FUNCTION))
    assert long_functions(Module("a", f"def f():\n{body}\n"))
    assert long_functions(Module("a", f"class A:\n    async def f(self):\n{body.replace('    x', '        x')}\n"))
    assert not long_functions(Module("a", "def f():\n    return 1\n"))
    assert long_file("a", "x\n" * (LONGEST_FILE + 1), LONGEST_FILE)
    assert empty_names(["xingji.kernel.records.utils"]) == ["xingji.kernel.records.utils"]
