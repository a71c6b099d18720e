"""Alerts as rows of the table and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, select

from watchbill.adapters.store.tables.alerts import alerts
from watchbill.alerts.model import Alert, AlertStatus, Severity, Target
from watchbill.alerts.rules.merging import Standing
from watchbill.kernel.ids import AlertId

__all__ = ["CHANGING", "STANDING", "alert_of", "held", "row_of", "standing_of"]

# What the fold may change of an occurrence after it was opened.
CHANGING = (
    "status",
    "severity",
    "service",
    "name",
    "title",
    "labels",
    "annotations",
    "targets",
    "silenced_by",
    "starts_at",
    "ends_at",
    "ends_by_timeout",
    "updated_at",
    "fired_at",
    "closed_at",
    "closed_by",
    "runbook",
    "generator_url",
    "routed_by",
    "content",
)
STANDING = select(
    alerts.c.fingerprint,
    alerts.c.id,
    alerts.c.status,
    alerts.c.starts_at,
    alerts.c.ends_at,
    alerts.c.ends_by_timeout,
    alerts.c.fired_at,
    alerts.c.ever_fired,
    alerts.c.closed_at,
    alerts.c.closed_by,
    alerts.c.content,
    alerts.c.routed_by,
    alerts.c.updated_at,
)
_STATUS = {status.value: status for status in AlertStatus}
_SEVERITY = {severity.value: severity for severity in Severity}


class _Target(msgspec.Struct, omit_defaults=True):
    """A target as it is stored; durations in seconds."""

    route: str
    policy: str | None
    group_key: str
    group: tuple[tuple[str, str], ...]
    wait: float = 0.0
    interval: float = 300.0
    repeat: float = 14_400.0
    declares: bool = False


def row_of(alert: Alert, *, latest: bool = True) -> dict[str, Any]:  # Any: values of columns
    """The row of a new occurrence; `actionable` is written by people only."""
    return {
        "id": alert.id,
        "fingerprint": alert.fingerprint,
        "latest": latest,
        "status": alert.status.value,
        "severity": alert.severity.value,
        "service": alert.service,
        "name": alert.name,
        "title": alert.title,
        "labels": alert.labels,
        "annotations": alert.annotations,
        "targets": [_stored(target) for target in alert.targets],
        "silenced_by": list(alert.silenced_by),
        "starts_at": alert.starts_at,
        "ends_at": alert.ends_at,
        "ends_by_timeout": alert.ends_by_timeout,
        "opened_at": alert.opened_at,
        "updated_at": alert.updated_at,
        "fired_at": alert.fired_at,
        "ever_fired": alert.ever_fired,
        "closed_at": alert.closed_at,
        "closed_by": alert.closed_by,
        "runbook": alert.runbook,
        "generator_url": alert.generator_url,
        "source": alert.source,
        "cause": alert.cause,
        "previous": alert.previous,
        "routed_by": alert.routed_by,
        "content": alert.content,
    }


def alert_of(row: Row[Any]) -> Alert:  # Any: a row of `alerts`
    """The occurrence of a whole row."""
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    return Alert(
        id=AlertId(fields["id"]),
        fingerprint=fields["fingerprint"],
        status=_STATUS[fields["status"]],
        severity=_SEVERITY[fields["severity"]],
        name=fields["name"],
        title=fields["title"],
        labels=fields["labels"],
        annotations=fields["annotations"],
        starts_at=fields["starts_at"],
        ends_at=fields["ends_at"],
        opened_at=fields["opened_at"],
        updated_at=fields["updated_at"],
        service=fields["service"],
        runbook=fields["runbook"],
        generator_url=fields["generator_url"],
        ends_by_timeout=fields["ends_by_timeout"],
        fired_at=fields["fired_at"],
        ever_fired=fields["ever_fired"],
        routed_by=fields["routed_by"],
        content=fields["content"],
        closed_at=fields["closed_at"],
        closed_by=fields["closed_by"],
        targets=tuple(_target_of(stored) for stored in fields["targets"]),
        silenced_by=tuple(fields["silenced_by"]),
        source=fields["source"],
        cause=fields["cause"],
        previous=fields["previous"],
        actionable=fields["actionable"],
        actionable_by=fields["actionable_by"],
    )


def held(alert: Alert, known: Standing | None) -> Alert:
    """The alert, with how long its sender's word holds by what the fold knows and has not written down yet."""
    if known is None or known.id != alert.id or not (alert.is_firing and known.status.is_firing):
        return alert
    return replace(
        alert,
        ends_at=known.ends_at,
        ends_by_timeout=known.by_timeout,
        updated_at=known.seen_at,
        fired_at=known.fired_at,
    )


def standing_of(row: Any) -> Standing:  # Any: a row of STANDING, whose columns it names
    """What the fold judges by."""
    return Standing(
        id=AlertId(row.id),
        status=_STATUS[row.status],
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        by_timeout=row.ends_by_timeout,
        fired_at=row.fired_at,
        ever_fired=row.ever_fired,
        closed_at=row.closed_at,
        closed_by_hand=row.closed_by is not None,
        content=row.content,
        routed_by=row.routed_by,
        seen_at=row.updated_at,
    )


def _stored(target: Target) -> _Target:
    return _Target(
        target.route,
        target.escalation_policy,
        target.group_key,
        target.group_labels,
        target.group_wait.total_seconds(),
        target.group_interval.total_seconds(),
        target.repeat_interval.total_seconds(),
        target.declares_incident,
    )


def _target_of(stored: Mapping[str, Any]) -> Target:  # Any: JSON
    one = msgspec.convert(stored, _Target)
    return Target(
        route=one.route,
        escalation_policy=one.policy,
        group_key=one.group_key,
        group_labels=one.group,
        group_wait=timedelta(seconds=one.wait),
        group_interval=timedelta(seconds=one.interval),
        repeat_interval=timedelta(seconds=one.repeat),
        declares_incident=one.declares,
    )
