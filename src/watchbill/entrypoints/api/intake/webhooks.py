"""Webhooks: of an Alertmanager that stays in place, of Grafana, CloudEvents, GoAlert's generic one, and any JSON at all."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.responses import Response

from watchbill.alerts.model import Observation, Says, SenderWord
from watchbill.alerts.rules.claiming import UNTIL_RESOLVED, firing, key_of, plain
from watchbill.alerts.rules.fingerprint import fingerprint_of_key
from watchbill.alerts.rules.mapping import CLOUDEVENTS, claims_of, of_cloudevent
from watchbill.entrypoints.api.alertmanager.wire import Unreadable, moment_of
from watchbill.entrypoints.api.intake.doors import Knock, Malformed, answer
from watchbill.kernel.errors import Invalid, Unauthorized

__all__ = ["alertmanager", "cloudevents", "generic", "goalert", "refusal"]

_SIGNATURE, _SIGNED_AT = "x-grafana-alerting-signature", "x-grafana-alerting-timestamp"
_TOO_OLD = timedelta(minutes=5)
# What Grafana adds to an alert besides labels and annotations.
_GRAFANA = {"silenceURL": "silence_url", "dashboardURL": "dashboard_url", "panelURL": "panel_url",
            "imageURL": "image_url", "valueString": "values"}  # fmt: skip


def refusal(status: int, message: str, faults: tuple[str, ...]) -> Response:
    """What is wrong, as JSON; senders log it. 5xx and nothing else makes them try again."""
    return answer(status, {"status": "refused", "message": message, "errors": list(faults)})


async def alertmanager(knock: Knock) -> Response:
    """Alertmanager's webhook, version 4: every alert of the group; alerts that were cut off the list stay as they are."""
    caller = await knock.caller(_key(knock))
    payload = await knock.read()
    claims = _alerts(payload, f"alertmanager:{caller.integration}", knock.app.clock.now(), caller.service)
    await knock.keep("alertmanager", caller, claims)
    return answer(200, {"status": "accepted", "alerts": len(claims)})


async def grafana(knock: Knock) -> Response:
    """Grafana's webhook: version 4 and more; signed where Grafana has the key as its secret."""
    key = _key(knock)
    caller = await knock.caller(key)
    payload = await knock.read()
    _check_signature(knock, key)
    claims = _alerts(payload, f"grafana:{caller.integration}", knock.app.clock.now(), caller.service)
    await knock.keep("grafana", caller, claims)
    return answer(200, {"status": "accepted", "alerts": len(claims)})


async def generic(knock: Knock) -> Response:
    """Any JSON: as the integration's mapping says, else by the names that most tools use."""
    caller = await knock.caller(_key(knock))
    payload = await knock.read()
    known = await knock.integration(caller)
    try:
        claims = claims_of(payload, known, render=knock.app.alert_parts.render, received_at=knock.app.clock.now())
    except Invalid as wrong:
        raise Malformed(f"{wrong.field} {wrong.reason}") from wrong
    await knock.keep("generic", caller, claims)
    return answer(202, {"status": "accepted", "alerts": len(claims)})


async def cloudevents(knock: Knock) -> Response:
    """A CloudEvent in structured or binary mode: id and source are its identity, its data is read as any JSON is."""
    caller = await knock.caller(_key(knock))
    payload = await knock.read()
    event = _event(knock, payload)
    known = await knock.integration(caller)
    claims = claims_of(
        of_cloudevent(event, known), known, render=knock.app.alert_parts.render, received_at=knock.app.clock.now()
    )
    if (
        event != payload
    ):  # binary mode: what came in headers is kept as well, in the form of structured mode, for replay
        knock.body = json.dumps(event).encode()
    await knock.keep(CLOUDEVENTS, caller, claims)
    return answer(202, {"status": "accepted", "alerts": len(claims)})


