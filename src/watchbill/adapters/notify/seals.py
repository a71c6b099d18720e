"""Texts that only this installation could have made, fit for an address: the text, a dot, and sixteen bytes of HMAC-SHA256."""

import base64
import hmac
from collections.abc import Callable

__all__ = ["Seals"]

_BYTES = 16


class Seals:
    """incidents.status_ports.Seals. `key` is asked when needed: a command that only reads opens no key file."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    def seal(self, purpose: str, text: str) -> str:
        """The text with its seal; a seal for one purpose is good for no other."""
        mac = hmac.digest(self._key(), f"watchbill {purpose}\0{text}".encode(), "sha256")[:_BYTES]
        return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def opened(self, purpose: str, sealed: str) -> str | None:
        """The text, where the seal is right."""
        text, dot, _ = sealed.rpartition(".")
        if not dot or not sealed.isascii():
            return None
        return text if hmac.compare_digest(self.seal(purpose, text), sealed) else None
