"""DuckDB, loaded when the first log is read: 16 MB and a tenth of a second that an idle server and most commands do without."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
else:

    class _Later:
        """Stands for the module until something of it is asked for."""

        def __getattr__(self, name: str) -> object:
            return getattr(import_module("duckdb"), name)

    duckdb = _Later()

__all__ = ["duckdb"]