async def goalert(knock: Knock) -> Response:
    """GoAlert's generic intake for shell scripts: summary, details, action=close, dedup; a form, JSON or the query."""
    request = knock.request
    caller = await knock.caller(request.query_params.get("token", "") or knock.secret())
    fields = {name: value for name, value in request.query_params.items() if name != "token"}
    if request.headers.get("content-type", "").startswith("application/json"):
        payload = await knock.read()
        if not isinstance(payload, Mapping):
            raise Malformed("the body is not a JSON object")
        fields |= {name: str(value) for name, value in payload.items() if value is not None}
    else:
        fields |= {name: str(value) for name, value in (await request.form()).items()}
    summary = fields.get("summary", "").strip()
    if not summary:
        raise Malformed("summary is missing")
    now = knock.app.clock.now()
    key = key_of("goalert", caller.integration, fields.get("dedup") or summary)
    claim: Observation | SenderWord
    if fields.get("action", "").lower() == "close":
        claim = SenderWord(key, Says.ENDED, now)
    else:
        labels = {"alertname": caller.integration, "integration": caller.integration, "service": caller.service}
        annotations = {"summary": summary, "description": fields.get("details", "")}
        claim = firing(labels, annotations, key=key, received_at=now, source=f"goalert:{caller.integration}")
    await knock.keep("goalert", caller, [claim])
    if "application/json" in request.headers.get("accept", ""):
        return answer(200, {"AlertID": fingerprint_of_key(key), "ServiceID": caller.service or "", "IsNew": True})
    return Response(status_code=204)


def _alerts(payload: object, source: str, now: datetime, service: str | None) -> list[Observation | SenderWord]:
    alerts = payload.get("alerts") if isinstance(payload, Mapping) else None
    if not isinstance(alerts, list):
        raise Malformed("alerts is missing, or is not a list")
    faults: list[str] = []
    claims: list[Observation | SenderWord] = []
    for place, one in enumerate(alerts):
        try:
            claims.append(_alert(one, source, now, service))
        except (Malformed, Unreadable) as wrong:
            faults.append(f"alerts[{place}]: {wrong}")
    if faults:
        raise Malformed(*faults)
    return claims


def _alert(one: object, source: str, now: datetime, service: str | None) -> Observation:
    if not isinstance(one, Mapping) or not isinstance(one.get("labels"), Mapping):
        raise Malformed("labels are missing")
    annotations = one.get("annotations")
    told = plain(annotations) if isinstance(annotations, Mapping) else {}
    told |= plain({name: one.get(field) for field, name in _GRAFANA.items()})
    labels = plain(one["labels"])
    if service and "service" not in labels:
        labels["service"] = service
    ends_at = moment_of(_text(one.get("endsAt")))
    over = _text(one.get("status")) == "resolved"
    return Observation(
        labels=labels,
        annotations=told,
        starts_at=moment_of(_text(one.get("startsAt"))),
        ends_at=min(ends_at or now, now) if over else UNTIL_RESOLVED,
        generator_url=_text(one.get("generatorURL")),
        received_at=now,
        source=source,
    )


def _event(knock: Knock, payload: object) -> dict[str, object]:
    headers = knock.request.headers
    if headers.get("content-type", "").startswith("application/cloudevents+json"):
        event = dict(payload) if isinstance(payload, Mapping) else {}
    else:
        event = {name.removeprefix("ce-"): value for name, value in headers.items() if name.startswith("ce-")}
        event["data"] = payload
    missing = [name for name in ("id", "source", "type", "specversion") if not event.get(name)]
    if missing:
        raise Malformed(*(f"{name} is missing" for name in missing))
    return event


def _check_signature(knock: Knock, key: str) -> None:
    """hex(HMAC-SHA256(secret, [timestamp ":"] body)); only asked for where Grafana signs."""
    given = knock.request.headers.get(_SIGNATURE, "")
    if not given or not key:
        return
    stamp = knock.request.headers.get(_SIGNED_AT, "")
    signed = (f"{stamp}:".encode() if stamp else b"") + knock.body
    wanted = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, given.lower()):
        raise Unauthorized("the signature is not that of this body")
    if stamp:
        age = knock.app.clock.now().timestamp() - (float(stamp) if stamp.isdigit() else 0)
        if abs(age) > _TOO_OLD.total_seconds():
            raise Unauthorized("the signature is older than 5 minutes, or from the future")


def _key(knock: Knock) -> str:
    """The key in the path, or the password of an Authorization header."""
    in_path: str = knock.request.path_params.get("key", "")
    return in_path or knock.secret()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
