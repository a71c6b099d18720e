"""Sealing a message so that only one browser can read it: RFC 8291 over RFC 8188 (`aes128gcm`), one record.

Written here, on `cryptography`, because the libraries that do it also send, with a client that knows nothing of our fence
around internal addresses: an endpoint is an address that a stranger's browser gave us.
"""

import base64
import binascii
import hashlib
import hmac
import os
import struct
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from watchbill.kernel.errors import Invalid

__all__ = ["MOST", "Reader", "b64", "raw_public", "seal", "unb64"]

_RECORD = 4096  # the size that every push service takes
_TAG, _SALT, _POINT, _AUTH = 16, 16, 65, 16
_HEADER = _SALT + 4 + 1 + _POINT
MOST = _RECORD - _HEADER - _TAG - 1  # bytes of text in one message


@dataclass(frozen=True, slots=True)
class Reader:
    """Who can open it: the public point and the secret that the browser made for this subscription."""

    point: bytes
    auth: bytes

    @classmethod
    def parse(cls, key: str, auth: str) -> "Reader":
        """From base64url as browsers write it; raises Invalid for a key that is no point of the curve, or a wrong length."""
        point, secret = unb64(key, "key"), unb64(auth, "auth")
        if len(secret) != _AUTH:
            raise Invalid("auth", f"holds {len(secret)} bytes, not {_AUTH}")
        _public(point)
        return cls(point, secret)


def seal(
    text: bytes, reader: Reader, *, salt: bytes | None = None, sender: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """The body for the reader; fresh salt and sender key each time unless a test gives them. Raises Invalid when too long."""
    if len(text) > MOST:
        raise Invalid("message", f"is {len(text)} bytes long; a push takes {MOST}")
    salt = salt or os.urandom(_SALT)
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    own = raw_public(sender)
    shared = sender.exchange(ec.ECDH(), _public(reader.point))
    secret = _expand(_extract(reader.auth, shared), b"WebPush: info\0" + reader.point + own, 32)
    pseudo = _extract(salt, secret)
    key = _expand(pseudo, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expand(pseudo, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, text + b"\x02", None)  # 2: the last record
    return salt + struct.pack("!IB", _RECORD, len(own)) + own + sealed


def raw_public(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public point of a key, uncompressed: 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def b64(raw: bytes) -> str:
    """base64url without padding, as everything in web push is written."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str, field: str) -> bytes:
    """The bytes of it, padded or not; raises Invalid(field)."""
    try:
        return base64.urlsafe_b64decode(text.rstrip("=").encode("ascii") + b"=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, UnicodeEncodeError) as wrong:
        raise Invalid(field, "is not base64url") from wrong


@lru_cache(maxsize=256)
def _public(point: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as wrong:
        raise Invalid("key", "is no point of the curve P-256") from wrong


def _extract(salt: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, material, hashlib.sha256)


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand for at most one block, which is all that is needed here."""
    return hmac.digest(key, info + b"\x01", hashlib.sha256)[:length]
