"""From a row of the table to a route: who knocks, what is in the body, and an answer in the protocol's own shape."""

import base64
import binascii
import hashlib
import hmac
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from watchbill.alerts.model import Integration, Observation, Parcel, SenderWord
from watchbill.alerts.rules.validity import bounds_fault, label_fault
from watchbill.bootstrap import App
from watchbill.entrypoints.api.alertmanager.answers import Refusal
from watchbill.entrypoints.api.alertmanager.wire import Unreadable, loads
from watchbill.entrypoints.api.intake.table import DOORS, Door
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Forbidden, TooLarge, Unauthorized, WatchbillError, answer_to

__all__ = ["Caller", "Knock", "Malformed", "intake_routes"]

_log = structlog.get_logger("watchbill.intake")
_SHOWN_HASH = 12
# What a sender that may be anybody on this machine is called.
LOCAL = "local"


class Malformed(Exception):
    """The body is not what the protocol asks for; every fault in words."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks: the name of the integration, the service that it speaks for (None: its alerts say), and its secret."""

    integration: str
    service: str | None = None


class Knock:
    """One request at a door."""

    def __init__(self, app: App, request: Request, door: Door) -> None:
        self.app, self.request, self.door = app, request, door
        self.body = b""

    async def read(self, *, empty: object = None) -> object:
        """The body as JSON of any shape (`empty`: what no body at all stands for); raises Malformed, TooLarge."""
        if not await self._read_bytes() and empty is not None:
            return empty
        try:
            return loads(self.body)
        except Unreadable as wrong:
            raise Malformed(f"the body is not JSON: {wrong}") from wrong

    async def _read_bytes(self) -> bytes:
        limit = self.app.config.intake_max_body_bytes
        body = bytearray()
        async for chunk in self.request.stream():
            body += chunk
            if len(body) > limit:
                raise TooLarge(f"the body is larger than {limit} bytes", hint="send it in parts")
        self.body = bytes(body)
        crashpoint("after_receive")
        return self.body

    def secret(self) -> str:
        """What an Authorization header carries: Bearer, GenieKey, Token token=..., or the password of Basic; "" without one."""
        scheme, _, rest = self.request.headers.get("authorization", "").strip().partition(" ")
        rest = rest.strip()
        if scheme.lower() == "basic":
            try:
                return base64.b64decode(rest, validate=True).decode().partition(":")[2]
            except (binascii.Error, ValueError) as wrong:
                raise Unauthorized("the Basic authorization cannot be read") from wrong
        return rest.removeprefix("token=") if scheme.lower() in {"bearer", "geniekey", "token"} else ""

    async def caller(self, key: str) -> Caller:
        """Who has this key; raises Unauthorized where a key is demanded and this is none."""
        return await run_in_threadpool(self._caller, key)

    def _caller(self, key: str) -> Caller:
        if self.door.role and not self._is_open:
            with self.app.reading() as s:
                token = s.people.token(key)
            if not token.role.covers(type(token.role)(self.door.role)):
                raise Forbidden(f"{token.name} is {token.role}, this needs {self.door.role}")
            return Caller(token.name)
        if key:
            if any(hmac.compare_digest(key.encode(), known.encode()) for known in self.app.config.intake_keys):
                return Caller(_shown(key))
            with self.app.reading() as s:
                if (found := s.people.intake_key(key)) is not None:
                    integration = s.definitions.integrations.get(found.integration or "")
                    return Caller(found.integration or found.name, integration.service if integration else None)
        if self._is_open:
            return Caller(_shown(key) if key else LOCAL)
        raise Unauthorized("this key is not known here", hint="`watchbill token create --intake NAME` makes one")

    async def integration(self, caller: Caller) -> Integration:
        """The caller's definition; a caller without one is known by its name alone."""
        return await run_in_threadpool(self._integration, caller)

    def _integration(self, caller: Caller) -> Integration:
        with self.app.reading() as s:
            return s.definitions.integrations.get(caller.integration) or Integration(caller.integration)

    @property
    def _is_open(self) -> bool:
        """As for Alertmanager's routes: on loopback nobody is asked, unless a proxy brought the request from elsewhere."""
        if (self.request.scope.get("state") or {}).get("owner"):
            return True
        headers = self.request.headers
        return self.app.config.listens_on_loopback and not ("x-forwarded-for" in headers or "forwarded" in headers)

    async def keep(self, protocol: str, caller: Caller, claims: list[Observation | SenderWord]) -> int:
        """Put the body and what was read out of it on disk; the position in the inbox. Raises Malformed, Unavailable."""
        faults = [fault for one in claims if isinstance(one, Observation) and (fault := _fault(one))]
        if faults:
            raise Malformed(*faults)
        return await self.app.alert_parts.take_in(Parcel(protocol, caller.integration, self.body, tuple(claims)))


Handler = Callable[[Knock], Awaitable[Response]]
Shape = Callable[[int, str, tuple[str, ...]], Response]


def intake_routes(app: App) -> list[BaseRoute]:
    """A route for each row, to be put before Alertmanager's."""
    return [Route(door.path, _endpoint(app, door), methods=list(door.methods)) for door in DOORS]


def _endpoint(app: App, door: Door) -> Callable[[Request], Awaitable[Response]]:
    name, _, function = door.run.partition(":")
    module = importlib.import_module(f"watchbill.entrypoints.api.intake.{name}")
    handler: Handler = getattr(module, function)
    refusal: Shape = module.refusal

    async def endpoint(request: Request) -> Response:
        try:
            return await handler(Knock(app, request, door))
        except Malformed as wrong:
            return refusal(400, str(wrong), wrong.faults)
        except Refusal as wrong:
            return refusal(wrong.answer.status, str(wrong), ())
        except WatchbillError as wrong:
            response = refusal(answer_to(wrong).http, f"{wrong}" + (f" ({wrong.hint})" if wrong.hint else ""), ())
            if (pause := getattr(wrong, "retry_after_s", None)) is not None:
                response.headers["Retry-After"] = str(pause)
            return response
        except Exception as wrong:  # noqa: BLE001 - a sender gets the protocol's own shape, whatever we did wrong
            _log.error("intake failed", path=door.path, error_type=type(wrong).__name__, exc_info=wrong)
            return refusal(500, "this is our fault, not yours; the log has the cause", ())

    return endpoint


def answer(status: int, content: object) -> Response:
    """JSON that nobody keeps."""
    return JSONResponse(content, status, {"Cache-Control": "no-store"})


def _fault(one: Observation) -> str:
    if fault := label_fault(one.labels, one.annotations):
        return fault
    found = bounds_fault(one.labels, one.annotations)
    return f"{found[0]}: {found[1]}" if found else ""


def _shown(key: str) -> str:
    """A name for a key that is nobody's yet: the same key is the same sender."""
    return "key-" + hashlib.sha256(key.encode()).hexdigest()[:_SHOWN_HASH]
