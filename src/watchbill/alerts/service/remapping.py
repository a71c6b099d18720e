"""Reads stored payloads anew, by the mapping that their integration has now or by one that is being tried out."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from watchbill.alerts.model import Integration, Observation, SenderWord
from watchbill.alerts.model.replay import StoredBody
from watchbill.alerts.rules.mapping import CLOUDEVENTS, Render, claims_of, of_cloudevent
from watchbill.alerts.service.folding import Claim
from watchbill.kernel.errors import Invalid

__all__ = ["MappingPreview", "preview", "remapped"]


@dataclass(frozen=True, slots=True)
class MappingPreview:
    """One stored payload: what was made of it when it came, and what the mapping that is tried makes of it; or why nothing."""

    received_at: datetime
    payload: object
    was: tuple[Claim, ...]
    now: tuple[Observation | SenderWord, ...]
    fault: str = ""


def remapped(body: StoredBody, raw: bytes, integration: Integration, render: Render) -> StoredBody:
    """The body with its claims by the integration's present mapping; a mapping that reads nothing is a fault."""
    try:
        payload = _payload(raw, body.protocol, integration)
        claims = claims_of(payload, integration, render=render, received_at=body.received_at)
    except Invalid as wrong:
        return replace(body, claims=(), fault=f"{wrong.field} {wrong.reason}")
    return replace(body, claims=tuple(claims))


def preview(body: StoredBody, raw: bytes, integration: Integration, render: Render) -> MappingPreview:
    """What a mapping would have made of one payload."""
    received_at, was = body.received_at, body.claims
    try:
        payload = _payload(raw)
        read = _payload(raw, body.protocol, integration)
        now = claims_of(read, integration, render=render, received_at=received_at)
    except Invalid as wrong:
        shown = raw.decode("utf-8", "replace")[:10_000]
        return MappingPreview(received_at, shown, tuple(was), (), f"{wrong.field} {wrong.reason}")
    return MappingPreview(received_at, payload, tuple(was), tuple(now))


def _payload(raw: bytes, protocol: str = "", integration: Integration | None = None) -> object:
    """The body as it came or, of a CloudEvent that an integration reads, what its door reads out of it."""
    try:
        payload = json.loads(raw)
    except ValueError as wrong:
        raise Invalid("payload", f"is not JSON: {wrong}") from wrong
    if protocol == CLOUDEVENTS and integration is not None and isinstance(payload, dict):
        return of_cloudevent(payload, integration)
    return payload
