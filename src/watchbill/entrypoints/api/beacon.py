"""`POST /hooks/beacon/KEY`: what browsers report of page views, for SLIs of frontends.

The key stands in the page's own source, so it is no secret: it says which service a report is about and lets its holder
report page views of that service, nothing else. Reports are bounded in size and rate. The answer is 204 without a body.
"""

import http.client
from collections import OrderedDict

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from watchbill.bootstrap import App
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Unauthorized
from watchbill.signals.rules.vitals import read_vitals

__all__ = ["Bound", "beacon_routes"]

_MOST_BYTES = 16 << 10
# Reports a second that one address, and all addresses together, may send; and how many at once after a pause.
_AN_ADDRESS, _AT_ONCE = 2.0, 40.0
_ALL, _ALL_AT_ONCE = 1_000.0, 5_000.0
_MOST_ADDRESSES = 20_000
_PREFLIGHT = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "content-type", "Access-Control-Max-Age": "86400"}  # fmt: skip


def beacon_routes(app: App) -> list[BaseRoute]:
    """The beacon, and the preflight that browsers send before JSON."""
    bound = Bound(app.clock)
    services = {key: service for service, key in (one.split("=", 1) for one in app.config.beacon_keys)}

    async def beacon(request: Request) -> Response:
        headers = _allowed_origin(app, request)
        if request.method == "OPTIONS":
            return Response(status_code=http.client.NO_CONTENT, headers=headers | _PREFLIGHT)
        service = services.get(request.path_params["key"])
        if service is None:
            raise Unauthorized("this key is not known here", hint="WATCHBILL_BEACON_KEYS holds SERVICE=KEY")
        if not bound.allows(request.client.host if request.client else ""):
            raise HTTPException(429, "too many reports", headers=headers | {"Retry-After": "30"})
        vitals = read_vitals(await _read(request))
        await run_in_threadpool(app.measure.beacons.keep, service, vitals)
        return Response(status_code=http.client.NO_CONTENT, headers=headers)

    return [Route("/hooks/beacon/{key}", beacon, methods=["POST", "OPTIONS"])]


class Bound:
    """Token buckets: one for each address, one for all. Memory is bounded: who was heard of longest ago is forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # address to (tokens, at)
        self._all = (_ALL_AT_ONCE, clock.monotonic())

    def allows(self, address: str) -> bool:
        """Whether one more may be taken; then it is counted."""
        now = self._clock.monotonic()
        mine = _filled(*self._buckets.pop(address, (_AT_ONCE, now)), now, _AN_ADDRESS, _AT_ONCE)
        whole = _filled(*self._all, now, _ALL, _ALL_AT_ONCE)
        allowed = mine >= 1 and whole >= 1
        self._buckets[address] = (mine - allowed, now)
        self._all = (whole - allowed, now)
        if len(self._buckets) > _MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return allowed


def _filled(tokens: float, at: float, now: float, rate: float, most: float) -> float:
    return min(most, tokens + (now - at) * rate)


def _allowed_origin(app: App, request: Request) -> dict[str, str]:
    """Pages of which sites may send: any, unless the settings name some. Raises 403 for a page of another site."""
    origin, known = request.headers.get("origin"), app.config.beacon_origins
    if not known:
        return {"Access-Control-Allow-Origin": "*"}
    if origin is not None and origin not in known:
        raise HTTPException(403, f"pages of {origin[:100]} may not send here")
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}


async def _read(request: Request) -> object:
    """The JSON of a body of whatever type: `navigator.sendBeacon` sends text."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, f"the body is larger than {_MOST_BYTES} bytes")
    try:
        return msgspec.json.decode(bytes(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise HTTPException(400, f"the body is not JSON: {wrong}") from wrong
