"""What a failure of the network or of a provider means: worth trying again, or not over this channel."""

import email.utils
import socket
import ssl
from collections.abc import Mapping
from datetime import datetime

from watchbill.oncall.model import Outcome, Receipt

__all__ = ["excerpt", "judge_error", "judge_status", "retry_after_s"]

_EXCERPT = 300
_OK, _REDIRECT, _CLIENT, _SERVER = 200, 300, 400, 500
# Timeout, too early, too many requests: the client errors that pass.
_PASSING = {408, 425, 429}
# Not implemented, version not supported: the server errors that stay.
_STAYING = {501, 505}


def judge_status(status: int, body: str, headers: Mapping[str, str], now: datetime) -> Receipt:
    """The receipt for an HTTP answer: 2xx arrived; 408, 425, 429 and most 5xx pass; all else stays, redirects too."""
    words = f"HTTP {status}" + (f": {body}" if body else "")
    if _OK <= status < _REDIRECT:
        return Receipt(Outcome.DELIVERED, words, status)
    if status in _PASSING or (status >= _SERVER and status not in _STAYING):
        return Receipt(Outcome.TEMPORARY, words, status, retry_after_s(headers.get("retry-after"), now))
    if _REDIRECT <= status < _CLIENT:
        to = excerpt(headers.get("location", "").encode("latin-1", "replace"))
        return Receipt(Outcome.PERMANENT, f"HTTP {status}: redirects (to {to or 'nowhere'}) are not followed", status)
    return Receipt(Outcome.PERMANENT, words, status)


def judge_error(error: OSError, where: str) -> Receipt:
    """The receipt for a connection that failed. A certificate that does not verify stays wrong, whatever happens."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Receipt(Outcome.PERMANENT, f"{where}: the certificate does not verify: {error.verify_message}")
    if isinstance(error, socket.gaierror) and error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", -5)}:
        return Receipt(Outcome.PERMANENT, f"{where}: there is no such name")
    if isinstance(error, TimeoutError):
        return Receipt(Outcome.TEMPORARY, f"{where}: {error if str(error) else 'no answer in time'}")
    return Receipt(Outcome.TEMPORARY, f"{where}: {error.strerror or str(error) or type(error).__name__}")


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds that a provider asks to wait: a number or an HTTP date; None where it asks for nothing that can be read."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        at = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return max(0.0, (at - now).total_seconds())


def excerpt(raw: bytes) -> str:
    """The beginning of foreign text as one printable line."""
    text = raw[: 4 * _EXCERPT].decode("utf-8", "replace")
    shown = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return shown if len(shown) <= _EXCERPT else shown[: _EXCERPT - 1] + "…"
