"""One Starlette route for each row of the table of operations: read, run in one transaction, answer."""

import hashlib
import http.client
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from watchbill.bootstrap import App, Services
from watchbill.entrypoints.api.alertmanager import alertmanager_routes
from watchbill.entrypoints.api.auth import identify, intake_key
from watchbill.entrypoints.api.beacon import beacon_routes
from watchbill.entrypoints.api.idempotency import Replay, remember, replay
from watchbill.entrypoints.api.intake import intake_routes
from watchbill.entrypoints.api.openapi import describe, path_parameters
from watchbill.entrypoints.api.otlp import otlp_routes
from watchbill.entrypoints.api.problem import malformed, problem
from watchbill.entrypoints.api.stream import stream_route
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Forbidden, WatchbillError
from watchbill.operations.run import load_all, read_fields, runnable
from watchbill.operations.table import OPERATIONS, Operation
from watchbill.people.model import Actor, Role

__all__ = ["create_api", "operation_routes"]

_log = structlog.get_logger("watchbill.api")
ANYONE = Actor(name="anyone", role=Role.VIEWER, via="anonymous")
_DEPTH_HINT = "at most 64 levels, UTF-8, no NaN"


def create_api(app: App) -> Starlette:
    """The API as one ASGI application; broken rows show here, at start."""
    load_all()
    routes: list[BaseRoute] = [
        *intake_routes(app),
        *alertmanager_routes(app),
        *otlp_routes(app),
        *beacon_routes(app),
        *operation_routes(app),
        stream_route(app),
        Route("/api/v1/openapi.json", lambda _request: JSONResponse(describe()), methods=["GET"]),
    ]
    return Starlette(
        routes=routes, exception_handlers={WatchbillError: problem, HTTPException: _http_problem, Exception: _fault}
    )


def operation_routes(app: App) -> list[BaseRoute]:
    """One route a path; its methods are the rows of that path, anything else is 405 with Allow."""
    by_path: dict[str, dict[str, Operation]] = {}
    for row in OPERATIONS:
        by_path.setdefault(row.path, {})[row.method] = row
    return [Route(path, _endpoint(app, rows), methods=list(rows)) for path, rows in by_path.items()]


def _endpoint(app: App, rows: Mapping[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        row = rows["GET" if request.method == "HEAD" else request.method]
        body = b"" if row.method in {"GET", "DELETE"} else await _body(request, row.max_body)
        fields = _fields(request, row, body)
        return await run_in_threadpool(_perform, app, request, row, fields, body)

    return endpoint


def _perform(app: App, request: Request, row: Operation, fields: dict[str, object], body: bytes) -> Response:
    try:
        return _performed(app, request, row, fields, body)
    except _DeniedError as denied:
        with app.transaction() as s:  # the refused one is undone; that it was tried stays
            s.people.refuse_access(denied.who, row.name)
        raise denied.refusal from None


class _DeniedError(Exception):
    """Somebody asked for what their role does not allow."""

    def __init__(self, who: Actor, refusal: Forbidden) -> None:
        super().__init__(str(refusal))
        self.who, self.refusal = who, refusal


def _who(app: App, s: Services, request: Request, row: Operation) -> Actor:
    """Who asks; raises Unauthorized without proof, _DeniedError for too small a role."""
    if row.role == "anyone":
        return ANYONE
    if row.keys and (holder := intake_key(request, app.config.intake_keys)) is not None:
        return holder
    who = identify(s, request)
    try:
        who.require(row.role)
    except Forbidden as refusal:
        raise _DeniedError(who, refusal) from refusal
    return who


def _performed(app: App, request: Request, row: Operation, fields: dict[str, object], body: bytes) -> Response:
    loaded = runnable(row)
    with app.transaction() if row.writes else app.reading() as s:
        who = _who(app, s, request, row)
        key = Replay.of(request, row, who, body)
        if key and (earlier := replay(s, key)):
            return _answer(request, earlier, replayed=True)
        given = read_fields(row, fields, text=row.method in {"GET", "DELETE"})
        content = loaded.answer.dump_json(loaded.run(s, who, given))
        if key:
            remember(s, key, content)
    if row.writes:
        crashpoint("api.before_answer")
    return _answer(request, content)


def _answer(request: Request, content: bytes, *, replayed: bool = False) -> Response:
    headers = {"Cache-Control": "no-store"}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    if request.method in {"GET", "HEAD"}:
        headers = {
            "ETag": f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"',
            "Cache-Control": "private, no-cache",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=http.client.NOT_MODIFIED, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


async def _body(request: Request, limit: int) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(413, f"the body is larger than {limit} bytes")
    if body and kind != "application/json":
        raise HTTPException(415, f"content type {kind or 'missing'}: send application/json")
    return bytes(body)


def _fields(request: Request, row: Operation, body: bytes) -> dict[str, object]:
    fields: dict[str, object] = {}
    if row.method in {"GET", "DELETE"}:
        many = _lists(row)
        for name in request.query_params:
            fields[name] = request.query_params.getlist(name) if name in many else request.query_params[name]
    elif body:
        fields = _object(body)
    # A path parameter wins over a field of the same name: the address says which record is meant.
    return fields | {name: request.path_params[name] for name in path_parameters(row.path)}


def _lists(row: Operation) -> set[str]:
    properties: dict[str, Any] = runnable(row).given.model_json_schema().get("properties", {})  # Any: JSON Schema
    return {
        name
        for name, schema in properties.items()
        if "array" in {schema.get("type"), *(choice.get("type") for choice in schema.get("anyOf", []))}
    }


def _object(body: bytes) -> dict[str, object]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as wrong:
        raise HTTPException(400, f"the body is not JSON: {wrong} ({_DEPTH_HINT})") from wrong
    if not isinstance(found, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return found


async def _http_problem(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, HTTPException)
    said = (
        wrong.detail
        if wrong.detail != http.client.responses.get(wrong.status_code)
        else f"{request.method} {request.url.path}: {wrong.detail}"
    )
    hint = "GET /api/v1/openapi.json lists every route" if wrong.status_code == http.client.NOT_FOUND else ""
    return malformed(said, status=wrong.status_code, hint=hint, headers=dict(wrong.headers or {}))


async def _fault(request: Request, wrong: Exception) -> Response:
    """Our own fault: the cause goes to the log, the client gets a sentence."""
    _log.error("request failed", http_method=request.method, http_path=request.url.path, exc_info=wrong)
    return problem(request, wrong)
