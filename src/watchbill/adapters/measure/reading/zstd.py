"""Reads .zst: Python 3.11 has no zstd, DuckDB has; it may open this one file and nothing else.

DuckDB gives lines, not bytes: blank lines are left out, and whether the last line had an end is not known.
"""

import numpy as np

from watchbill.adapters.measure.predicates import text_literal
from watchbill.adapters.measure.reading.database import duckdb
from watchbill.adapters.measure.reading.scratch import Bytes
from watchbill.kernel.errors import Invalid

__all__ = ["Zstd"]

_ROWS = 16_384
# Each byte is one character of latin-1, so that lines come back as the bytes they were; the separator occurs in no text.
_LINES = (
    "SELECT line FROM read_csv({path}, compression='zstd', encoding='latin-1', columns={{'line': 'VARCHAR'}}, delim='\\x01\\x02\\x03',"
    " quote='', escape='', header=false, auto_detect=false, strict_mode=false, new_line='\\n', nullstr='\\x01\\x02', comment='',"
    " ignore_errors=true, max_line_size=33554432)"
)


class Zstd:
    """The lines of a packed file as bytes."""

    def __init__(self, path: str) -> None:
        self._database = duckdb.connect(config={"threads": 1, "memory_limit": "200MB"})
        self._database.execute(f"SET allowed_paths = [{text_literal(path)}]")
        self._database.execute("SET enable_external_access = false")
        self._left = bytearray()
        self.damage = ""
        try:
            self._rows = self._database.execute(_LINES.format(path=text_literal(path)))
        except duckdb.Error as wrong:
            raise Invalid("files", f"cannot unpack {path}: {wrong}") from wrong

    def read_into(self, space: Bytes) -> int:
        """Fill from the front; 0 only at the end."""
        while len(self._left) < len(space):
            rows = self._fetch()
            if not rows:
                break
            for (line,) in rows:
                self._left += line.encode("latin-1") + b"\n"
        size = min(len(self._left), len(space))
        space[:size] = np.frombuffer(self._left[:size], dtype=np.uint8)
        del self._left[:size]
        return size

    def _fetch(self) -> list[tuple[str]]:
        try:
            rows: list[tuple[str]] = self._rows.fetchmany(_ROWS)
        except duckdb.Error as wrong:
            self.damage = f"the packed file is damaged: {wrong}"
            return []
        return rows

    def close(self) -> None:
        """Give the file back."""
        self._database.close()
