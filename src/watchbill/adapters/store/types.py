"""Column types that mean the same on SQLite and PostgreSQL, and the JSON form of what is stored."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import msgspec
from sqlalchemy import JSON, BigInteger, Dialect, Integer, String
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

from watchbill.kernel.instants import to_text

__all__ = ["BigInt", "Instant", "Json", "from_builtins", "from_json", "to_builtins", "to_json"]


class Instant(TypeDecorator[datetime]):
    """A moment: `2026-11-24T03:12:00.000000Z` on SQLite (text order is time order), timestamptz on PostgreSQL.

    Naive datetimes raise; what comes back is aware and in UTC.
    """

    impl = String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # Any: SQLAlchemy's own signature
        """Text or timestamptz."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | datetime | None:
        """Refuse naive moments before a driver guesses a zone for them."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime names no moment")
        return value if dialect.name == "postgresql" else to_text(value)

    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware, in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


# A JSON document: text on SQLite, jsonb on PostgreSQL. None is SQL NULL. Engines get `to_json` and `from_json`.
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

# 64 bits; on SQLite INTEGER, which alone can be a rowid that counts up.
BigInt = BigInteger().with_variant(Integer(), "sqlite")


def _encode(value: object) -> object:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(f"a {type(value).__name__} has no stored form: {value!r}")


def _decode(wanted: type, value: object) -> object:
    if wanted is Fraction and isinstance(value, str | int):
        return Fraction(value)
    raise NotImplementedError(f"a {wanted.__name__} cannot be read from {value!r}")


def to_json(value: object) -> str:
    """Compact JSON of builtins, dataclasses, enums, datetimes and Fractions (`"1/3"`)."""
    return msgspec.json.encode(value, enc_hook=_encode).decode()


def from_json(text: str | bytes) -> object:
    """Plain builtins."""
    return msgspec.json.decode(text)


def to_builtins(value: object) -> Any:  # Any: the shape of the value, as JSON-able builtins
    """The value as JSON-able builtins (a dataclass becomes a dict)."""
    return msgspec.to_builtins(value, enc_hook=_encode)


def from_builtins(value: object, wanted: type) -> Any:  # Any: an instance of `wanted`
    """The inverse of `to_builtins`; raises msgspec.ValidationError where the shape does not fit."""
    return msgspec.convert(value, wanted, dec_hook=_decode)
