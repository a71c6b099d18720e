"""Makes the event that tells of an alert."""

from watchbill.alerts.model import Alert, AlertAcknowledged, AlertNoted, AlertNotice, AlertResolved, SenderWord, Target

__all__ = ["notice"]


def notice(
    kind: type[AlertNotice], alert: Alert, target: Target | None = None, *, word: SenderWord | None = None
) -> AlertNotice:
    """An event of that kind about the alert, for one of its targets (default: its own); `word`: what its sender said."""
    to = target or alert.target
    return kind(
        alert=alert.id,
        fingerprint=alert.fingerprint,
        status=alert.status,
        severity=alert.severity,
        name=alert.name,
        title=alert.title,
        service=alert.service,
        group_key=to.group_key if to else "",
        escalation_policy=to.escalation_policy if to else None,
        declare_incident=bool(to and to.declares_incident and alert.is_firing and not alert.silenced_by),
        notify=alert.severity.pages and alert.is_firing and not alert.silenced_by,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        runbook=alert.runbook,
        route=to.route if to else "",
        slo=alert.slo,
        tier=alert.tier,
        silenced_by=alert.silenced_by,
        **_said(kind, alert, word),
    )


def _said(kind: type[AlertNotice], alert: Alert, word: SenderWord | None) -> dict[str, str]:
    if kind is AlertResolved:
        return {"by": alert.closed_by or ""}
    if kind in {AlertAcknowledged, AlertNoted} and word is not None:
        return {"by": word.by, "note": word.note}
    return {}
