"""Error pages that speak: what failed, on what, what to do next. The one place where the pages say no."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from watchbill.entrypoints.web.cookies import NEXT, set_cookies
from watchbill.entrypoints.web.guard import HEADERS
from watchbill.entrypoints.web.render import environment
from watchbill.kernel.errors import (
    Faults,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
    Unavailable,
    WatchbillError,
    answer_to,
)

__all__ = ["trouble_handlers"]

Handler: TypeAlias = Callable[
    [Request, Any], Awaitable[Response]
]  # Any: Starlette hands each handler its own class of error
# The headline by code; the sentence below it is the error's own.
HEADLINES = {
    "invalid": "That cannot be read", "faults": "That cannot be read", "not_found": "There is nothing here",
    "conflict": "Somebody was faster", "unauthorized": "Log in first", "forbidden": "Your role does not allow this",
    "refused": "A policy says no", "too_large": "That is too large", "unavailable": "Not possible right now",
    "internal": "watchbill failed",
}  # fmt: skip


def trouble_handlers() -> dict[Any, Handler]:  # Any: Starlette's keys are classes and statuses
    """What each class of error is answered with."""
    return {WatchbillError: _refusal, HTTPException: _outside, Exception: _fault}


async def _refusal(request: Request, error: WatchbillError) -> Response:
    """An expected no. Somebody who is not logged in is sent to log in, and comes back to the page afterwards."""
    if isinstance(error, Unauthorized) and request.method == "GET" and not request.url.path.startswith("/login"):
        response = RedirectResponse("/login", HTTPStatus.SEE_OTHER, headers={**HEADERS, "Cache-Control": "no-store"})
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        set_cookies(response, {NEXT: wanted}, secure=False)  # holds a path, no secret
        return response
    return _page(request, error)


async def _outside(request: Request, error: HTTPException) -> Response:
    """Paths and methods that no row has."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return _page(request, NotFound("page", request.url.path, hint="the navigation shows what there is"))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        known: WatchbillError = Forbidden(f"{request.method} {request.url.path} is not something that this page does")
    else:
        known = Invalid("", str(error.detail))
    return _page(request, known, status=error.status_code)


async def _fault(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server logs the cause; a page tells nothing of it
    """Something of ours broke: the page says so and nothing of the cause; Starlette hands the error on to the server's log."""
    return _page(
        request, WatchbillError("this is our fault, not yours", hint="reload; if it stays, the log has the cause")
    )


def _page(request: Request, error: WatchbillError, status: int | None = None) -> Response:
    headers = {**HEADERS, "Cache-Control": "no-store"}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after_s)
    swapped = request.headers.get("hx-request") == "true"
    if swapped:
        # htmx swaps bodies of errors too: send it to the place for notices instead of over the part that was asked for.
        headers |= {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}
    text = (
        environment()
        .get_template("trouble.html")
        .render(
            headline=HEADLINES[error.code],
            message=error.message,
            hint=error.hint,
            faults=[str(fault) for fault in error.faults] if isinstance(error, Faults) else [],
            swapped=swapped,
            theme=request.cookies.get("theme", "auto"),
            back=request.url.path if request.method == "GET" else None,
        )
    )
    return HTMLResponse(text, status or answer_to(error).http, headers=headers)
