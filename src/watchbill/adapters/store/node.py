"""On PostgreSQL several processes may share the state; one that keeps counts in its own files must be alone."""

import threading

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from watchbill.adapters.store.engine import Database
from watchbill.kernel.errors import Refused

__all__ = ["Measuring", "NodeLock"]

_LOCK = 0x6E6F6465  # "node"
_MEASURING = 0x6D656173  # "meas"


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


class Measuring:
    """Which of several nodes measures and evaluates: the one that holds this lock. When it dies another takes it.

    A node that was cut off and does not know it yet does no harm: its appends are refused, for the source has moved on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def is_ours(self, database: Database) -> bool:
        """Whether this node is the one, or becomes it now."""
        with self._lock:
            if self._connection is None:
                return self._take(database)
            try:
                self._connection.execute(select(1))
            except SQLAlchemyError:
                self._drop()
                return False
            return True

    def release(self) -> None:
        """Let another node measure."""
        with self._lock:
            self._drop()

    def _take(self, database: Database) -> bool:
        connection = database.connect_for_good()
        if connection.execute(select(func.pg_try_advisory_lock(_MEASURING))).scalar_one():
            self._connection = connection
            return True
        connection.close()
        return False

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
