"""Reads the source as data: modules, what they import, how long they are, which strings they hold."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"


@dataclass(frozen=True)
class Module:
    """A Python module by its dotted name and text."""

    name: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[str]:
        """Dotted names of all imports, also those inside functions, relative ones made absolute.

        Those for the type checker alone are none: nothing depends on them when the program runs.
        """
        found: list[str] = []
        for_types = {id(inner) for node in ast.walk(self.tree) if is_for_types(node) for inner in ast.walk(node)}
        for node in ast.walk(self.tree):
            if id(node) in for_types:
                continue
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                origin = self.absolute(node)
                found += [f"{origin}.{alias.name}" for alias in node.names]
        return found

    def absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def strings(self) -> Iterator[tuple[int, str]]:
        """Every string constant with its line, the constant parts of f-strings with `{}` for the rest; no docstrings."""
        docstrings = {id(value) for value in docstring_nodes(self.tree)}
        inside = {
            id(part) for node in ast.walk(self.tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
        } - {id(node) for node in ast.walk(self.tree) if isinstance(node, ast.JoinedStr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
                yield node.lineno, "".join(parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | inside:
                yield node.lineno, node.value

    def calls(self) -> Iterator[tuple[int, str]]:
        """Every call of a dotted name, with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node.lineno, ast.unparse(node.func)


def is_for_types(node: ast.AST) -> bool:
    """Whether a node is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def docstring_nodes(tree: ast.Module) -> Iterator[ast.expr]:
    """The constants that are docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def module_of(path: Path) -> Module:
    """A file of src/ as a module."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if is_package else parts), path.read_text("utf-8"), is_package)


def program() -> list[Module]:
    """Every module of the program."""
    return [module_of(path) for path in sorted(SOURCE.rglob("*.py"))]


def tracked_files() -> list[Path]:
    """Every file git knows; outside a clone, every file of the usual folders."""
    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    folders = ("src", "tests", "packs", "docs", "scripts", "bench", "requirements")
    return [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
