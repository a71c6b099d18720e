"""On PostgreSQL several processes may share the state; one that keeps counts in its own files must be alone."""

from sqlalchemy import Connection, func, select

from watchbill.adapters.store.engine import Database
from watchbill.kernel.errors import Refused

__all__ = ["NodeLock"]

_LOCK = 0x6E6F6465  # "node"


class NodeLock:
    """A lock of the database session, held on a connection of its own; the server drops it when the process dies."""

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def take(self, database: Database) -> None:
        """Be the only node, or raise Refused with the reason."""
        connection = database.connect_for_good()
        if not connection.execute(select(func.pg_try_advisory_lock(_LOCK))).scalar_one():
            connection.close()
            raise Refused(
                "single_node",
                "another watchbill process works on this database, and counts are kept in the files of one node only",
                hint="stop the other one, or set WATCHBILL_COUNTS_URL to a Prometheus-compatible server for all nodes",
            )
        self._connection = connection

    @property
    def is_held(self) -> bool:
        """Whether this process is the only node."""
        return self._connection is not None

    def release(self) -> None:
        """Let go; a lock that is not held is fine."""
        if self._connection is not None:
            self._connection.invalidate()  # ends the session, and the lock with it
            self._connection.close()
            self._connection = None
