"""PagerDuty's Events API v2: events that trigger, acknowledge and resolve, and change events."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from watchbill.alerts.model import Observation, Says, SenderWord
from watchbill.alerts.rules.claiming import firing, key_of
from watchbill.alerts.rules.severity import PAGERDUTY
from watchbill.catalog.service import NewChange
from watchbill.entrypoints.api.alertmanager.wire import Unreadable, moment_of
from watchbill.entrypoints.api.intake.doors import Caller, Knock, Malformed, answer
from watchbill.kernel.ids import EventId

__all__ = ["change", "enqueue", "refusal"]

PROTOCOL = "pagerduty"
_ACTIONS = {"trigger", "acknowledge", "resolve"}
_WORDS = {"acknowledge": Says.ACKNOWLEDGED, "resolve": Says.ENDED}
_MAX_SUMMARY, _MAX_KEY = 1_024, 255
_HIDDEN = "***"


def refusal(status: int, message: str, faults: tuple[str, ...]) -> Response:
    """The original's shape."""
    errors = list(faults) or [message]
    return answer(status, {"status": "invalid event", "message": "Event object is invalid", "errors": errors})


async def enqueue(knock: Knock) -> Response:
    """202 when the event is on disk; a missing dedup_key is made, as the original makes one."""
    event = await _event(knock)
    caller = await knock.caller(str(event["routing_key"]))
    faults = _faults(event)
    if faults:
        raise Malformed(*faults)
    dedup_key = event.get("dedup_key") or _new_key(knock)
    claim = _claim(event, str(dedup_key), caller, knock)
    knock.body = msgspec.json.encode({**event, "routing_key": _HIDDEN})
    await knock.keep(PROTOCOL, caller, [claim])
    return answer(202, {"status": "success", "message": "Event processed", "dedup_key": dedup_key})


async def change(knock: Knock) -> Response:
    """A change of the service that the integration, or the event's custom_details, names."""
    event = await _event(knock)
    caller = await knock.caller(str(event["routing_key"]))
    payload = event.get("payload")
    if not isinstance(payload, Mapping) or not payload.get("summary"):
        raise Malformed("'payload.summary' is missing or blank")
    details = payload.get("custom_details")
    named = details.get("service") if isinstance(details, Mapping) else None
    service = str(named or caller.service or "")
    if not service:
        raise Malformed("it names no service: set 'payload.custom_details.service', or the service of the integration")
    new = NewChange(
        service=service,
        summary=str(payload["summary"])[:500],
        author=str(payload.get("source") or "")[:200] or None,
        url=_first_link(event),
        at=_moment(payload.get("timestamp")),
    )
    await run_in_threadpool(_record, knock, new, caller)
    return answer(202, {"status": "success", "message": "Change event processed"})


def _record(knock: Knock, new: NewChange, caller: Caller) -> None:
    with knock.app.transaction() as s:
        s.catalog.record_change(new, by=f"{PROTOCOL}:{caller.integration}")


async def _event(knock: Knock) -> Mapping[str, object]:
    event = await knock.read()
    if not isinstance(event, Mapping):
        raise Malformed("the body is not a JSON object")
    key = event.get("routing_key")
    if not isinstance(key, str) or not key:
        raise Malformed("'routing_key' is missing or blank")
    return event


def _faults(event: Mapping[str, object]) -> list[str]:
    action, dedup_key = event.get("event_action"), event.get("dedup_key")
    faults: list[str] = []
    if action not in _ACTIONS:
        faults.append("'event_action' is not one of trigger, acknowledge, resolve")
    if dedup_key is not None and (not isinstance(dedup_key, str) or len(dedup_key) > _MAX_KEY):
        faults.append(f"'dedup_key' is not a text of at most {_MAX_KEY} characters")
    if action in _WORDS and not dedup_key:
        faults.append("'dedup_key' is missing or blank")
    return faults + (_payload_faults(event.get("payload")) if action == "trigger" else [])


def _payload_faults(payload: object) -> list[str]:
    if not isinstance(payload, Mapping):
        return ["'payload' is missing or blank"]
    faults = [
        f"'payload.{name}' is missing or blank"
        for name in ("summary", "source", "severity")
        if not isinstance(payload.get(name), str) or not payload[name]
    ]
    severity = payload.get("severity")
    if isinstance(severity, str) and severity and severity not in PAGERDUTY:
        faults.append(f"'payload.severity' is not one of {', '.join(PAGERDUTY)}")
    if payload.get("timestamp") and not _is_moment(payload["timestamp"]):
        faults.append("'payload.timestamp' is not an ISO 8601 time")
    return faults


def _claim(event: Mapping[str, object], dedup_key: str, caller: Caller, knock: Knock) -> Observation | SenderWord:
    now = knock.app.clock.now()
    key = key_of(PROTOCOL, caller.integration, dedup_key)
    action = str(event["event_action"])
    if action in _WORDS:
        return SenderWord(key, _WORDS[action], now, by=str(event.get("client") or PROTOCOL)[:200])
    payload = event["payload"]
    assert isinstance(payload, Mapping), "checked before"
    details = payload.get("custom_details")
    known = dict(details) if isinstance(details, Mapping) else {"details": details}
    labels = {
        "alertname": payload.get("class") or payload.get("component") or payload["source"],
        "service": known.get("service") or caller.service,
        "severity": PAGERDUTY[str(payload["severity"])],
        "integration": caller.integration,
        **{name: payload.get(name) for name in ("source", "component", "group", "class")},
    }
    annotations = {
        **{f"detail_{name}": value for name, value in known.items()},
        "summary": str(payload["summary"])[:_MAX_SUMMARY],
        "runbook_url": known.get("runbook_url") or known.get("runbook") or _runbook_link(event),
        "client": event.get("client"),
        "occurred_at": payload.get("timestamp"),
        "dedup_key": dedup_key,
    }
    url = str(event.get("client_url") or _first_link(event) or "")
    source = f"{PROTOCOL}:{caller.integration}"
    return firing(labels, annotations, key=key, received_at=now, source=source, url=url)


def _links(event: Mapping[str, object]) -> list[Mapping[str, object]]:
    links = event.get("links")
    return [one for one in links if isinstance(one, Mapping)] if isinstance(links, list) else []


def _first_link(event: Mapping[str, object]) -> str | None:
    return next((str(one["href"]) for one in _links(event) if one.get("href")), None)


def _runbook_link(event: Mapping[str, object]) -> str | None:
    found = (one for one in _links(event) if "runbook" in str(one.get("text", "")).lower())
    return next((str(one["href"]) for one in found if one.get("href")), None)


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and moment_of(value) is not None
    except Unreadable:
        return False


def _moment(value: object) -> datetime | None:
    return moment_of(value) if isinstance(value, str) and _is_moment(value) else None


def _new_key(knock: Knock) -> str:
    """32 hex digits, as the original's."""
    return hashlib.sha256(knock.app.ids.new(EventId).encode()).hexdigest()[:32]
