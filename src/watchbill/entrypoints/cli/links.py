"""Tries web addresses: the runbooks that alerts point to, from the machine on which the command runs."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

__all__ = ["broken"]

_PATIENCE_S = 5.0
_AT_ONCE = 8


def broken(addresses: Sequence[str]) -> dict[str, str]:
    """Those that cannot be read, with the reason. A page behind a login (401, 403) counts as there."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        reasons = list(threads.map(_reason, addresses))
    return {address: reason for address, reason in zip(addresses, reasons, strict=True) if reason}


def _reason(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        return "it is no web address"
    try:
        asked = urllib.request.Request(address, headers={"User-Agent": "watchbill"})  # noqa: S310 - http(s) only, as checked above
        with urllib.request.urlopen(asked, timeout=_PATIENCE_S):  # noqa: S310 - as above
            return ""
    except urllib.error.HTTPError as wrong:
        return "" if wrong.code in {401, 403} else f"HTTP {wrong.code}"
    except urllib.error.URLError as wrong:
        return str(wrong.reason)
    except (OSError, ValueError, http.client.HTTPException) as wrong:
        return str(wrong) or type(wrong).__name__
