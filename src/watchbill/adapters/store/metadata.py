"""The one schema. Every table of watchbill hangs on this MetaData; `tables/` holds them, a file for each domain."""

import importlib
import pkgutil

from sqlalchemy import MetaData

__all__ = ["metadata", "schema"]

# Names of constraints are fixed by rule, so that migrations on both databases can say which one they mean.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def schema() -> MetaData:
    """The MetaData with every table on it: imports all modules of `tables/`."""
    from watchbill.adapters.store import tables

    for module in pkgutil.iter_modules(tables.__path__):
        importlib.import_module(f"{tables.__name__}.{module.name}")
    return metadata
