"""The form of secrets: what is handed out, what may be shown later, and the hash that is kept instead."""

import hashlib
from dataclasses import dataclass

__all__ = ["TOKEN_PREFIX", "NewSecret", "hash_of", "intake_secret", "looks_like_token", "token_secret"]

TOKEN_PREFIX = "wb_"  # noqa: S105 - what every token begins with, so that scanners of leaks find it
_SHOWN = 8
_INTAKE_LENGTH = 32  # what PagerDuty's clients and forms expect of a routing key
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A fresh secret: `text` goes to its owner once, `shown` may be listed, `hash` is stored."""

    text: str
    shown: str
    hash: str


def token_secret(noise: str) -> NewSecret:
    """`wb_` and the noise; the first characters of the noise may be shown, the rest still holds 128 bits and more."""
    text = TOKEN_PREFIX + noise
    return NewSecret(text=text, shown=text[: len(TOKEN_PREFIX) + _SHOWN], hash=hash_of(text))


def intake_secret(noise: str) -> NewSecret:
    """32 hex digits, 128 bits of the noise; the first eight may be shown, for it can only send alerts."""
    text = hashlib.sha256(noise.encode()).hexdigest()[:_INTAKE_LENGTH]
    return NewSecret(text=text, shown=text[:_SHOWN], hash=hash_of(text))


def hash_of(secret: str) -> str:
    """SHA-256; enough for secrets of 128 random bits and more, which nobody can guess through a fast hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def looks_like_token(text: str) -> bool:
    """Whether the text has the form of an API token, before the store is asked."""
    return text.startswith(TOKEN_PREFIX) and len(text) <= _LONGEST and text.isascii()
