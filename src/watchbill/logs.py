"""The structured log standard for programs in Python: a formatter for `logging`, and a renderer for structlog.

    handler.setFormatter(StandardFormatter("payment-api", environment="production", region="eu-west-1"))
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, StandardRenderer("payment-api")])

`watchbill logs check` finds nothing wrong with what they write, as long as fields say their unit. Standard library only.
"""

import json
import logging
import socket
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

__all__ = ["StandardFormatter", "StandardRenderer"]

# What `logging` itself keeps on a record: everything else came as `extra=`.
_OWN = {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName"}
_LEVELS = {"warn": "warning", "exception": "error", "notset": "debug"}
_FRAMES = 12


class StandardFormatter(logging.Formatter):
    """One JSON object a line. `extra={"http_status": 504}` becomes a field of its own; an exception becomes error_*."""

    def __init__(self, service: str, **fixed: str) -> None:
        super().__init__()
        self._fixed = _fixed(service, fixed)

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, without its newline."""
        extra = {key: value for key, value in record.__dict__.items() if key not in _OWN}
        error = _error(record.exc_info) if record.exc_info and record.exc_info[0] is not None else {}
        at = datetime.fromtimestamp(record.created, UTC)
        return _line(at, record.levelname.lower(), record.getMessage(), {**self._fixed, **extra, **error})


class StandardRenderer:
    """The last of structlog's processors: the event becomes the message, `exc_info` becomes error_*."""

    def __init__(self, service: str, **fixed: str) -> None:
        self._fixed = _fixed(service, fixed)

    def __call__(
        self, _logger: object, method: str, entry: MutableMapping[str, Any]
    ) -> str:  # Any: structlog's own type
        """The line of an entry, without its newline."""
        given = entry.pop("exc_info", None)
        if isinstance(given, BaseException):
            given = (type(given), given, given.__traceback__)
        elif given and not isinstance(given, tuple):
            given = sys.exc_info()
        error = _error(given) if given and given[0] is not None else {}
        level, message = str(entry.pop("level", method)), str(entry.pop("event", ""))
        entry.pop("timestamp", None)
        return _line(datetime.now(UTC), level, message, {**self._fixed, **entry, **error})  # noqa: TID251 - another program's log has no clock of ours


def _fixed(service: str, given: Mapping[str, str]) -> dict[str, object]:
    return {"service": service, "host": socket.gethostname(), **given}


def _error(raised: Any) -> dict[str, object]:  # Any: what logging and structlog call exc_info
    kind, error, trace = raised
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return {
        "error_type": kind.__name__,
        "error_message": str(error) or kind.__name__,
        "error_stack": " > ".join(f"{one.filename}:{one.lineno}" for one in frames),
    }


def _line(at: datetime, level: str, message: str, fields: Mapping[str, object]) -> str:
    first = {
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": _LEVELS.get(level, level),
        "service": fields["service"],
        "message": message or "(no message)",
    }
    return json.dumps(
        {**first, **{key: value for key, value in fields.items() if key not in first}}, default=str, ensure_ascii=False
    )
