"""Tokens of one-tap links: which delivery, until when, signed. Short enough for an SMS, and good for nothing else.

16 bytes of delivery id, 5 bytes of expiry (seconds), 16 bytes of HMAC-SHA256 over both and the purpose, base64url: 50
characters. The token proves that its holder got that very message; what it allows is decided when it is used.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime

from watchbill.kernel.errors import Unauthorized
from watchbill.kernel.ids import DeliveryId

__all__ = ["code", "read", "sign"]

_PURPOSE = b"watchbill page link 1\x00"
_CODE_PURPOSE = b"watchbill contact code 1\x00"
_ID_BYTES, _EXPIRY_BYTES, _MAC_BYTES = 16, 5, 16
_ID_CHARACTERS, _DIGITS = 26, "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {character: value for value, character in enumerate(_DIGITS)}
_PREFIX = "dlv_"


def sign(key: bytes, delivery: DeliveryId, expires_at: datetime) -> str:
    """The token for that delivery."""
    body = _id_bytes(delivery) + int(expires_at.timestamp()).to_bytes(_EXPIRY_BYTES, "big")
    return base64.urlsafe_b64encode(body + _mac(key, body)).rstrip(b"=").decode()


def code(key: bytes, delivery: DeliveryId) -> str:
    """Six digits for whoever cannot tap a link (a phone call, a machine beside the phone). Guessing is bounded by who asks."""
    number = int.from_bytes(hmac.new(key, _CODE_PURPOSE + delivery.encode(), hashlib.sha256).digest()[:8], "big")
    return f"{number % 1_000_000:06d}"


def read(key: bytes, token: str, now: datetime) -> DeliveryId:
    """The delivery that a token speaks of; raises Unauthorized where it is forged, cut off, or older than its expiry."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, UnicodeEncodeError) as wrong:
        raise _refused() from wrong
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if len(body) != _ID_BYTES + _EXPIRY_BYTES or not hmac.compare_digest(mac, _mac(key, body)):
        raise _refused()
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        raise _refused()  # another spelling of the same bytes is not the link that was sent
    if now >= datetime.fromtimestamp(int.from_bytes(body[_ID_BYTES:], "big"), UTC):
        raise Unauthorized("this link has expired", hint="log in to see the page")
    return _delivery_id(body[:_ID_BYTES])


def _refused() -> Unauthorized:
    return Unauthorized("this link is not one of ours", hint="copy the whole address from the message, or log in")


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, _PURPOSE + body, hashlib.sha256).digest()[:_MAC_BYTES]


def _id_bytes(delivery: DeliveryId) -> bytes:
    text = delivery.removeprefix(_PREFIX)
    if len(text) != _ID_CHARACTERS:
        raise ValueError(f"{delivery!r} is no delivery id")
    number = 0
    for character in text:
        number = number << 5 | _VALUES[character]
    return number.to_bytes(_ID_BYTES + 1, "big")[-_ID_BYTES:]


def _delivery_id(raw: bytes) -> DeliveryId:
    number = int.from_bytes(raw, "big")
    digits = [_DIGITS[number >> shift & 31] for shift in range((_ID_CHARACTERS - 1) * 5, -1, -5)]
    return DeliveryId(_PREFIX + "".join(digits))
