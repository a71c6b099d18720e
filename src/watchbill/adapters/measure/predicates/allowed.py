"""The allow-list: which comparisons, functions, casts and numbers a condition may hold, and how DuckDB spells them."""

import re

import re2
from sqlglot import exp

from watchbill.adapters.measure.predicates.columns import CANONICAL, Kind

__all__ = [
    "ALLOWED",
    "ARITHMETIC",
    "CASTS",
    "COMPARISONS",
    "DIGITS",
    "FUNCTIONS",
    "KNOWN",
    "NUMBER",
    "QUIET",
    "READ_AS",
]

COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM",
}  # fmt: skip
ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
# Functions: what they take, what they give, and how DuckDB spells them.
FUNCTIONS: dict[type[exp.Expr], tuple[tuple[Kind, ...], Kind, str]] = {
    exp.Lower: ((Kind.TEXT,), Kind.TEXT, "lower({})"),
    exp.Upper: ((Kind.TEXT,), Kind.TEXT, "upper({})"),
    exp.Trim: ((Kind.TEXT,), Kind.TEXT, "trim({})"),
    exp.Length: ((Kind.TEXT,), Kind.NUMBER, "length({})"),
    exp.StartsWith: ((Kind.TEXT, Kind.TEXT), Kind.BOOLEAN, "starts_with({}, {})"),
    exp.EndsWith: ((Kind.TEXT, Kind.TEXT), Kind.BOOLEAN, "ends_with({}, {})"),
    exp.Contains: ((Kind.TEXT, Kind.TEXT), Kind.BOOLEAN, "contains({}, {})"),
    exp.Abs: ((Kind.NUMBER,), Kind.NUMBER, "abs({})"),
    exp.Round: ((Kind.NUMBER,), Kind.NUMBER, "round({})"),
    exp.Floor: ((Kind.NUMBER,), Kind.NUMBER, "floor({})"),
    exp.Ceil: ((Kind.NUMBER,), Kind.NUMBER, "ceil({})"),
}
CASTS: dict[str, Kind] = {
    "INT": Kind.NUMBER, "BIGINT": Kind.NUMBER, "SMALLINT": Kind.NUMBER, "DOUBLE": Kind.NUMBER, "FLOAT": Kind.NUMBER,
    "DECIMAL": Kind.NUMBER, "TEXT": Kind.TEXT, "VARCHAR": Kind.TEXT, "BOOLEAN": Kind.BOOLEAN,
}  # fmt: skip
NUMBER = re.compile(r"\d{1,18}|\d{0,18}\.\d{1,18}|\d{1,9}(\.\d{1,9})?[eE]\d{1,2}")
# How a field of its own name is read. Not as a time: DuckDB's cast would drop the zone without a word.
READ_AS = {Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN", Kind.TEXT: "VARCHAR"}
DIGITS = 18  # of an integer that surely fits 64 bits
QUIET = re2.Options()
QUIET.log_errors = False
KNOWN = ", ".join(CANONICAL)
ALLOWED = "columns, values, comparison, AND/OR/NOT, IN, BETWEEN, LIKE, ~, IS NULL, arithmetic and " + ", ".join(
    sorted(spelled.partition("(")[0] for _, _, spelled in FUNCTIONS.values())
)
