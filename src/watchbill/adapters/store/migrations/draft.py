"""Drafts the next revision: `python -m watchbill.adapters.store.migrations.draft "what changes"`, then read and correct it.

It compares the tables in the code with those that the revisions so far make. It cannot see renames, and what moves data
is yours to write.
"""

import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy.types import TypeEngine

from watchbill.adapters.store import types
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.metadata import schema
from watchbill.adapters.store.schema import REVISIONS, upgrade

__all__ = ["draft"]

_VERSIONS = Path(__file__).parent / "versions"
_OURS = {id(types.Json): "Json", id(types.BigInt): "BigInt"}
_HEAD = '''"""{summary}"""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import BigInt, Instant, Json

revision = "{revision}"
down_revision = {parent}


def upgrade() -> None:  # noqa: PLR0915 - one statement for each table and index
    """Forward."""
'''


def draft(summary: str, revision: str, earlier: tuple[str, ...]) -> str:
    """The text of a revision that brings a database with the `earlier` ones to what the code says."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/draft.db")
        with database.begin() as connection:
            if earlier:
                upgrade(connection, earlier[-1])
            compared = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": schema()})
            steps = produce_migrations(compared, schema()).upgrade_ops
            assert isinstance(steps, UpgradeOps)
            body = render_python_code(steps, render_item=_render, migration_context=compared)
        database.close()
    head = _HEAD.format(
        summary=summary.rstrip(".") + ".", revision=revision, parent=repr(earlier[-1]) if earlier else None
    )
    return head + "\n".join(body.splitlines()[1:]) + "\n"


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:  # Any: whatever Alembic asks about
    if kind != "type" or not isinstance(item, TypeEngine):
        return False
    if isinstance(item, types.Instant):
        return "Instant()"
    return _OURS.get(id(item), False)


def main() -> None:
    """Write the file and say where."""
    summary = sys.argv[1]
    known = tuple(path.stem.partition("_")[0] for path in sorted(_VERSIONS.glob("[0-9]*.py")))
    revision = f"{len(known) + 1:04}"
    slug = re.sub(r"[^a-z0-9]+", "_", summary.lower()).strip("_")
    path = _VERSIONS / f"{revision}_{slug}.py"
    path.write_text(draft(summary, revision, known), "utf-8")
    sys.stdout.write(
        f"{path}\nAdd {revision!r} to REVISIONS in schema.py (it holds {REVISIONS}), and read what was drafted.\n"
    )


if __name__ == "__main__":
    main()
