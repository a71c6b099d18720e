"""Who may use a drop-in route: on loopback everybody, as with the original; beyond it whoever has a key or a token."""

import base64
import binascii
import hmac

from watchbill.bootstrap import App
from watchbill.entrypoints.api.alertmanager.request import Request
from watchbill.entrypoints.api.alertmanager.table import DropIn
from watchbill.kernel.errors import Forbidden, Unauthorized
from watchbill.people.model import Actor, Role

__all__ = ["admit", "is_open"]

LOCAL = Actor(name="local", role=Role.RESPONDER, via="alertmanager")
KEY = Actor(name="intake-key", role=Role.VIEWER, via="alertmanager")


def is_open(request: Request) -> bool:
    """Whether no proof is asked for: the server listens on loopback, and no proxy brought the request from elsewhere."""
    if (request.scope.get("state") or {}).get("owner"):
        return True
    return request.app.config.listens_on_loopback and not (
        b"x-forwarded-for" in request.headers or b"forwarded" in request.headers
    )


def admit(request: Request, row: DropIn) -> Actor:
    """The actor behind a request; raises Unauthorized or Forbidden. Asks the store, so it runs in a thread."""
    secret = _secret(request.header(b"authorization"))
    if secret is None:
        if is_open(request):
            return LOCAL
        raise Unauthorized("no token", hint="send `Authorization: Bearer TOKEN`, or an intake key to send alerts")
    if _is_key(request.app, secret):
        if row.keys or is_open(request):
            return KEY
        raise Forbidden("an intake key only sends alerts", hint="use a token: `watchbill token create`")
    with request.app.reading() as s:
        token = s.people.token(secret)
    actor = Actor(name=token.name, role=token.role, via="alertmanager")
    actor.require(row.role)
    return actor


def _is_key(app: App, secret: str) -> bool:
    given = secret.encode()
    return any(hmac.compare_digest(given, key.encode()) for key in app.config.intake_keys)


def _secret(header: str) -> str | None:
    """What a Bearer header carries, or the password of a Basic one (Alertmanager's clients know both); None without one."""
    scheme, _, rest = header.strip().partition(" ")
    match scheme.lower():
        case "":
            return None
        case "bearer":
            return rest.strip()
        case "basic":
            try:
                return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
            except (binascii.Error, ValueError) as wrong:
                raise Unauthorized("the Basic authorization cannot be read") from wrong
        case other:
            raise Unauthorized(f"cannot use {other[:20]!r} authorization", hint="send `Authorization: Bearer TOKEN`")
