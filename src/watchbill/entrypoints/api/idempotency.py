"""Idempotency-Key: the first answer to a key is kept for a day and given again to a retry of the same request."""

import hashlib
from dataclasses import dataclass

from starlette.requests import Request

from watchbill.bootstrap import Services
from watchbill.kernel.errors import Invalid
from watchbill.operations.table import Operation
from watchbill.people.model import Actor

__all__ = ["Replay", "remember", "replay"]

MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Replay:
    """A key as one actor used it, with a digest of what was asked under it."""

    actor: str
    key: str
    request: str

    @classmethod
    def of(cls, request: Request, row: Operation, who: Actor, body: bytes) -> "Replay | None":
        """The key of a POST, None where there is none; empty or longer than 255 characters raises Invalid."""
        key = request.headers.get("idempotency-key")
        if key is None or row.method != "POST":
            return None
        if not 0 < len(key) <= MAX_KEY:
            raise Invalid("Idempotency-Key", f"must have 1 to {MAX_KEY} characters")
        digest = hashlib.sha256(request.url.path.encode() + b"\0" + body).hexdigest()
        return cls(actor=who.name, key=key, request=digest)


def replay(s: Services, asked: Replay) -> bytes | None:
    """The first answer, None when the key is new; the same key for another request raises Invalid."""
    found = s.answers.find(asked.actor, asked.key)
    if found is None:
        return None
    request, content = found
    if request != asked.request:
        raise Invalid("Idempotency-Key", "was used for another request", hint="make a new key for each request")
    return content


def remember(s: Services, asked: Replay, content: bytes) -> None:
    """Keep the answer in the same transaction as the work."""
    s.answers.save(asked.actor, asked.key, asked.request, content, s.now)
