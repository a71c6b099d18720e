"""One-tap links under this installation's address, signed with its key."""

from collections.abc import Callable
from datetime import datetime

from watchbill.kernel.ids import DeliveryId
from watchbill.oncall.rules import links

__all__ = ["SignedLinks"]


class SignedLinks:
    """What oncall.ports.Links asks for. `key` and `base_url` are asked when needed: a server learns its port when
    it listens, and a command that only reads opens no key file.
    """

    def __init__(self, key: Callable[[], bytes], base_url: Callable[[], str]) -> None:
        self._key = key
        self._base_url = base_url

    def url(self, delivery: DeliveryId, expires_at: datetime) -> str:
        """`https://host/p/TOKEN`."""
        return f"{self._base_url()}/p/{links.sign(self._key(), delivery, expires_at)}"

    def code(self, delivery: DeliveryId) -> str:
        """Six digits, the same whenever they are asked for: they need not be stored."""
        return links.code(self._key(), delivery)

    def read(self, token: str, now: datetime) -> DeliveryId:
        """The delivery a token speaks of; raises Unauthorized."""
        return links.read(self._key(), token, now)
