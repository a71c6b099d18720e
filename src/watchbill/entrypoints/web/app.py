"""The web pages as one ASGI application: one route for each row of the table, one transaction for each request."""

import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from watchbill.bootstrap import App, Services
from watchbill.entrypoints.web.assets import serve_asset
from watchbill.entrypoints.web.cookies import prefs_of, secret_of, set_cookies, wanted_of
from watchbill.entrypoints.web.guard import HEADERS, check_origin, check_token, token_for
from watchbill.entrypoints.web.installed import app_routes
from watchbill.entrypoints.web.live import live_route
from watchbill.entrypoints.web.pages import login
from watchbill.entrypoints.web.render import environment, render
from watchbill.entrypoints.web.routes import ROUTES, Row
from watchbill.entrypoints.web.trouble import trouble_handlers
from watchbill.entrypoints.web.visit import Download, Go, Plain, Shown, Visit, zone_of
from watchbill.entrypoints.web.words.times import Local
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Unauthorized
from watchbill.people.model import Actor

__all__ = ["create_web"]

MAX_FORM = 256 << 10
Faults: TypeAlias = Callable[[], Mapping[str, str]]
UTC_ZONE = ZoneInfo("UTC")


def create_web(app: App, *, faults: Faults = dict) -> Starlette:
    """The pages over one opened installation; a broken template shows here, at start.

    `faults` says what keeps watchbill itself from being well (check -> reason); pages show it as a dot with words.
    """
    for name in environment().list_templates():
        environment().get_template(name)
    by_path: dict[str, dict[str, Row]] = {}
    for row in ROUTES:
        by_path.setdefault(row.path, {})[row.method] = row
    routes: list[BaseRoute] = [Route("/static/{digest}/{name}", serve_asset, methods=["GET"]), live_route(app)]
    routes += app_routes()
    routes += [
        Route(path, _endpoint(app, rows, faults), methods=list(rows), max_body_size=MAX_FORM)
        for path, rows in by_path.items()
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=600, compresslevel=6)],
        exception_handlers=trouble_handlers(),
    )


def _endpoint(app: App, rows: Mapping[str, Row], faults: Faults) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        row = rows["GET" if request.method == "HEAD" else request.method]
        form: dict[str, str] = {}
        if row.method == "POST":
            check_origin(request)
            # Later fields of the same name win; files are not taken.
            form = {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}
        return await run_in_threadpool(_serve, app, row, request, form, faults)

    return endpoint


def _serve(app: App, row: Row, request: Request, form: Mapping[str, str], faults: Faults) -> Response:
    secure = app.public_url.startswith("https:")
    secret = secret_of(request, secure=secure) or ""
    # What a form's hidden token is tied to: the login, or on one-tap pages the link itself.
    tie = secret or request.path_params.get("token", "")
    with _noting_refusals(app, row, request), app.transaction() if row.writes else app.reading() as s:
        visit = _visit(s, request, form, secret)
        if row.role != "anyone":
            visit.who.require(row.role)
        if row.method == "POST" and not row.proven:
            check_token(tie, form.get("csrf", ""))
        answer = row.page(s, visit)
    if row.writes:
        crashpoint("web.before_answer")
    return _answer(answer, replace(visit, faults=faults()), tie, secure=secure)


@contextlib.contextmanager
def _noting_refusals(app: App, row: Row, request: Request) -> Iterator[None]:
    """A refused login is in the audit log, in a transaction of its own: the attempt's was rolled back."""
    try:
        yield
    except Unauthorized as refused:
        if row.page is login.use:
            with app.transaction() as s:
                s.people.refuse_login(request.client.host if request.client else "", refused.message)
        raise


def _visit(s: Services, request: Request, form: Mapping[str, str], secret: str) -> Visit:
    """The facts of a request; a login that has ended counts as none."""
    prefs = prefs_of(request)
    actor = None
    if secret:
        try:
            session = s.people.session(secret)
        except Unauthorized:
            session = None
        if session is not None:
            s.app.uses[session.id] = s.now
            actor = Actor(name=session.person, role=session.role, via="web")
    visit = Visit(
        path=request.url.path,
        params=request.path_params,
        query=dict(request.query_params),
        form=form,
        prefs=prefs,
        local=Local(UTC_ZONE, s.now.astimezone(UTC)),
        actor=actor,
        partial=request.headers.get("hx-request") == "true",
        address=request.client.host if request.client else "",
        secret=secret,
        wanted=wanted_of(request),
        known_tag=request.headers.get("if-none-match", ""),
        host=urlsplit(s.app.public_url).netloc,
    )
    names = {person.name: person.display_name for person in s.people.persons()}
    return replace(visit, local=replace(visit.local, zone=_zone(s, visit)), names=names)


def _zone(s: Services, visit: Visit) -> ZoneInfo:
    """The zone of this browser, else of the person, else of the house."""
    chosen = zone_of(visit.prefs.zone)
    if chosen is not None:
        return chosen
    person = next((one for one in s.people.persons() if visit.actor is not None and one.name == visit.actor.name), None)
    return person.timezone if person else s.people.organisation().timezone


def _answer(answer: Shown | Go | Download | Plain, visit: Visit, tie: str, *, secure: bool) -> Response:
    response: Response
    match answer:
        case Shown():
            text = render(answer.template, visit, answer.facts, lambda: token_for(tie))
            response = HTMLResponse(text, answer.status, headers={**HEADERS, "Cache-Control": "no-store"})
        case Download():
            named = f'attachment; filename="{answer.name}"'
            response = Response(
                answer.content,
                media_type=answer.media_type,
                headers={**HEADERS, "Cache-Control": "no-store", "Content-Disposition": named},
            )
        case Plain():
            response = _plain(answer, visit.known_tag)
        case Go():
            joiner = "&" if "?" in answer.path else "?"
            path, _, fragment = answer.path.partition("#")
            said = f"{joiner}said={answer.said}" if answer.said else ""
            target = path + said + (f"#{fragment}" if fragment else "")
            response = RedirectResponse(target, HTTPStatus.SEE_OTHER, headers={**HEADERS, "Cache-Control": "no-store"})
            set_cookies(response, answer.cookies, secure=secure)
    return response


def _plain(answer: Plain, known_tag: str) -> Response:
    """With a tag by its content, so that who has it gets 304."""
    data = answer.content.encode()
    tag = f'"{hashlib.sha256(data).hexdigest()[:24]}"'
    kept = f"{'public' if answer.shared else 'private'}, max-age={answer.seconds}"
    headers = {**HEADERS, "Cache-Control": kept, "ETag": tag}
    if tag in known_tag and answer.status == HTTPStatus.OK:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(data, answer.status, headers=headers, media_type=answer.media_type)
