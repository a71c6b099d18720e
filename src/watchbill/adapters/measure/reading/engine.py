"""One locked-down DuckDB: it may open its scratch files and nothing else, with bounded memory and threads."""

import os
from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from watchbill.adapters.measure.predicates import text_literal
from watchbill.adapters.measure.reading.blocks import BLOCK
from watchbill.adapters.measure.reading.database import duckdb
from watchbill.adapters.measure.reading.scratch import Scratch

__all__ = ["Answer", "Engine", "connect"]

Answer = dict[str, npt.NDArray[np.generic]]
_MOST_THREADS = 4
_PART = 4 << 20  # the largest piece of a block that is counted again by itself
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "256MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "enable_external_file_cache": False,  # a scratch file's content changes under the same name
    "temp_directory": "",  # nothing is ever written to disk
}


def default_threads() -> int:
    """As many as there are processors for us, up to four."""
    return min(_MOST_THREADS, len(os.sched_getaffinity(0)))


def connect(paths: Sequence[str], *, threads: int | None = None) -> "duckdb.DuckDBPyConnection":
    """A database in memory that may open these files and nothing else: no other path, no network, no extension."""
    database = duckdb.connect(":memory:", config={**_SETTINGS, "threads": threads or default_threads()})
    database.execute(f"SET allowed_paths = [{', '.join(text_literal(path) for path in paths)}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database


class Engine:
    """Two scratch files for blocks (one is read while the other is filled), one for parts, one for single events."""

    def __init__(self, *, threads: int | None = None, block: int = BLOCK) -> None:
        self.threads = threads or default_threads()
        self.blocks = (Scratch(block), Scratch(block))
        self.part = Scratch(max(_PART, block))
        self.events = Scratch(max(_PART, block))
        self._database = connect([scratch.path for scratch in self._scratches], threads=self.threads)

    @property
    def _scratches(self) -> tuple[Scratch, ...]:
        return (*self.blocks, self.part, self.events)

    def ask(self, statement: str) -> Answer:
        """Run a query and give its columns."""
        answer: Answer = self._database.execute(statement).fetchnumpy()
        return answer

    def close(self) -> None:
        """Give the memory back."""
        self._database.close()
        for scratch in self._scratches:
            scratch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
