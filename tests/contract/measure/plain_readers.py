"""Readers of log lines that share nothing with the product: slow, by hand, character by character. What is read is compared with these."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["READERS"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]  # Any: whatever the line says


def words(line: str) -> list[str]:
    """A line's words: apart by blanks, together in quotation marks or brackets."""
    found: list[str] = []
    word, closing = "", ""
    for sign in line:
        if closing:
            if sign == closing:
                closing = ""
                continue
        elif sign in '"[' and not word:
            closing = '"' if sign == '"' else "]"
            continue
        elif sign == " ":
            found.append(word)
            word = ""
            continue
        word += sign
    return [*found, word]


def _us(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _said(text: str) -> str | None:
    return None if text in {"-", ""} else text


def _target(text: str) -> tuple[str, str | None]:
    if "://" in text:
        text = "/" + text.split("/", 3)[3]
    return (text.split("?")[0], text[text.index("?") + 1 :] if "?" in text else None)


def combined(line: str) -> Row:
    """Nginx and Apache."""
    address, _ident, _user, stamp, request, status, size, *more = words(line)
    at = datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z")
    path, query = _target(request.split(" ")[1])
    return {
        "at_us": (at - _EPOCH) // timedelta(microseconds=1),
        "method": request.split(" ")[0],
        "path": path,
        "query": query,
        "status": int(status),
        "bytes": None if size == "-" else int(size),
        "remote_addr": address,
        "referer": _said(more[0]) if more else None,
        "user_agent": _said(more[1]) if more else None,
        "duration_ms": float(more[2]) * 1000 if len(more) > 2 else None,
    }


def alb(line: str) -> Row:
    """AWS, by the positions in its manual."""
    word = words(line)
    path, query = _target(word[12].split(" ")[1])
    parts = [float(part) for part in word[5:8]]
    return {
        "at_us": _us(word[1]),
        "remote_addr": word[3].rsplit(":", 1)[0],
        "duration_ms": None if min(parts) < 0 else sum(parts) * 1000,
        "status": int(word[8]),
        "bytes": int(word[11]),
        "method": word[12].split(" ")[0],
        "path": path,
        "query": query,
        "user_agent": _said(word[13]),
        "trace_id": _said(word[17]),
        "host": _said(word[18]),
    }


def envoy(line: str) -> Row:
    """Envoy's default, or Istio's with three fields more."""
    word = words(line)
    more = 0 if len(word) == 13 else 3
    path, query = _target(word[1].split(" ")[1])
    return {
        "at_us": _us(word[0]),
        "method": word[1].split(" ")[0],
        "path": path,
        "query": query,
        "status": int(word[2]),
        "bytes": int(word[5 + more]),
        "duration_ms": float(word[6 + more]),
        "remote_addr": _said(word[8 + more].split(",")[0]),
        "user_agent": _said(word[9 + more]),
        "trace_id": _said(word[10 + more]),
        "host": _said(word[11 + more]),
    }


def haproxy(line: str) -> Row:
    """From the client on, by the positions in its manual; clocks in UTC."""
    head, _, tail = line.partition(" [")
    if "haproxy[" in head:
        head = head.rsplit(" ", 1)[1]
    stamp, _front, server, timers, status, size = tail.split(" ")[:6]
    request = tail.split('"')[1]
    path, query = _target(request.split(" ")[1]) if " " in request else (None, None)
    return {
        "at_us": _us(datetime.strptime(stamp[:-1] + "000+0000", "%d/%b/%Y:%H:%M:%S.%f%z").isoformat()),
        "remote_addr": head.rsplit(":", 1)[0],
        "service": server.split("/")[0],
        "duration_ms": float(timers.split("/")[4].lstrip("+")),
        "status": int(status),
        "bytes": int(size.lstrip("+")),
        "method": request.split(" ")[0] if " " in request else None,
        "path": path,
        "query": query,
    }


def caddy(line: str) -> Row:
    """Caddy's JSON encoder."""
    found = json.loads(line)
    request = found["request"]
    path, query = _target(request["uri"])
    headers = request.get("headers", {})
    return {
        "at_us": round(found["ts"] * 1_000_000),
        "status": found["status"],
        "duration_ms": found["duration"] * 1000,
        "bytes": found["size"],
        "method": request["method"],
        "remote_addr": request.get("client_ip", request.get("remote_ip")),
        "host": request["host"],
        "user_agent": headers.get("User-Agent", [None])[0],
        "referer": headers.get("Referer", [None])[0],
        "path": path,
        "query": query,
        "level": found["level"],
        "message": found["msg"],
    }


def envoy_json(line: str) -> Row:
    """Istio's JSON."""
    found = json.loads(line)
    path, query = _target(found["path"])
    return {
        "at_us": _us(found["start_time"]),
        "status": found["response_code"],
        "duration_ms": float(found["duration"]),
        "bytes": found["bytes_sent"],
        "method": found["method"],
        "path": path,
        "query": query,
        "host": found["authority"],
        "user_agent": found["user_agent"],
        "trace_id": found["request_id"],
    }


def standard(line: str) -> Row:
    """The playbook's structured log standard."""
    found = json.loads(line)
    return {
        "at_us": _us(found["timestamp"]),
        "service": found["service"],
        "method": found["http_method"],
        "path": found["http_path"],
        "status": found["http_status"],
        "duration_ms": float(found["duration_ms"]),
        "host": found["host"],
        "region": found["region"],
        "trace_id": found["trace_id"],
        "level": found["level"],
        "message": found["message"],
    }


def csv_line(line: str) -> Row:
    """Columns timestamp, http_status, path, duration_ms, tenant."""
    stamp, status, path, duration, _tenant = next(csv.reader([line]))
    return {
        "at_us": _us(stamp),
        "status": int(status) if status else None,
        "path": path or None,
        "duration_ms": float(duration) if duration else None,
    }


READERS: dict[str, Callable[[str], Row]] = {
    "combined": combined,
    "alb": alb,
    "envoy": envoy,
    "haproxy": haproxy,
    "caddy": caddy,
    "envoy-json": envoy_json,
    "json": standard,
    "csv": csv_line,
}
