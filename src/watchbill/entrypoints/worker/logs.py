"""The process's own log: one JSON object a line on standard error, in the structured-log standard that watchbill checks in others."""

import logging
import os
import re
import socket
import sys
from collections.abc import MutableMapping
from typing import Any

import msgspec
import structlog

__all__ = ["configure_logs", "ensure_logs"]

_Entry = MutableMapping[str, Any]  # Any: the fields of a log line
# What must never reach a log: bearer tokens, our own tokens, login links, signed links, passwords in addresses.
_SECRETS = re.compile(r"(?i)(bearer\s+|wb_|/login/|/ack/|://[^/\s:@]*:)[^\s\"'@/]+")


def configure_logs(level: str = "info", *, environment: str = "production") -> None:
    """Send structlog and the standard library's logging through one formatter. `level` as in the settings."""
    fixed = {"service": "watchbill", "environment": environment, "host": socket.gethostname(), "pid": os.getpid()}

    def place(_logger: object, _method: str, entry: _Entry) -> _Entry:
        return {**entry, **fixed}

    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        _exception,
        place,
        structlog.processors.EventRenamer("message"),
        _redact,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _line],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("uvicorn.error", "uvicorn.access", "alembic"):
        logging.getLogger(noisy).setLevel("WARNING")


def ensure_logs() -> None:
    """Log warnings to standard error where nobody configured anything, so that standard output stays clean."""
    if not structlog.is_configured():
        configure_logs("warning")


def _exception(_logger: object, _method: str, entry: _Entry) -> _Entry:
    """What was raised, and where: type, message and the innermost frames as one field, never several lines."""
    wrong = entry.pop("exc_info", None)
    if wrong is True:
        wrong = sys.exc_info()[1]
    if isinstance(wrong, tuple):
        wrong = wrong[1]
    if isinstance(wrong, BaseException):
        entry.setdefault("error_type", type(wrong).__name__)
        entry.setdefault("error_message", str(wrong))
        frames = []
        trace = wrong.__traceback__
        while trace is not None:
            frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
            trace = trace.tb_next
        entry["error_stack"] = " > ".join(frames[-12:])
    return entry


def _redact(_logger: object, _method: str, entry: _Entry) -> _Entry:
    return {
        key: _SECRETS.sub(r"\1[redacted]", value) if isinstance(value, str) else value for key, value in entry.items()
    }


def _line(_logger: object, _method: str, entry: _Entry) -> str:
    first = {key: entry.pop(key) for key in ("timestamp", "level", "service", "message") if key in entry}
    return msgspec.json.encode({**first, **entry}, enc_hook=str).decode()
