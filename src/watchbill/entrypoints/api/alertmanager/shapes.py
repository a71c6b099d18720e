"""Alerts and silences as the original writes them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from watchbill.alerts.model import Alert, Matcher, Silence

__all__ = ["UNROUTED", "matcher_shown", "moment", "receivers_of", "shown", "silence_shown"]

UNROUTED = "default"  # the receiver of alerts that no policy takes


def moment(at: datetime) -> str:
    """Milliseconds and `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def receivers_of(alert: Alert) -> list[str]:
    """Each target's escalation policy, once; with us it stands where the original has a receiver."""
    return list(dict.fromkeys(target.escalation_policy or UNROUTED for target in alert.targets)) or [UNROUTED]


def shown(
    alert: Alert, covering: tuple[str, ...], receivers: Iterable[str], inhibited_by: tuple[str, ...] = ()
) -> dict[str, object]:
    """One alert; `covering` are the silences that cover it now, `receivers` those to be named."""
    item: dict[str, object] = {
        "annotations": alert.annotations,
        "endsAt": moment(alert.ends_at),
        "fingerprint": alert.fingerprint,
        "receivers": [{"name": name} for name in receivers],
        "startsAt": moment(alert.starts_at),
        "status": {
            "inhibitedBy": list(inhibited_by),
            "mutedBy": [],
            "silencedBy": list(covering),
            "state": "suppressed" if covering or inhibited_by else "active",
        },
        "updatedAt": moment(alert.updated_at),
        "labels": alert.labels,
    }
    if alert.generator_url:
        item["generatorURL"] = alert.generator_url
    return item


def silence_shown(silence: Silence, now: datetime) -> dict[str, object]:
    """One silence."""
    return {
        "id": silence.id,
        "status": {"state": silence.state(now).value},
        "updatedAt": moment(silence.updated_at),
        "comment": silence.comment,
        "createdBy": silence.created_by,
        "endsAt": moment(silence.ends_at),
        "matchers": [matcher_shown(matcher) for matcher in silence.matchers],
        "startsAt": moment(silence.starts_at),
        "annotations": dict(silence.annotations),
    }


def matcher_shown(matcher: Matcher) -> dict[str, object]:
    """One matcher of a silence."""
    return {
        "isEqual": matcher.op.is_equal,
        "isRegex": matcher.op.is_regex,
        "name": matcher.name,
        "value": matcher.value,
    }
