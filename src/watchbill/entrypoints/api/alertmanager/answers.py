"""Answers in Alertmanager's two shapes: its framework says {"code", "message"}, its handlers say a bare JSON string."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

import msgspec

from watchbill.kernel.errors import Invalid, Unavailable, WatchbillError, answer_to

__all__ = ["Answer", "Receive", "Refusal", "Scope", "Send", "refusal_of", "said"]

Scope: TypeAlias = MutableMapping[str, Any]  # Any: ASGI
Message: TypeAlias = MutableMapping[str, Any]  # Any: ASGI
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_encode = msgspec.json.Encoder().encode
_NO_STORE = (b"cache-control", b"no-store")


class Answer:
    """A whole answer: status, JSON (None: an empty body without a type), further headers."""

    __slots__ = ("_body", "_headers", "status")

    def __init__(
        self,
        status: int = 200,
        content: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        end: bytes = b"\n",  # the original's handlers end a line, its framework does not
    ) -> None:
        self.status = status
        self._body = b"" if content is None else _encode(content) + end
        self._headers = [_NO_STORE, (b"content-length", b"%d" % len(self._body))]
        if content is not None:
            self._headers.append((b"content-type", b"application/json"))
        self._headers += [(name.encode(), value.encode()) for name, value in (headers or {}).items()]

    async def __call__(self, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body})


class Refusal(Exception):
    """Raised to give that answer at once."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer

    @classmethod
    def framework(
        cls, status: int, message: str, *, code: int | None = None, headers: Mapping[str, str] | None = None
    ) -> "Refusal":
        """What Alertmanager's framework refuses; `code` where it differs from the status (600 and up: validation)."""
        return cls(Answer(status, {"code": code or status, "message": message}, headers, end=b""))

    @classmethod
    def handler(cls, status: int, message: str) -> "Refusal":
        """What Alertmanager's own code refuses."""
        return cls(Answer(status, message))


def refusal_of(error: WatchbillError) -> Refusal:
    """An error of the kernel in the framework's shape."""
    headers = {"retry-after": str(error.retry_after_s)} if isinstance(error, Unavailable) else {}
    status = answer_to(error).http
    if error.code == "unauthorized":
        headers["www-authenticate"] = 'Bearer realm="watchbill", Basic realm="watchbill"'
    return Refusal.framework(status, str(error), headers=headers)


def said(error: Invalid) -> str:
    """The bare reason, as Alertmanager's handlers say it."""
    return error.reason
