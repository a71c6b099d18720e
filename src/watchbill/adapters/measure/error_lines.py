"""The newest lines of a log that tell of errors, whatever its format: for people who look into an incident.

Reads a bounded end of the file, once, when somebody asks; nothing is kept. JSON lines are judged by level and status, access
logs by status, plain text by its words.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import from_text

__all__ = ["TAIL_BYTES", "Line", "error_lines"]

TAIL_BYTES = 2 << 20
_SERVER_ERROR = 500
_LEVELS = frozenset({"error", "err", "fatal", "critical", "panic", "emerg", "alert", "crit", "severe"})
_ACCESS = re.compile(r'\[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "(?P<method>[A-Z]+) (?P<path>[^ ?"]*)[^"]*" (?P<status>\d{3}) ')  # fmt: skip
_PATH_ID = re.compile(r"/(?:\d+|[0-9a-fA-F]{8,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?=/|$)")
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)?")
_PLAIN_ERROR = re.compile(r"\b(?:ERROR|FATAL|CRITICAL|PANIC|SEVERE|Exception|Traceback|panic:)")
_MESSAGES = ("message", "msg", "error", "exception", "err")
_TIMES = ("timestamp", "time", "@timestamp", "ts")
_STATUSES = ("status", "http_status", "status_code")
_MILLIS = 1e11  # an epoch beyond this is in milliseconds

# Text, when (None: it does not say), HTTP status.
Line = tuple[str, datetime | None, int | None]


def error_lines(path: str) -> Iterator[Line]:
    """Errors within the last two megabytes of a file, oldest first; raises OSError."""
    file = Path(path)
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(0, size - TAIL_BYTES))
        data = stream.read(TAIL_BYTES)
    lines = data.split(b"\n")
    for raw in lines[1:] if size > TAIL_BYTES else lines:
        text = raw.decode("utf-8", "replace").strip()
        found = _judged(text) if text else None
        if found is not None:
            yield found


def _judged(text: str) -> Line | None:
    if text.startswith("{"):
        try:
            document = json.loads(text)
        except ValueError:
            return None
        return _json(document) if isinstance(document, dict) else None
    access = _ACCESS.search(text)
    if access is not None:
        status = int(access["status"])
        if status < _SERVER_ERROR:
            return None
        at = datetime.strptime(access["time"], "%d/%b/%Y:%H:%M:%S %z").astimezone(UTC)
        return f"{access['method']} {_PATH_ID.sub('/<id>', access['path'])}", at, status
    return (text, _plain_time(text), None) if _PLAIN_ERROR.search(text) else None


def _json(document: dict[str, Any]) -> Line | None:  # Any: JSON
    status = next((int(value) for key in _STATUSES if str(value := document.get(key, "")).isdecimal()), None)
    level = str(document.get("level", document.get("severity", ""))).lower()
    if level not in _LEVELS and (status is None or status < _SERVER_ERROR):
        return None
    words = next((str(document[key]) for key in _MESSAGES if document.get(key)), "")
    method, path = document.get("method", document.get("http_method")), document.get("path", document.get("http_path"))
    if not words and path:
        words = f"{method or ''} {_PATH_ID.sub('/<id>', str(path).partition('?')[0])}".strip()
    code = status if status is not None and status >= _SERVER_ERROR else None
    return (words or json.dumps(document)[:200], _json_time(document), code)


def _json_time(document: dict[str, Any]) -> datetime | None:  # Any: JSON
    value = next((document[key] for key in _TIMES if key in document), None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1000 if value > _MILLIS else value, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    return _moment(value) if isinstance(value, str) else None


def _plain_time(text: str) -> datetime | None:
    found = _PLAIN_TIME.search(text)
    return _moment(found[0].replace(",", ".")) if found else None


def _moment(text: str) -> datetime | None:
    """A moment; a time without a zone names none, and is not guessed at."""
    try:
        return from_text(text)
    except Invalid:
        return None
