"""Records: objects and fields as real tables; one write path, one query compiler. The face of this floor."""

from xingji.kernel.records.behalf import on_behalf, reach_record
from xingji.kernel.records.changes import Change, Row, WriteResult
from xingji.kernel.records.checks import check_condition, check_expression, expression_fields, schema_of_context
from xingji.kernel.records.conditions import Gate
from xingji.kernel.records.creation import SPARES, Planned, column_texts, insert_planned, is_spared, plan_creates
from xingji.kernel.records.described import describe_fields
from xingji.kernel.records.env import cel_env, record_var
from xingji.kernel.records.field_kinds import FIELD_KINDS
from xingji.kernel.records.files import find_file, read_file, save_file
from xingji.kernel.records.jobs import JOBS
from xingji.kernel.records.keep_days import keep_days_once
from xingji.kernel.records.kept_days import aggregate_levels
from xingji.kernel.records.levels import LEVEL, Window
from xingji.kernel.records.query import Page, Query, aggregate, get_record, get_records, query, suggest
from xingji.kernel.records.schema import RowMask, Schema, build_schema, configure_row_masks, load_schema
from xingji.kernel.records.schema_changer import SchemaChanger, confirm_lost_values
from xingji.kernel.records.sink import RecordSink, scope_sql
from xingji.kernel.records.staged import Staged, evaluate, staged
from xingji.kernel.records.statement import Statement
from xingji.kernel.records.undo import configure_undo, undo
from xingji.kernel.records.write import GATES, STAMPS, check_write, refuse_values, write

# fmt: off
__all__ = [
    "FIELD_KINDS",
    "GATES",
    "JOBS",
    "LEVEL",
    "SPARES",
    "STAMPS",
    "Change",
    "Gate",
    "Page",
    "Planned",
    "Query",
    "RecordSink",
    "Row",
    "RowMask",
    "Schema",
    "SchemaChanger",
    "Staged",
    "Statement",
    "Window",
    "WriteResult",
    "aggregate",
    "aggregate_levels",
    "build_schema",
    "cel_env",
    "check_condition",
    "check_expression",
    "check_write",
    "column_texts",
    "configure_row_masks",
    "configure_undo",
    "confirm_lost_values",
    "describe_fields",
    "evaluate",
    "expression_fields",
    "find_file",
    "get_record",
    "get_records",
    "insert_planned",
    "is_spared",
    "keep_days_once",
    "load_schema",
    "on_behalf",
    "plan_creates",
    "query",
    "reach_record",
    "read_file",
    "record_var",
    "refuse_values",
    "save_file",
    "schema_of_context",
    "scope_sql",
    "staged",
    "suggest",
    "undo",
    "write",
]
