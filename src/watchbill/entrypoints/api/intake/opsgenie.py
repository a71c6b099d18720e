"""The Opsgenie Alert API, for tools that it left behind: requests are taken in at once and carried out in their order.

A request's id holds the alert's identity, so that it can be asked about without anything being stored for it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from watchbill.alerts.model import Alert, Observation, Says, SenderWord
from watchbill.alerts.ports import AlertQuery
from watchbill.alerts.rules.claiming import firing, key_of
from watchbill.alerts.rules.fingerprint import fingerprint_of_key
from watchbill.alerts.rules.severity import OPSGENIE
from watchbill.entrypoints.api.intake.doors import Caller, Knock, Malformed, answer
from watchbill.entrypoints.api.intake.opsgenie_words import act_of, alert_json, text_of
from watchbill.kernel.errors import NotFound
from watchbill.kernel.ids import EventId
from watchbill.oncall.model import EscalationStatus

__all__ = ["act", "close", "count", "create", "index", "refusal", "request_status", "show"]

PROTOCOL = "opsgenie"
_DEFAULT_PRIORITY = "P3"
_LIMITS = {"message": 130, "alias": 512, "description": 15_000, "entity": 512, "source": 100}
_MEANINGLESS = 422
_MOST_TAGS, _TAG_LENGTH = 20, 50
_ACCEPTED = "Request will be processed"
_ACTIONS = ("Create", "Close", "Acknowledge", "UnAcknowledge", "Snooze", "Escalate", "Assign", "AddNote", "AddTags",
            "AddDetails", "AddResponder", "AddTeam", "UpdateMessage", "UpdateDescription", "UpdatePriority", "Delete")  # fmt: skip
_FOLD_WAIT_S = 2.0
_PAGE = 100


def refusal(status: int, message: str, faults: tuple[str, ...]) -> Response:
    """The original's shape; a body that means nothing is 422 there."""
    return answer(_MEANINGLESS if faults else status, {"message": message, "took": 0.0, "requestId": ""})


async def create(knock: Knock) -> Response:
    """A new alert, or another report of the one with this alias that is open."""
    caller, body = await _open(knock)
    faults = _faults(body)
    if faults:
        raise Malformed(*faults)
    alias = text_of(body.get("alias")) or knock.app.ids.new(EventId)
    claim = _firing(body, alias, caller, knock.app.clock.now())
    position = await knock.keep(PROTOCOL, caller, [claim])
    return _accepted(position, fingerprint_of_key(claim.key), "Create")


async def act(knock: Knock) -> Response:
    """Close, acknowledge, note, change: accepted also for an alert that is not there (yet), as the original does."""
    caller, body = await _open(knock)
    word = str(knock.request.path_params["action"])
    identity = await run_in_threadpool(_identity, knock, caller)
    made = act_of(knock.request.method, word, body, identity, knock.app.clock.now())
    if made is None:
        raise NotFound("action", word)
    action, claims = made
    position = await knock.keep(PROTOCOL, caller, list(claims))
    return _accepted(position, fingerprint_of_key(identity), action)


async def close(knock: Knock) -> Response:
    """DELETE: it is over; the record stays."""
    caller = await knock.caller(knock.secret())
    identity = await run_in_threadpool(_identity, knock, caller)
    word = SenderWord(identity, Says.ENDED, knock.app.clock.now(), by=knock.request.query_params.get("user", ""))
    position = await knock.keep(PROTOCOL, caller, [word])
    return _accepted(position, fingerprint_of_key(identity), "Delete")


async def request_status(knock: Knock) -> Response:
    """What became of a request, by its id."""
    await knock.caller(knock.secret())
    try:
        number = UUID(str(knock.request.path_params["id"])).int
    except ValueError as wrong:
        raise NotFound("request", str(knock.request.path_params["id"])) from wrong
    action = _ACTIONS[number >> 124]
    fingerprint = f"{number & (1 << 64) - 1:016x}"
    found = await run_in_threadpool(_latest, knock, fingerprint)
    done = found is not None
    data = {
        "isSuccess": done,
        "action": action,
        "processedAt": found.updated_at.isoformat() if found else None,
        "integrationId": "",
        "status": "Processed" if done else "Alert does not exist",
        "alertId": found.id if found else "",
        "alias": found.annotations.get("alias", "") if found else "",
    }
    return answer(200, {"data": data, "took": 0.0, "requestId": str(UUID(int=number))})


async def show(knock: Knock) -> Response:
    """One alert."""
    caller = await knock.caller(knock.secret())
    found = await run_in_threadpool(_found, knock, caller)
    return answer(200, {"data": found, "took": 0.0, "requestId": _fresh(knock)})


async def index(knock: Knock) -> Response:
    """The newest alerts of this protocol, open ones or all (`query=status:open`)."""
    await knock.caller(knock.secret())
    rows = await run_in_threadpool(_listed, knock)
    return answer(200, {"data": rows, "took": 0.0, "requestId": _fresh(knock)})


