"""What Opsgenie's actions on an alert mean here, and an alert in its JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchbill.alerts.model import Alert, Says, SenderWord, Severity
from watchbill.alerts.rules.severity import OPSGENIE

__all__ = ["act_of", "alert_json", "text_of"]

_MESSAGE_LENGTH = 130
_PRIORITY_OF = {Severity.P0: "P1", Severity.P1: "P2", Severity.P2: "P3", Severity.P3: "P4"}
# action in the path -> (its name in answers, what is told, the field that tells it)
_NOTED: Mapping[str, tuple[str, str, str]] = {
    "unacknowledge": ("UnAcknowledge", "no longer acknowledged", "note"),
    "notes": ("AddNote", "", "note"),
    "tags": ("AddTags", "tags added", "tags"),
    "details": ("AddDetails", "details added", "details"),
    "responders": ("AddResponder", "responder asked for", "responder"),
    "teams": ("AddTeam", "team asked for", "team"),
    "escalate": ("Escalate", "escalation asked for", "escalation"),
    "assign": ("Assign", "assigned", "owner"),
}


def act_of(
    method: str, word: str, body: Mapping[str, object], key: str, now: datetime
) -> tuple[str, Sequence[SenderWord]] | None:
    """The action's name and what it says about the alert; None for one that the API does not have."""
    by, note = text_of(body.get("user")) or text_of(body.get("source")), text_of(body.get("note"))
    if method == "PUT":
        return _amended(word, body, key, now)
    match word:
        case "close":
            return "Close", [SenderWord(key, Says.ENDED, now, by, note)]
        case "acknowledge":
            return "Acknowledge", [SenderWord(key, Says.ACKNOWLEDGED, now, by, note)]
        case "snooze":
            until = f"snoozed until {text_of(body.get('endTime'))}"
            return "Snooze", [SenderWord(key, Says.ACKNOWLEDGED, now, by, f"{until} {note}".strip())]
        case _:
            known = _NOTED.get(word)
    if known is None:
        return None
    name, said, field = known
    told = _told(body.get(field))
    text = f"{said}: {told}" if said and told else said or told
    extra = f" {note}" if note and field != "note" else ""
    return name, [SenderWord(key, Says.NOTED, now, by, text + extra)]


def _amended(word: str, body: Mapping[str, object], key: str, now: datetime) -> tuple[str, Sequence[SenderWord]] | None:
    match word:
        case "message":
            said = {"summary": text_of(body.get("message"))[:_MESSAGE_LENGTH]}
            return "UpdateMessage", [SenderWord(key, Says.AMENDED, now, annotations=_set(said))]
        case "description":
            said = {"description": text_of(body.get("description"))}
            return "UpdateDescription", [SenderWord(key, Says.AMENDED, now, annotations=_set(said))]
        case "priority":
            priority = text_of(body.get("priority"))
            severity = OPSGENIE.get(priority)
            labels = {"severity": severity.value} if severity else {}
            word_said = SenderWord(key, Says.AMENDED, now, labels=labels, annotations=_set({"priority": priority}))
            return "UpdatePriority", [word_said]
        case _:
            return None


def alert_json(alert: Alert, *, acknowledged: bool) -> dict[str, object]:
    """As the API shows an alert. Reports of one alert are not counted here: `count` is 1."""
    said = alert.annotations
    prefix = "detail_"
    return {
        "id": alert.id,
        "tinyId": alert.fingerprint,
        "alias": said.get("alias", ""),
        "message": alert.title,
        "status": "open" if alert.is_firing else "closed",
        "acknowledged": acknowledged,
        "isSeen": acknowledged,
        "snoozed": False,
        "tags": [tag for tag in said.get("tags", "").split(", ") if tag],
        "count": 1,
        "lastOccurredAt": alert.updated_at.isoformat(),
        "createdAt": alert.opened_at.isoformat(),
        "updatedAt": alert.updated_at.isoformat(),
        "source": alert.source,
        "owner": "",
        "priority": said.get("priority") or _PRIORITY_OF[alert.severity],
        "responders": [],
        "integration": {"id": "", "name": alert.labels.get("integration", ""), "type": "API"},
        "description": said.get("description", ""),
        "entity": alert.labels.get("entity", ""),
        "details": {name.removeprefix(prefix): value for name, value in said.items() if name.startswith(prefix)},
    }


def text_of(value: object) -> str:
    """A text as it is; anything else is none."""
    return value.strip() if isinstance(value, str) else ""


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return (
            text_of(value.get("name")) or text_of(value.get("username")) or text_of(value.get("id")) or ", ".join(value)
        )
    return ", ".join(str(one) for one in value) if isinstance(value, list) else text_of(value)


def _set(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
