"""The table of pages: method, path, least role, page function. A page without a row does not exist: deny by default.

`/static`, open to all, and `/live`, for viewers, are the only routes beside it. The table makes the test of every role
against every route.
"""

from dataclasses import dataclass
from typing import Literal

from watchbill.entrypoints.web.pages import design, login, me, now, pager
from watchbill.entrypoints.web.visit import PageFunction

__all__ = ["ROUTES", "Row"]

Role = Literal["anyone", "viewer", "responder", "editor", "admin"]


@dataclass(frozen=True, slots=True)
class Row:
    """One route. GET only reads; POST runs in one transaction. `does` names the operation that a POST performs."""

    method: Literal["GET", "POST"]
    path: str
    role: Role
    page: PageFunction
    does: str = ""


ROUTES: tuple[Row, ...] = (
    Row("GET", "/", "viewer", now.page),
    Row("GET", "/p/{token}", "anyone", pager.page),
    Row("POST", "/p/{token}", "anyone", pager.act),
    Row("GET", "/login", "anyone", login.explain),
    Row("GET", "/login/{token}", "anyone", login.offer),
    Row("POST", "/login/{token}", "anyone", login.use),
    Row("POST", "/logout", "viewer", login.leave),
    Row("GET", "/me", "viewer", me.page),
    Row("POST", "/me", "viewer", me.keep),
    Row("GET", "/design", "viewer", design.page),
)
