"""The expression language: check an expression against named fields, compile it to SQL, read it to people.

PostgreSQL is the only evaluator; nothing here computes a value. What the language is stands in
`docs/concepts/expressions.md`.
"""

from xingji.kernel.cel.checker import check
from xingji.kernel.cel.checker_types import Checked, FunctionArg, FunctionCall
from xingji.kernel.cel.environment import ALL, RESERVED, Env, Kind, Var
from xingji.kernel.cel.filter_print import from_tree, text_literal
from xingji.kernel.cel.filter_tree import to_tree
from xingji.kernel.cel.problems import CelError, CelProblem
from xingji.kernel.cel.sentence import to_sentence
from xingji.kernel.cel.sql_emit import conjuncts, to_sql
from xingji.kernel.cel.sql_piece import SQL_TYPES, Sink

__all__ = [
    "ALL", "RESERVED", "SQL_TYPES", "CelError", "CelProblem", "Checked", "Env", "FunctionArg", "FunctionCall", "Kind", "Sink",
    "Var", "check", "conjuncts", "from_tree", "text_literal", "to_sentence", "to_sql", "to_tree",
]  # fmt: skip
