"""The `xingji` command: parse, call, print."""

import argparse
import sys

from xingji import __version__
from xingji.commands import data, databases, processes, workspaces
from xingji.commands.calling import NotAvailable
from xingji.kernel.core.errors import XingjiError


def build_parser() -> argparse.ArgumentParser:
    """Every command of every file."""
    parser = argparse.ArgumentParser(prog="xingji", description="行迹 Xingji")
    parser.add_argument("--version", action="version", version=f"xingji {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for file in (processes, databases, workspaces, data):
        file.add_commands(commands)
    return parser


def explain(error: XingjiError) -> str:
    """A refusal as a person reads it in a terminal."""
    lines = [f"error: {error.code}"]
    lines += [f"  {key}: {value}" for key, value in error.data.items()]
    for problem in error.problems:
        words = (problem.message or {}).get("en") or problem.code
        lines.append(f"  - {problem.path + ': ' if problem.path else ''}{words} {dict(problem.params) or ''}".rstrip())
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run a command: 0 done, 1 refused or failed, 2 not available or not understood, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options, rest = build_parser().parse_known_args(arguments)
    if hasattr(options, "rest"):  # replay and bench read their own options, in their own order
        options.rest = arguments[arguments.index(options.command) + 1 :]
    elif rest:
        build_parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        return int(options.run(options))
    except NotAvailable as missing:
        print(f"error: `xingji {options.command}` is not available in this version ({missing})", file=sys.stderr)
        return 2
    except XingjiError as error:
        print(explain(error), file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130
