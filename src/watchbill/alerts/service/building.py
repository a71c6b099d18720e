"""The fold's second pass: builds the occurrences that really change, and the events that tell of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from watchbill.alerts.model import (
    Alert,
    AlertAcknowledged,
    AlertChanged,
    AlertNoted,
    AlertNotice,
    AlertOpened,
    AlertResolved,
    AlertRouted,
    AlertSilenced,
    AlertStatus,
    Says,
    SenderWord,
)
from watchbill.alerts.ports import FoldStore
from watchbill.alerts.rules.describing import runbook_of, title_of
from watchbill.alerts.rules.merging import Verdict
from watchbill.alerts.rules.routing import Router
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service.notices import notice
from watchbill.alerts.service.steps import Folded, Notice, Step
from watchbill.kernel.ids import AlertId

__all__ = ["Builder", "to_all_targets"]

_REMARKS: Mapping[Says, type[AlertNotice]] = {Says.ACKNOWLEDGED: AlertAcknowledged, Says.NOTED: AlertNoted}
_BEGINNING = {Verdict.OPEN, Verdict.RECORD}


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds over one state of the resources and of the silences."""

    store: FoldStore
    router: Router
    silencer: Silencer
    runbook_for: Callable[[str], str | None]

    def build(self, steps: Sequence[Step], result: Folded) -> None:
        """Put the alerts that the steps make or change, and their events, into the result. Each alert is written once."""
        born = {step.alert for step in steps if step.verdict in _BEGINNING}
        alerts = dict(self.store.load({step.alert for step in steps} - born)) if steps else {}
        said: list[tuple[type[AlertNotice], Step]] = []
        for step in steps:
            before = alerts.get(step.alert)
            if before is None:
                alerts[step.alert] = self._born(step)
                said.append((AlertOpened if step.verdict is Verdict.OPEN else AlertResolved, step))
                continue
            after = alerts[step.alert] = self._changed(before, step)
            if step.verdict is Verdict.CLOSE:
                said.append((AlertResolved, step))
            elif step.word is not None and step.word.says in _REMARKS:
                said.append((_REMARKS[step.word.says], step))
            elif step.verdict is Verdict.KEEP and _decisive(before) != _decisive(after):
                said.append((AlertChanged, step))
        for alert, built in alerts.items():
            (result.opened if alert in born else result.changed).append(built)
        result.notices += _notices(said, alerts)

    def _born(self, step: Step) -> Alert:
        claim = step.claim
        assert claim is not None, "an occurrence begins with a claim"
        routing = self.router.route(claim.labels)
        fires = step.status is AlertStatus.FIRING
        return Alert(
            id=step.alert,
            fingerprint=step.fingerprint,
            status=step.status,
            severity=routing.severity,
            name=claim.labels.get("alertname", ""),
            title=title_of(claim.labels, claim.annotations),
            labels=claim.labels,
            annotations=claim.annotations,
            starts_at=step.span.starts_at,
            ends_at=step.span.ends_at,
            opened_at=step.at,
            updated_at=step.at,
            service=routing.service,
            runbook=runbook_of(claim.labels, claim.annotations, self.runbook_for),
            generator_url=claim.generator_url,
            ends_by_timeout=step.span.by_timeout,
            fired_at=step.fired_at,
            ever_fired=fires,
            routed_by=self.router.version,
            content=step.content,
            closed_at=None if fires else step.at,
            targets=routing.targets,
            silenced_by=self.silencer.covering(claim.labels, routing.service) if fires else (),
            source=claim.source,
            cause=claim.cause,
            previous=step.previous,
        )

    def _changed(self, alert: Alert, step: Step) -> Alert:
        claim = step.claim
        if step.word is not None and step.verdict is Verdict.KEEP:
            return self._amended(alert, step.word)
        moved = replace(
            alert,
            starts_at=step.span.starts_at,
            ends_at=step.span.ends_at,
            ends_by_timeout=step.span.by_timeout,
            updated_at=step.at,
            fired_at=step.fired_at,
        )
        if step.verdict is not Verdict.KEEP or claim is None:
            closed_at, closed_by = alert.closed_at or step.at, step.by or alert.closed_by
            return replace(moved, status=step.status, closed_at=closed_at, closed_by=closed_by)
        routing = self.router.route(claim.labels)
        return replace(
            moved,
            severity=routing.severity,
            service=routing.service,
            targets=routing.targets,
            routed_by=self.router.version,
            name=claim.labels.get("alertname", ""),
            title=title_of(claim.labels, claim.annotations),
            labels=claim.labels,
            annotations=claim.annotations,
            generator_url=claim.generator_url,
            content=step.content,
            runbook=runbook_of(claim.labels, claim.annotations, self.runbook_for),
        )

    def _amended(self, alert: Alert, word: SenderWord) -> Alert:
        """Other words for the same alert, routed anew; a remark changes nothing but when it was last heard of."""
        if not (word.labels or word.annotations):
            return replace(alert, updated_at=word.received_at)
        labels, annotations = {**alert.labels, **word.labels}, {**alert.annotations, **word.annotations}
        routing = self.router.route(labels)
        return replace(
            alert,
            labels=labels,
            annotations=annotations,
            title=title_of(labels, annotations),
            severity=routing.severity,
            service=routing.service,
            targets=routing.targets,
            routed_by=self.router.version,
            updated_at=word.received_at,
            runbook=runbook_of(labels, annotations, self.runbook_for),
        )


def to_all_targets(kind: type[AlertNotice], alert: Alert, cause: str | None) -> list[Notice]:
    """One event for the alert's own target, and one more for each further place that a continuing route names."""
    first, *further = alert.targets
    own = Notice(notice(kind, alert, first), cause)
    if kind is AlertSilenced:
        return [own]
    return [own, *(Notice(notice(AlertRouted, alert, target), cause) for target in further)]


def _decisive(alert: Alert) -> tuple[object, ...]:
    """What a change of is worth an event."""
    return alert.severity, alert.service, alert.targets, alert.runbook


def _notices(said: Iterable[tuple[type[AlertNotice], Step]], alerts: Mapping[AlertId, Alert]) -> list[Notice]:
    """Events in order. Each tells of the alert as it is at the end of the batch, so that nobody is called for what is over."""
    found: list[Notice] = []
    for kind, step in said:
        alert, cause = alerts[step.alert], step.claim.cause if step.claim else None
        if kind is AlertOpened:
            found += to_all_targets(AlertOpened, alert, cause)
        else:
            found.append(Notice(notice(kind, alert, word=step.word), cause))
    return found
