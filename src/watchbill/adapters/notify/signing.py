"""Signatures of outgoing webhooks, as Standard Webhooks has them, so that receivers need no library of ours.

`webhook-signature: v1,BASE64(HMAC-SHA256(key, "ID.TIMESTAMP.BODY"))`; the secret is `whsec_` and the key in base64.
"""

import base64
import binascii
import hashlib
import hmac

from watchbill.kernel.errors import Invalid

__all__ = ["headers", "key_of", "secret_text"]

_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # bytes; what Standard Webhooks asks for


def headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; the id stays the same over all attempts, the timestamp (seconds) does not."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def key_of(secret: str) -> bytes:
    """The key in a secret; raises Invalid."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Invalid("webhook_secret", "is not whsec_ and base64", hint=_HINT) from wrong
    if not secret.startswith(_PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise Invalid("webhook_secret", f"is not whsec_ and {_SHORTEST} to {_LONGEST} bytes in base64", hint=_HINT)
    return key


def secret_text(key: bytes) -> str:
    """The secret as receivers are given it."""
    return _PREFIX + base64.b64encode(key).decode()


_HINT = "make one with: python3 -c \"import base64, os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())\""
