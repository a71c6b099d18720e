"""What a notification says: the original's template data, which is also the body of its webhook (version 4)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from watchbill.alerts.model import Alert
from watchbill.receivers.model import Group

__all__ = ["in_order", "notification_data", "truncated"]

_UNSET = "0001-01-01T00:00:00Z"  # the end of what still fires


def in_order(alerts: Sequence[Alert]) -> list[Alert]:
    """By label job, then instance (those without them last), then by all labels, those with fewer first."""
    return sorted(alerts, key=_place)


def truncated(alerts: Sequence[Alert], most: int) -> tuple[Sequence[Alert], int]:
    """The first so many (0: all), and how many are left out."""
    kept = alerts[:most] if most else alerts
    return kept, len(alerts) - len(kept)


def notification_data(
    group: Group, receiver: str, alerts: Sequence[Alert], *, external_url: str, left_out: int = 0
) -> dict[str, object]:
    """The body of a webhook about these alerts (at least one). Common labels are those of the alerts that are listed."""
    firing = any(alert.is_firing for alert in alerts)
    return {
        "receiver": receiver,
        "status": "firing" if firing else "resolved",
        "alerts": [_alert(alert) for alert in alerts],
        "groupLabels": dict(group.labels),
        "commonLabels": _common([alert.labels for alert in alerts]),
        "commonAnnotations": _common([alert.annotations for alert in alerts]),
        "externalURL": external_url,
        "version": "4",
        "groupKey": group.key,
        "truncatedAlerts": left_out,
    }


def _place(alert: Alert) -> tuple[object, ...]:
    labels = alert.labels
    first = tuple((name not in labels, labels.get(name, "")) for name in ("job", "instance"))
    return (*first, len(labels), sorted(labels.items()))


def _alert(alert: Alert) -> dict[str, object]:
    return {
        "status": "firing" if alert.is_firing else "resolved",
        "labels": _sorted(alert.labels),
        "annotations": _sorted(alert.annotations),
        "startsAt": _moment(alert.starts_at),
        "endsAt": _UNSET if alert.is_firing else _moment(alert.ends_at),
        "generatorURL": alert.generator_url,
        "fingerprint": alert.fingerprint,
    }


def _common(every: Sequence[Mapping[str, str]]) -> dict[str, str]:
    common = set(every[0].items()).intersection(*(one.items() for one in every[1:]))
    return dict(sorted(common))


def _sorted(pairs: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(pairs.items()))


def _moment(at: datetime) -> str:
    """As Go writes moments: without trailing zeros of the fraction."""
    whole, _, fraction = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}Z" if fraction else f"{whole}Z"
