"""Addresses of calendar feeds under this installation's address, signed with its key. They end when the feed is taken back."""

import hashlib
import hmac
from collections.abc import Callable

from watchbill.kernel.errors import Unauthorized
from watchbill.kernel.ids import FeedId

__all__ = ["SignedFeeds"]

_PURPOSE = b"watchbill calendar feed 1\x00"
_MAC = 32  # hexadecimal digits: 128 bits


class SignedFeeds:
    """oncall.arranged_ports.FeedLinks."""

    def __init__(self, key: Callable[[], bytes], base_url: Callable[[], str]) -> None:
        self._key = key
        self._base_url = base_url

    def url(self, feed: FeedId) -> str:
        """`https://host/calendar/TOKEN.ics`."""
        return f"{self._base_url()}/calendar/{feed}-{self._mac(feed)}.ics"

    def read(self, token: str) -> FeedId:
        """The feed that a token speaks of; raises Unauthorized."""
        feed, _, mac = token.removesuffix(".ics").partition("-")
        if not hmac.compare_digest(mac.encode(), self._mac(feed).encode()):
            raise Unauthorized("this calendar address is not one of ours", hint="copy the whole address again")
        return FeedId(feed)

    def _mac(self, feed: str) -> str:
        return hmac.new(self._key(), _PURPOSE + feed.encode(), hashlib.sha256).hexdigest()[:_MAC]
