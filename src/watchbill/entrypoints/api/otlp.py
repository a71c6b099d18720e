"""`POST /v1/metrics`: OTLP over HTTP, as OpenTelemetry exporters send it, in protobuf or JSON, plain or gzip.

200 means: on disk. Points of metrics that no SLI names are taken and left alone; points that cannot be counted are told in
`partial_success`. What an exporter sends again counts once (`adapters.measure.otlp`).
"""

import http.client
import json
import zlib

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from watchbill.bootstrap import App
from watchbill.entrypoints.api.auth import identify, intake_key
from watchbill.people.model import Role

__all__ = ["otlp_routes"]

_PROTOBUF, _JSON = "application/x-protobuf", "application/json"
_MOST_BYTES = 16 << 20


def otlp_routes(app: App) -> list[BaseRoute]:
    """The receiver."""

    async def metrics(request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in {_PROTOBUF, _JSON}:
            raise HTTPException(http.client.UNSUPPORTED_MEDIA_TYPE, f"send {_PROTOBUF} or {_JSON}")
        body = await _body(request)
        return await run_in_threadpool(_take, app, request, body, kind)

    return [Route("/v1/metrics", metrics, methods=["POST"])]


def _take(app: App, request: Request, body: bytes, kind: str) -> Response:
    with app.reading() as s:
        if not _is_open(app, request) and intake_key(request, app.config.intake_keys) is None:
            identify(s, request).require(Role.RESPONDER)
        slis = s.definitions.slos.slis()
    rejected, why = app.measure.take_otlp(body, slis, as_json=kind == _JSON)
    if kind == _JSON:
        said = {"partialSuccess": {"rejectedDataPoints": str(rejected), "errorMessage": why}} if rejected else {}
        return Response(json.dumps(said).encode(), media_type=_JSON)
    return Response(app.measure.otlp_answer(rejected, why), media_type=_PROTOBUF)


def _is_open(app: App, request: Request) -> bool:
    """As with the other drop-in routes: on loopback no proof is asked for, unless a proxy brought the request from elsewhere."""
    given = request.headers
    return app.config.listens_on_loopback and not {"x-forwarded-for", "forwarded", "authorization"} & set(given)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, f"the body is larger than {_MOST_BYTES} bytes")
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return bytes(body)
    if encoding != "gzip":
        raise HTTPException(http.client.UNSUPPORTED_MEDIA_TYPE, f"cannot unpack {encoding}: send gzip or plain")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(bytes(body), _MOST_BYTES + 1)
    except zlib.error as wrong:
        raise HTTPException(400, f"the body is no gzip: {wrong}") from wrong
    if len(found) > _MOST_BYTES:
        raise HTTPException(413, f"the body is larger than {_MOST_BYTES} bytes")
    if not unpacker.eof:
        raise HTTPException(400, "the gzip body is cut off")
    return found
