"""Saying to a push service who sends: a short-lived ES256 token under this installation's own key (VAPID, RFC 8292)."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from watchbill.adapters.notify.push.sealing import b64, raw_public

__all__ = ["Vapid"]

_LIFE = timedelta(hours=12)  # services take at most 24 h
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the group P-256
_COORDINATE = 32


class Vapid:
    """The key and what is signed with it. `secret` and `contact` are asked when needed; the same secret is the same key."""

    def __init__(self, secret: Callable[[], bytes], contact: Callable[[], str]) -> None:
        self._secret = secret
        self._contact = contact

    @property
    def public(self) -> str:
        """What browsers are told to let send: `applicationServerKey`."""
        return b64(raw_public(self._key))

    def header(self, origin: str, now: datetime) -> str:
        """The Authorization header for a push service (`https://host`)."""
        claims = {"aud": origin, "exp": int((now + _LIFE).timestamp()), "sub": self._contact()}
        body = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (_HEADER, claims))
        r, s = decode_dss_signature(self._key.sign(body.encode(), ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")
        return f"vapid t={body}.{b64(signature)}, k={self.public}"

    @cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        """64 bytes of the hash over the group's order: no number of it is more likely than another by what could matter."""
        number = int.from_bytes(hashlib.sha512(b"watchbill vapid 1\0" + self._secret()).digest(), "big")
        return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


_HEADER = {"typ": "JWT", "alg": "ES256"}