async def count(knock: Knock) -> Response:
    """How many there are."""
    await knock.caller(knock.secret())
    rows = await run_in_threadpool(_listed, knock)
    return answer(200, {"data": {"count": len(rows)}, "took": 0.0, "requestId": _fresh(knock)})


async def _open(knock: Knock) -> tuple[Caller, Mapping[str, object]]:
    caller = await knock.caller(knock.secret())
    body = await knock.read(empty={})
    if not isinstance(body, Mapping):
        raise Malformed("the body is not a JSON object")
    return caller, body


def _faults(body: Mapping[str, object]) -> list[str]:
    faults = [] if text_of(body.get("message")) else ["message can not be empty"]
    faults += [
        f"{name} is longer than {most} characters"
        for name, most in _LIMITS.items()
        if name != "message" and len(text_of(body.get(name))) > most  # a longer message is cut, as the original does
    ]
    if body.get("priority") not in {None, *OPSGENIE}:
        faults.append(f"priority is not one of {', '.join(OPSGENIE)}")
    if body.get("details") is not None and not isinstance(body["details"], Mapping):
        faults.append("details is not an object")
    return faults


def _firing(body: Mapping[str, object], alias: str, caller: Caller, now: datetime) -> Observation:
    details = body.get("details")
    known = dict(details) if isinstance(details, Mapping) else {}
    tags = body.get("tags")
    tagged = [str(tag)[:_TAG_LENGTH] for tag in tags][:_MOST_TAGS] if isinstance(tags, list) else []
    priority = str(body.get("priority") or _DEFAULT_PRIORITY)
    labels = {
        "alertname": known.get("alertname") or text_of(body.get("entity")) or caller.integration,
        "service": known.get("service") or caller.service,
        "severity": OPSGENIE[priority],
        "integration": caller.integration,
        "entity": text_of(body.get("entity")),
    }
    annotations = {
        **{f"detail_{name}": value for name, value in known.items()},
        "summary": text_of(body.get("message"))[: _LIMITS["message"]],
        "description": text_of(body.get("description")),
        "runbook_url": known.get("runbook_url") or known.get("runbook"),
        "note": text_of(body.get("note")),
        "reported_by": text_of(body.get("user")) or text_of(body.get("source")),
        "tags": ", ".join(tagged),
        "priority": priority,
        "alias": alias,
    }
    key = key_of(PROTOCOL, caller.integration, alias)
    return firing(labels, annotations, key=key, received_at=now, source=f"{PROTOCOL}:{caller.integration}")


def _identity(knock: Knock, caller: Caller) -> str:
    """The key of the alert that the path names, by alias or by one of the ids that we gave it."""
    named = str(knock.request.path_params["id"])
    if knock.request.query_params.get("identifierType", "id") == "alias":
        return key_of(PROTOCOL, caller.integration, named)
    with knock.app.reading() as s:
        found = s.alerts.get(named)
    alias = found.annotations.get("alias", "")
    integration = found.labels.get("integration", caller.integration)
    return key_of(PROTOCOL, integration, alias)


def _found(knock: Knock, caller: Caller) -> dict[str, object]:
    knock.app.wait_for_fold(_FOLD_WAIT_S)
    named = str(knock.request.path_params["id"])
    by_alias = knock.request.query_params.get("identifierType", "id") == "alias"
    with knock.app.reading() as s:
        fingerprint = fingerprint_of_key(key_of(PROTOCOL, caller.integration, named)) if by_alias else named
        found = s.alerts.get(fingerprint)
        escalation = s.paging.escalation_of(found.id)
        return alert_json(found, acknowledged=_is_taken(escalation))


def _latest(knock: Knock, fingerprint: str) -> Alert | None:
    knock.app.wait_for_fold(_FOLD_WAIT_S)
    with knock.app.reading() as s:
        try:
            return s.alerts.get(fingerprint)
        except NotFound:
            return None


def _listed(knock: Knock) -> Sequence[dict[str, object]]:
    knock.app.wait_for_fold(_FOLD_WAIT_S)
    only_open = "status:open" in knock.request.query_params.get("query", "").replace(" ", "")
    with knock.app.reading() as s:
        rows = s.alerts.list(AlertQuery(source=PROTOCOL, limit=_PAGE, before=None))
        rows = [one for one in rows if one.is_firing or not only_open]
        return [alert_json(one, acknowledged=_is_taken(s.paging.escalation_of(one.id))) for one in rows]


_TAKEN = {EscalationStatus.ACKNOWLEDGED, EscalationStatus.SNOOZED}


def _is_taken(escalation: object) -> bool:
    return getattr(escalation, "status", None) in _TAKEN


def _accepted(position: int, fingerprint: str, action: str) -> Response:
    """The id of the request: 4 bits of action, 60 of the position in the inbox, 64 of the alert's identity."""
    number = _ACTIONS.index(action) << 124 | (position & (1 << 60) - 1) << 64 | int(fingerprint, 16)
    return answer(202, {"result": _ACCEPTED, "took": 0.0, "requestId": str(UUID(int=number))})


def _fresh(knock: Knock) -> str:
    return str(knock.app.ids.new(EventId))
