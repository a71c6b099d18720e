"""Reads stored payloads anew, by the mapping that their integration has now or by one that is being tried out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watchbill.alerts.model import Integration, Observation, SenderWord
from watchbill.alerts.model.replay import StoredBody
from watchbill.alerts.rules.mapping import Render, claims_of
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
        claims = claims_of(_payload(raw), integration, render=render, received_at=body.received_at)
    except Invalid as wrong:
        return replace(body, claims=(), fault=f"{wrong.field} {wrong.reason}")
    return replace(body, claims=tuple(claims))


def preview(
    received_at: datetime, raw: bytes, was: Sequence[Claim], integration: Integration, render: Render
) -> MappingPreview:
    """What a mapping would have made of one payload."""
    try:
        payload = _payload(raw)
        now = claims_of(payload, integration, render=render, received_at=received_at)
    except Invalid as wrong:
        shown = raw.decode("utf-8", "replace")[:10_000]
        return MappingPreview(received_at, shown, tuple(was), (), f"{wrong.field} {wrong.reason}")
    return MappingPreview(received_at, payload, tuple(was), tuple(now))


def _payload(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError as wrong:
        raise Invalid("payload", f"is not JSON: {wrong}") from wrong
