"""Every way in which watchbill says no, as one tree, and the one table that turns it into each protocol's answer.

    WatchbillError
    ├── Invalid       the input is wrong: which field, what is wrong, what would be right
    │   └── Faults    several of them at once (a run over files reports all, not the first)
    ├── NotFound      no such thing; near names are offered
    ├── Conflict      the thing is not in a state that allows this, or was changed meanwhile
    ├── Unauthorized  nobody is logged in, or the token is not (any longer) good
    ├── Forbidden     somebody is logged in whose role does not allow this
    ├── Refused       a policy says no (a gate, a guard): the answer is no, nothing is broken
    ├── TooLarge      more than the stated bound
    └── Unavailable   cannot be done now; retry_after_s says when to try again

Messages say what failed, on what, and what to do next, and never hold a secret.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "ANSWERS", "Answer", "Conflict", "Fault", "Faults", "Forbidden", "Invalid", "NotFound", "Refused", "TooLarge",
    "Unauthorized", "Unavailable", "WatchbillError", "answer_to", "near",
]  # fmt: skip


class WatchbillError(Exception):
    """The root; `code` is stable and documented, `hint` says what to do next."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class Invalid(WatchbillError):
    """A field of the input is wrong."""

    code = "invalid"

    def __init__(self, field: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{field}: {reason}" if field else reason, hint=hint)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a file: where (1-based line and column), which field, what is wrong, and what would be right."""

    path: str
    line: int
    column: int
    field: str
    reason: str
    hint: str = ""
    severity: str = "error"  # error | warning

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        field = f"{self.field}: " if self.field else ""
        return f"{self.path}:{self.line}:{self.column}: {self.severity}: {field}{self.reason}{hint}"


class Faults(Invalid):
    """All faults of a run over files; nothing was applied."""

    code = "faults"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = sum(fault.severity == "error" for fault in self.faults)
        super().__init__("", f"{count} fault{'s' if count != 1 else ''} found, nothing was changed")


class NotFound(WatchbillError):
    """No such thing."""

    code = "not_found"

    def __init__(self, what: str, name: str, *, known: Iterable[str] = (), hint: str = "") -> None:
        close = near(name, known)
        super().__init__(f"there is no {what} {name!r}", hint=hint or (f"did you mean {close!r}?" if close else ""))
        self.what = what
        self.name = name


class Conflict(WatchbillError):
    """The thing's present state does not allow this."""

    code = "conflict"


class Unauthorized(WatchbillError):
    """Nobody is logged in."""

    code = "unauthorized"


class Forbidden(WatchbillError):
    """The role does not allow this."""

    code = "forbidden"


class Refused(WatchbillError):
    """A policy says no."""

    code = "refused"

    def __init__(self, policy: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.policy = policy


class TooLarge(WatchbillError):
    """More than the stated bound."""

    code = "too_large"


class Unavailable(WatchbillError):
    """Cannot be done now."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_s: int = 1, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Answer:
    """How each protocol says a code: HTTP status, exit status of the command line, JSON-RPC error of MCP."""

    http: int
    exit: int
    mcp: int


# The one table. Exit statuses: the command contract (0 done, 1 failed, 2 usage, 3 no, 4 not found, 5 denied, 6 unreachable).
ANSWERS: dict[str, Answer] = {
    "invalid": Answer(422, 1, -32602),
    "faults": Answer(422, 1, -32602),
    "not_found": Answer(404, 4, -32001),
    "conflict": Answer(409, 1, -32002),
    "unauthorized": Answer(401, 5, -32003),
    "forbidden": Answer(403, 5, -32003),
    "refused": Answer(409, 3, -32004),
    "too_large": Answer(413, 1, -32602),
    "unavailable": Answer(503, 6, -32005),
    "internal": Answer(500, 1, -32603),
}


def answer_to(error: BaseException) -> Answer:
    """The row for an error; anything outside the tree is `internal`."""
    return ANSWERS[error.code] if isinstance(error, WatchbillError) else ANSWERS["internal"]


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that a typo most likely meant, or None."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
