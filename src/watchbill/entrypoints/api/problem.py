"""Errors as application/problem+json (RFC 9457); the one place where REST says no."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse

from watchbill.kernel.errors import Faults, Invalid, Unavailable, WatchbillError, answer_to

__all__ = ["TITLES", "malformed", "problem"]

TYPE = "https://watchbill.readthedocs.io/reference/errors#"
TITLES = {
    "invalid": "The input is not valid", "faults": "The input has faults", "not_found": "Not found",
    "conflict": "The present state does not allow this", "unauthorized": "Log in first", "forbidden": "Your role does not allow this",
    "refused": "A policy says no", "too_large": "Too large", "unavailable": "Not possible right now", "internal": "watchbill failed",
    "malformed": "The request cannot be read",
}  # fmt: skip


def problem(_request: Request, error: Exception) -> JSONResponse:
    """The answer to an error of the tree; everything else has no business reaching a client with its text."""
    known = (
        error
        if isinstance(error, WatchbillError)
        else WatchbillError("this is our fault, not yours", hint="the log has the cause")
    )
    status = answer_to(known).http
    body: dict[str, object] = {"code": known.code, "detail": known.message, "hint": known.hint}
    headers: dict[str, str] = {}
    if isinstance(known, Invalid) and known.field:
        body["field"] = known.field
    if isinstance(known, Faults):
        body["faults"] = [asdict(fault) for fault in known.faults]
    if isinstance(known, Unavailable):
        headers["Retry-After"] = str(known.retry_after_s)
    if known.code == "unauthorized":
        headers["WWW-Authenticate"] = 'Bearer realm="watchbill"'
    return _answer(status, body, headers)


def malformed(detail: str, *, status: int = 400, hint: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer to a request that is not even well formed."""
    return _answer(status, {"code": "malformed", "detail": detail, "hint": hint}, headers or {})


def _answer(status: int, body: dict[str, object], headers: dict[str, str]) -> JSONResponse:
    code = str(body["code"])
    whole = {"type": TYPE + code, "title": TITLES[code], "status": status, **body}
    return JSONResponse(whole, status, headers | {"Cache-Control": "no-store"}, media_type="application/problem+json")
