"""Reads alerts out of a payload of any shape: as its integration's mapping says, else by the names that most tools use.

A field whose template cannot be rendered is left out and the fault is kept beside the alert: a mistake in a mapping must
not lose what it was written for.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from watchbill.alerts.model import Integration, Observation, PayloadMapping, Says, SenderWord
from watchbill.alerts.rules.claiming import firing, key_of
from watchbill.kernel.errors import Invalid

__all__ = ["CLOUDEVENTS", "MAX_ITEMS", "PROTOCOL", "claims_of", "guessed", "of_cloudevent"]

MAX_ITEMS = 1_000
PROTOCOL, CLOUDEVENTS = "generic", "cloudevents"
Render = Callable[[str, Mapping[str, object]], str]
# Where most tools put it, in the order in which it is looked for.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "alertname": ("alertname", "alert_name", "rule_name", "check_name", "monitor", "event_name", "name", "title"),
    "status": ("status", "state", "event_action", "action", "alert_status"),
    "dedup_key": ("dedup_key", "dedup", "alias", "fingerprint", "alert_id", "incident_id", "event_id", "id"),
    "severity": ("severity", "priority", "level", "urgency"),
    "service": ("service", "application", "app", "project"),
    "summary": ("summary", "title", "subject", "message", "text", "msg", "name"),
    "description": ("description", "details", "body", "message", "output"),
    "url": ("url", "link", "web_url", "event_url", "permalink"),
    "runbook": ("runbook", "runbook_url"),
}


@dataclass(frozen=True, slots=True)
class _Read:
    fields: Mapping[str, str]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


def claims_of(
    payload: object, integration: Integration, *, render: Render, received_at: datetime
) -> list[Observation | SenderWord]:
    """The claims in a payload; raises Invalid where it holds none at all, or more than a thousand."""
    mapping = integration.mapping
    items = list(_items(payload, mapping.each if mapping else None))
    if not items:
        raise Invalid("payload", "holds no alert", hint="check `each` of the mapping")
    if len(items) > MAX_ITEMS:
        raise Invalid("payload", f"holds {len(items)} alerts, at most {MAX_ITEMS} are taken at once")
    read = (_mapped(item, payload, mapping, render) if mapping else guessed(item) for item in items)
    return [_claim(one, integration, mapping or PayloadMapping(), received_at) for one in read]


def of_cloudevent(event: Mapping[str, object], integration: Integration) -> Mapping[str, object]:
    """What is read out of a CloudEvent: the whole of it by a mapping; without one its data, with id and source as its identity."""
    if integration.mapping is not None:
        return event
    kind, subject, data = event.get("type"), event.get("subject"), event.get("data")
    item = {"alertname": kind, "id": f"{event.get('source')}#{subject or event.get('id')}", "summary": subject or kind}
    return item | dict(data) if isinstance(data, Mapping) else item | {"description": data}


def guessed(item: object) -> _Read:
    """An alert by the usual names; what is not an object is its own summary."""
    if not isinstance(item, Mapping):
        return _Read({"summary": _short(item)}, {}, {})
    known = {str(name).lower().replace("-", "_"): value for name, value in item.items()}
    fields = {
        field: _short(next((known[name] for name in names if _is_text(known.get(name))), ""))
        for field, names in _USUAL.items()
    }
    return _Read(fields, {}, {"payload": json.dumps(item, default=str)[:2_000]})


def _items(payload: object, path: str | None) -> Iterator[object]:
    found = payload
    for part in path.split(".") if path else ():
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, list):
        yield from found
    elif found is not None:
        yield found


def _mapped(item: object, payload: object, mapping: PayloadMapping, render: Render) -> _Read:
    facts = {"payload": payload, "item": item}
    faults: list[str] = []

    def text(field: str, template: str) -> str:
        try:
            return " ".join(render(template, facts).split()) if template else ""
        except Invalid as wrong:
            faults.append(f"{field}: {wrong.reason}")
            return ""

    fields = {field: text(field, getattr(mapping, field)) for field in _USUAL}
    labels = {name: text(f"labels.{name}", template) for name, template in mapping.labels.items()}
    annotations = {name: text(f"annotations.{name}", template) for name, template in mapping.annotations.items()}
    if faults:
        annotations["mapping_fault"] = "; ".join(faults)
    if not fields["summary"]:
        annotations["payload"] = json.dumps(item, default=str)[:2_000]
    return _Read(fields, labels, annotations)


def _claim(read: _Read, integration: Integration, mapping: PayloadMapping, at: datetime) -> Observation | SenderWord:
    fields = read.fields
    summary, name = fields.get("summary", ""), fields.get("alertname", "")
    told = fields.get("dedup_key") or _made_key(name, summary)
    key = key_of(PROTOCOL, integration.name, told)
    status = fields.get("status", "").lower()
    if status in mapping.resolved_when:
        return SenderWord(key, Says.ENDED, at)
    if status in mapping.acknowledged_when:
        return SenderWord(key, Says.ACKNOWLEDGED, at, by=integration.name)
    stated = fields.get("severity", "")
    severities = {said.lower(): meant for said, meant in mapping.severities.items()}
    meant = severities.get(stated.lower())
    labels = dict(read.labels) | {
        "alertname": name or integration.name,
        "integration": integration.name,
        "severity": meant.value if meant else stated,
        "service": fields.get("service") or integration.service,
    }
    annotations = dict(read.annotations) | {
        "summary": summary or name,
        "description": fields.get("description", ""),
        "runbook_url": fields.get("runbook", ""),
        "dedup_key": told,
    }
    source = f"{PROTOCOL}:{integration.name}"
    return firing(labels, annotations, key=key, received_at=at, source=source, url=fields.get("url", ""))


def _made_key(name: str, summary: str) -> str:
    return hashlib.sha256(f"{name}\n{summary}".encode()).hexdigest()[:32]


def _is_text(value: object) -> bool:
    return isinstance(value, str | int | float) and value != "" and not isinstance(value, bool)


def _short(value: object) -> str:
    return str(value)[:1_000] if _is_text(value) else ""
