"""Turns the allowed part of SQL into DuckDB's: every node is written anew from the allow-list, nothing is passed through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import re2
from sqlglot import exp

from watchbill.adapters.measure.predicates.allowed import (
    ALLOWED,
    ARITHMETIC,
    CASTS,
    COMPARISONS,
    DIGITS,
    FUNCTIONS,
    KNOWN,
    NUMBER,
    QUIET,
    READ_AS,
)  # fmt: skip
from watchbill.adapters.measure.predicates.columns import CANONICAL, Kind, canonical, quoted, text_literal
from watchbill.adapters.measure.predicates.limits import MAX_LIST, MAX_PATTERN, refuse
from watchbill.kernel.errors import Invalid, near
from watchbill.kernel.instants import from_text

__all__ = ["Renderer"]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rendered SQL and what it is; `literal` is the text of a text literal, for `status = '500'` is meant as a number."""

    sql: str
    kind: Kind | None  # None: NULL
    literal: str | None = None
    is_double: bool = False


@dataclass
class Renderer:
    """Renders one expression and notes which columns it reads. `name` is the field that errors speak of."""

    name: str
    columns: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._shapes: dict[type[exp.Expr], Callable[[exp.Expr], _Piece]] = {
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Null: self._null,
            exp.Boolean: self._boolean,
            exp.Paren: self._paren,
            exp.And: self._junction,
            exp.Or: self._junction,
            exp.Not: self._not,
            exp.Neg: self._negative,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Like: self._like,
            exp.ILike: self._like,
            exp.RegexpLike: self._regexp,
            exp.RegexpILike: self._regexp,
            exp.Anonymous: self._anonymous,
            exp.Is: self._is,
            exp.Cast: self._cast,
            exp.Coalesce: self._coalesce,
        }

    def condition(self, node: exp.Expr) -> str:
        """The node as a yes-or-no expression."""
        return self._as(self._piece(node), Kind.BOOLEAN, node)

    def _piece(self, node: exp.Expr) -> _Piece:
        kind = type(node)
        if kind in COMPARISONS:
            return self._comparison(node, COMPARISONS[kind])
        if kind in ARITHMETIC:
            left, right = (
                self._number(part) for part in self._parts(node, "this", "expression", also=("typed", "safe"))
            )
            return _Piece(f"({left} {ARITHMETIC[kind]} {right})", Kind.NUMBER, is_double=True)
        if kind in FUNCTIONS:
            return self._function(node, *FUNCTIONS[kind])
        if kind in self._shapes:
            return self._shapes[kind](node)
        raise self._no(node)

    def _no(self, node: exp.Expr) -> Invalid:
        what = (
            node.name
            if isinstance(node, exp.Anonymous)
            else node.sql_name()
            if isinstance(node, exp.Func)
            else node.key
        )
        if isinstance(node, exp.Query | exp.Subquery | exp.DDL | exp.Command | exp.Drop | exp.Insert):
            return refuse(self.name, node, "queries and statements are not conditions", hint=f"allowed: {ALLOWED}")
        return refuse(self.name, node, f"{what.lower()!r} is not allowed in a condition", hint=f"allowed: {ALLOWED}")

    def _parts(self, node: exp.Expr, *names: str, also: tuple[str, ...] = ()) -> Iterator[exp.Expr]:
        """The named arguments; any further one that is set is refused, whatever a newer parser may put there."""
        extra = [name for name, value in node.args.items() if value and name not in names and name not in also]
        missing = [name for name in names if not isinstance(node.args.get(name), exp.Expr)]
        if extra or missing:
            raise self._no(node)
        return (node.args[name] for name in names)

    # --- leaves

    def _column(self, node: exp.Expr) -> _Piece:
        (identifier,) = self._parts(node, "this")
        if not isinstance(identifier, exp.Identifier):
            raise self._no(node)
        name = str(identifier.name)
        column = canonical(name)
        if column is not None:
            self.columns.add(column)
            return _Piece(quoted(column), CANONICAL[column])
        close = near(name.lower(), CANONICAL)
        if close and not identifier.args.get("quoted"):
            self.doubts.append(f"{name!r} is read as a field of that name; did you mean {close!r}?")
        self.fields.add(name)
        return _Piece(quoted(name, own=True), Kind.ANY)

    def _literal(self, node: exp.Expr) -> _Piece:
        if node.args.get("is_string"):
            return _Piece(text_literal(node.name), Kind.TEXT, literal=node.name)
        if not NUMBER.fullmatch(node.name):
            raise refuse(self.name, node, f"{node.name} is not a number that is read here", hint="write 300 or 0.25")
        return _Piece(node.name if node.name.isdecimal() else f"CAST('{node.name}' AS DOUBLE)", Kind.NUMBER)

    def _null(self, node: exp.Expr) -> _Piece:
        raise refuse(self.name, node, "comparing with NULL is never true", hint="write IS NULL or IS NOT NULL")

    # --- shapes

    def _paren(self, node: exp.Expr) -> _Piece:
        (inner,) = self._parts(node, "this")
        piece = self._piece(inner)
        return _Piece(f"({piece.sql})", piece.kind, piece.literal, piece.is_double)

    def _junction(self, node: exp.Expr) -> _Piece:
        assert isinstance(node, exp.Connector)
        word = " AND " if isinstance(node, exp.And) else " OR "
        return _Piece("(" + word.join(self.condition(part) for part in node.flatten(unnest=False)) + ")", Kind.BOOLEAN)

    def _not(self, node: exp.Expr) -> _Piece:
        (inner,) = self._parts(node, "this")
        return _Piece(f"(NOT {self.condition(inner)})", Kind.BOOLEAN)

    def _negative(self, node: exp.Expr) -> _Piece:
        (inner,) = self._parts(node, "this")
        return _Piece(f"(-{self._number(inner)})", Kind.NUMBER)

    def _comparison(self, node: exp.Expr, sign: str) -> _Piece:
        left, right = self._parts(node, "this", "expression")
        first, second = self._alike(left, right)
        return _Piece(f"({first} {sign} {second})", Kind.BOOLEAN)

    def _in(self, node: exp.Expr) -> _Piece:
        if node.args.get("query") or not node.expressions:
            raise refuse(self.name, node, "IN takes a list of values", hint="write path IN ('/healthz', '/readyz')")
        (subject,) = self._parts(node, "this", also=("expressions",))
        if len(node.expressions) > MAX_LIST:
            raise refuse(self.name, node, f"the list has {len(node.expressions)} values, at most {MAX_LIST} are read")
        values = []
        for value in node.expressions:
            if isinstance(value, exp.Null):
                raise refuse(self.name, node, "NULL in a list makes NOT IN never true", hint="leave it out")
            values.append(self._alike(subject, value))
        if len({left for left, _ in values}) > 1:
            raise refuse(self.name, node, "the list mixes numbers and texts")
        return _Piece(f"({values[0][0]} IN ({', '.join(right for _, right in values)}))", Kind.BOOLEAN)

    def _between(self, node: exp.Expr) -> _Piece:
        subject, low, high = self._parts(node, "this", "low", "high")
        first, lowest = self._alike(subject, low)
        second, highest = self._alike(subject, high)
        return _Piece(f"({first} >= {lowest} AND {second} <= {highest})", Kind.BOOLEAN)

    def _like(self, node: exp.Expr) -> _Piece:
        subject, pattern = self._parts(node, "this", "expression", also=("negate",))
        text = self._as(self._piece(subject), Kind.TEXT, subject)
        wanted = self._pattern(pattern)
        word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
        return self._negated(node, f"({text} {word} {text_literal(wanted)})")

    def _regexp(self, node: exp.Expr) -> _Piece:
        subject, pattern = self._parts(node, "this", "expression", also=("negate",))
        return self._negated(node, self._matches(subject, pattern, "i" if isinstance(node, exp.RegexpILike) else ""))

    def _anonymous(self, node: exp.Expr) -> _Piece:
        match node.expressions:
            case [subject, pattern] if node.name.lower() in {"regexp_matches", "regexp_contains"}:
                return _Piece(self._matches(subject, pattern, ""), Kind.BOOLEAN)
        raise self._no(node)

    def _matches(self, subject: exp.Expr, pattern: exp.Expr, flags: str) -> str:
        text = self._as(self._piece(subject), Kind.TEXT, subject)
        wanted = self._pattern(pattern)
        try:
            re2.compile(wanted, QUIET)
        except re2.error as wrong:
            reason = wrong.args[0].decode(errors="replace") if isinstance(wrong.args[0], bytes) else str(wrong)
            raise refuse(
                self.name,
                pattern,
                f"the pattern is not RE2: {reason}",
                hint="look-around and back-references do not exist",
            ) from wrong
        return f"regexp_matches({text}, {text_literal(wanted)}{', ' + text_literal(flags) if flags else ''})"

    def _pattern(self, node: exp.Expr) -> str:
        if not (isinstance(node, exp.Literal) and node.args.get("is_string")):
            raise refuse(self.name, node, "a pattern is a text in single quotes")
        if len(node.name) > MAX_PATTERN:
            raise refuse(
                self.name, node, f"the pattern has {len(node.name)} characters, at most {MAX_PATTERN} are read"
            )
        return str(node.name)

    def _is(self, node: exp.Expr) -> _Piece:
        subject, value = self._parts(node, "this", "expression", also=("negate",))
        word = "IS NOT" if node.args.get("negate") else "IS"
        if isinstance(value, exp.Null):
            return _Piece(f"({self._piece(subject).sql} {word} NULL)", Kind.BOOLEAN)
        if isinstance(value, exp.Boolean):
            known = f"coalesce({self.condition(subject)}, {'false' if value.this else 'true'})"
            holds = known if value.this else f"(NOT {known})"
            return _Piece(f"(NOT {holds})" if node.args.get("negate") else holds, Kind.BOOLEAN)
        raise self._no(node)

    def _cast(self, node: exp.Expr) -> _Piece:
        subject, target = self._parts(node, "this", "to")
        kind = CASTS.get(target.this.name if isinstance(target, exp.DataType) else "")
        if kind is None or target.expressions:
            raise refuse(
                self.name, node, f"a cast to {target.sql()} is not allowed", hint="integer, double, text, boolean"
            )
        return _Piece(f"TRY_CAST({self._piece(subject).sql} AS {READ_AS[kind]})", kind)

    def _coalesce(self, node: exp.Expr) -> _Piece:
        (first,) = self._parts(node, "this", also=("expressions",))
        parts = [first, *node.expressions]
        pieces = [self._piece(part) for part in parts]
        kind = next((piece.kind for piece in pieces if piece.kind not in {None, Kind.ANY}), Kind.TEXT)
        assert kind is not None
        return _Piece(f"coalesce({', '.join(self._as(p, kind, n) for p, n in zip(pieces, parts, strict=True))})", kind)

    def _function(self, node: exp.Expr, takes: tuple[Kind, ...], gives: Kind, spelled: str) -> _Piece:
        parts = self._parts(node, *("this", "expression")[: len(takes)])
        given = [self._as(self._piece(part), kind, part) for part, kind in zip(parts, takes, strict=True)]
        return _Piece(spelled.format(*given), gives)

    def _boolean(self, node: exp.Expr) -> _Piece:
        return _Piece("true" if node.this else "false", Kind.BOOLEAN)

    def _negated(self, node: exp.Expr, sql: str) -> _Piece:
        return _Piece(f"(NOT {sql})" if node.args.get("negate") else sql, Kind.BOOLEAN)

    # --- kinds

    def _number(self, node: exp.Expr) -> str:
        """As DOUBLE: sums and products of integers must not overflow in the middle of a file."""
        piece = self._piece(node)
        return piece.sql if piece.is_double else f"CAST({self._as(piece, Kind.NUMBER, node)} AS DOUBLE)"

    def _alike(self, left: exp.Expr, right: exp.Expr) -> tuple[str, str]:
        """Both sides as the same kind: the side that knows its kind decides."""
        first, second = self._piece(left), self._piece(right)
        wanted = next((one.kind for one in (first, second) if one.kind is not Kind.ANY and one.literal is None), None)
        if wanted is None:
            wanted = next((one.kind for one in (first, second) if one.kind is not Kind.ANY), Kind.TEXT)
        assert wanted is not None
        return self._as(first, wanted, left), self._as(second, wanted, right)

    def _as(self, piece: _Piece, kind: Kind, node: exp.Expr) -> str:
        if piece.kind is kind:
            return piece.sql
        if piece.kind is Kind.ANY and kind in READ_AS:
            return f"TRY_CAST({piece.sql} AS {READ_AS[kind]})" if kind is not Kind.TEXT else piece.sql
        if kind is Kind.TEXT and piece.kind is Kind.NUMBER:
            return f"CAST({piece.sql} AS VARCHAR)"
        if (
            kind is Kind.NUMBER
            and piece.literal is not None
            and piece.literal.isdecimal()
            and len(piece.literal) <= DIGITS
        ):
            return piece.literal
        if kind is Kind.TIME and piece.literal is not None:
            moment = from_text(piece.literal, field=self.name)
            return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S.%f}'"
        found = "NULL" if piece.kind is None else str(piece.kind)
        raise refuse(self.name, node, f"{node.sql()} is {found}, here {kind} is needed", hint=f"columns: {KNOWN}")
