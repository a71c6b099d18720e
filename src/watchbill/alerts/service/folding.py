"""Turns claims, in their order, into alerts and the events that say what happened to them. No I/O beyond its ports.

Two passes: the first judges every claim by the little that is kept in memory of each alert; only those that really change
something are loaded and built in the second. A repetition that changes nothing costs no read and no write.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from watchbill.alerts.model import (
    Alert,
    AlertChanged,
    AlertNotice,
    AlertOpened,
    AlertResolved,
    AlertRouted,
    AlertSilenced,
    AlertStatus,
    AlertUnsilenced,
    Closing,
    Observation,
)
from watchbill.alerts.ports import FoldStore
from watchbill.alerts.rules.fingerprint import fingerprint
from watchbill.alerts.rules.merging import Decision, Span, Standing, Verdict, decide, span_of
from watchbill.alerts.rules.routing import Router, runbook_of, title_of
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service.notices import notice
from watchbill.kernel.ids import AlertId, Ids

__all__ = ["Fold", "Folded", "Notice", "content_of"]

DUE_AT_ONCE = 5_000  # alerts that expire in one transaction


@dataclass(frozen=True, slots=True)
class Notice:
    """An event to publish about an alert, and what caused it."""

    event: AlertNotice
    cause: str | None


@dataclass(slots=True)
class Folded:
    """What a batch of claims came to: rows to write, what now stands, events in order; counts for the metrics."""

    opened: list[Alert] = field(default_factory=list)
    changed: list[Alert] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    claims: int = 0
    ignored: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.opened or self.changed or self.standing or self.notices)


@dataclass(frozen=True, slots=True)
class _Step:
    """One claim that changes an occurrence, as the first pass judged it."""

    alert: AlertId
    verdict: Verdict
    span: Span
    at: datetime
    claim: Observation | None = None
    fingerprint: str = ""
    previous: AlertId | None = None
    fired_at: datetime | None = None
    content: int = 0
    status: AlertStatus = AlertStatus.FIRING
    by: str | None = None


def content_of(claim: Observation) -> int:
    """64 bits over annotations and generator: equal for repetitions that say the same."""
    said = "\0".join([claim.generator_url, *(part for pair in sorted(claim.annotations.items()) for part in pair)])
    digest = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """The fold over one state of the resources and of the silences."""

    store: FoldStore
    router: Router
    silencer: Silencer
    runbook_for: Callable[[str], str | None]
    ids: Ids

    def fold(self, claims: Sequence[Observation | Closing]) -> Folded:
        """Judge the claims in order; nothing is written yet (see `save`)."""
        prints = [claim.fingerprint if isinstance(claim, Closing) else fingerprint(claim.labels) for claim in claims]
        standing = dict(self.store.standing(set(prints)))
        result = Folded(claims=len(claims))
        steps: list[_Step] = []
        for identity, claim in zip(prints, claims, strict=True):
            known = standing.get(identity)
            if known is not None and _has_lapsed(known, claim.received_at):
                known = standing[identity] = result.standing[identity] = _expire(known, claim.received_at, steps)
            if isinstance(claim, Closing):
                after = self._close(known, claim, steps)
            else:
                after = self._judge(known, identity, claim, steps)
            if after is None:
                result.ignored += 1
            else:
                standing[identity] = result.standing[identity] = after
        self._build(steps, result)
        return result

    def expire(self, now: datetime) -> Folded:
        """End those whose senders have fallen silent: a batch of them, earliest first."""
        result, steps = Folded(), list[_Step]()
        due = self.store.due(now, DUE_AT_ONCE)
        standing = self.store.standing(due)
        for identity in due:
            result.standing[identity] = _expire(standing[identity], now, steps)
        self._build(steps, result)
        return result

    def resilence(self) -> Folded:
        """Ask the silences again about all that fires: some began, ended, or were changed."""
        result = Folded()
        covered = {
            alert: covering
            for alert, labels, before in self.store.firing_labels()
            if (covering := self.silencer.covering(labels)) != before
        }
        for alert in self.store.load(covered).values():
            changed = replace(alert, silenced_by=covered[alert.id])
            result.changed.append(changed)
            if bool(changed.silenced_by) != bool(alert.silenced_by):
                kind = AlertSilenced if changed.silenced_by else AlertUnsilenced
                result.notices += _to_all_targets(kind, changed, next(iter(changed.silenced_by), None))
        return result

    def save(self, folded: Folded, publish: Callable[[AlertNotice, AlertId, str | None], object]) -> None:
        """Write what a batch came to: rows in bulk, then its events in order."""
        self.store.save(folded.opened, folded.changed, folded.standing)
        for said in folded.notices:
            publish(said.event, said.event.alert, said.cause)

    # --- first pass: judge

    def _judge(self, known: Standing | None, identity: str, claim: Observation, steps: list[_Step]) -> Standing | None:
        """What stands afterwards; None where the claim changes nothing at all."""
        span = span_of(claim)
        decision = decide(known, span, claim.received_at)
        match decision.verdict:
            case Verdict.IGNORE:
                return None
            case Verdict.OPEN | Verdict.RECORD:
                return self._open(known, identity, claim, decision, steps)
            case Verdict.KEEP:
                assert known is not None
                return self._keep(known, identity, claim, decision, steps)
            case Verdict.CLOSE | Verdict.AMEND:
                assert known is not None
                return _close(known, decision, claim.received_at, steps, cause_of=claim)

    def _open(
        self, known: Standing | None, identity: str, claim: Observation, decision: Decision, steps: list[_Step]
    ) -> Standing:
        over = decision.verdict is Verdict.RECORD
        span, content = decision.span, content_of(claim)
        alert = self.ids.new(AlertId)
        status = AlertStatus.RESOLVED if over else AlertStatus.FIRING
        steps.append(
            _Step(
                alert,
                decision.verdict,
                span,
                claim.received_at,
                claim,
                identity,
                previous=known.id if known else None,
                fired_at=decision.fired_at,
                content=content,
                status=status,
            )
        )
        return Standing(
            id=alert,
            status=status,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            by_timeout=span.by_timeout,
            fired_at=decision.fired_at,
            ever_fired=not over,
            closed_at=claim.received_at if over else None,
            closed_by_hand=False,
            content=content,
            routed_by=self.router.version,
            seen_at=claim.received_at,
        )

    def _keep(
        self, known: Standing, identity: str, claim: Observation, decision: Decision, steps: list[_Step]
    ) -> Standing:
        span, content = decision.span, content_of(claim)
        unchanged = (
            content == known.content and span.starts_at == known.starts_at and known.routed_by == self.router.version
        )
        if not unchanged:
            steps.append(
                _Step(
                    known.id,
                    Verdict.KEEP,
                    span,
                    claim.received_at,
                    claim,
                    identity,
                    fired_at=decision.fired_at,
                    content=content,
                )
            )
        return Standing(
            known.id,
            known.status,
            span.starts_at,
            span.ends_at,
            span.by_timeout,
            decision.fired_at,
            known.ever_fired,
            None,
            False,  # noqa: FBT003 - positional for speed: this runs for every repetition of every sender
            content,
            self.router.version,
            claim.received_at,
        )

    @staticmethod
    def _close(known: Standing | None, closing: Closing, steps: list[_Step]) -> Standing | None:
        if known is None or known.id != closing.alert or not known.status.is_firing:
            return None
        span = Span(known.starts_at, max(closing.received_at, known.starts_at))
        decision = Decision(Verdict.CLOSE, span, known.fired_at)
        return _close(known, decision, closing.received_at, steps, by=closing.by)

    # --- second pass: build

    def _build(self, steps: Sequence[_Step], result: Folded) -> None:
        born = {step.alert for step in steps if step.verdict in {Verdict.OPEN, Verdict.RECORD}}
        alerts = dict(self.store.load({step.alert for step in steps} - born))
        said: list[tuple[type[AlertNotice], _Step]] = []
        for step in steps:
            if step.alert in born and step.alert not in alerts:
                alerts[step.alert] = self._born(step)
                said.append((AlertOpened if step.verdict is Verdict.OPEN else AlertResolved, step))
                continue
            before = alerts[step.alert]
            after = alerts[step.alert] = self._changed(before, step)
            if step.verdict is Verdict.CLOSE:
                said.append((AlertResolved, step))
            elif step.verdict is Verdict.KEEP and _decides(before) != _decides(after):
                said.append((AlertChanged, step))
        for alert, known in alerts.items():
            (result.opened if alert in born else result.changed).append(known)
        result.notices += _notices(said, alerts)

    def _born(self, step: _Step) -> Alert:
        claim = step.claim
        assert claim is not None
        routing = self.router.route(claim.labels)
        over = step.status is not AlertStatus.FIRING
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
            ever_fired=not over,
            routed_by=self.router.version,
            content=step.content,
            closed_at=step.at if over else None,
            targets=routing.targets,
            silenced_by=() if over else self.silencer.covering(claim.labels),
            source=claim.source,
            cause=claim.cause,
            previous=step.previous,
        )

    def _changed(self, alert: Alert, step: _Step) -> Alert:
        claim = step.claim
        moved = replace(
            alert,
            starts_at=step.span.starts_at,
            ends_at=step.span.ends_at,
            ends_by_timeout=step.span.by_timeout,
            updated_at=step.at,
            fired_at=step.fired_at,
        )
        if step.verdict is not Verdict.KEEP or claim is None:
            return replace(
                moved, status=step.status, closed_at=alert.closed_at or step.at, closed_by=step.by or alert.closed_by
            )
        routing = self.router.route(claim.labels)
        return replace(
            moved,
            severity=routing.severity,
            service=routing.service,
            targets=routing.targets,
            routed_by=self.router.version,
            title=title_of(claim.labels, claim.annotations),
            annotations=claim.annotations,
            generator_url=claim.generator_url,
            content=step.content,
            runbook=runbook_of(claim.labels, claim.annotations, self.runbook_for),
        )


def _has_lapsed(known: Standing, now: datetime) -> bool:
    return known.status is AlertStatus.FIRING and known.ends_at <= now


def _expire(known: Standing, now: datetime, steps: list[_Step]) -> Standing:
    decision = Decision(Verdict.CLOSE, Span(known.starts_at, known.ends_at, known.by_timeout), known.fired_at)
    return _close(known, decision, now, steps, status=AlertStatus.EXPIRED)


def _close(
    known: Standing,
    decision: Decision,
    now: datetime,
    steps: list[_Step],
    *,
    status: AlertStatus = AlertStatus.RESOLVED,
    by: str | None = None,
    cause_of: Observation | None = None,
) -> Standing:
    """End the occurrence, or correct the end of one that is over."""
    span = decision.span
    steps.append(
        _Step(known.id, decision.verdict, span, now, cause_of, fired_at=decision.fired_at, status=status, by=by)
    )
    return replace(
        known,
        status=status,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        by_timeout=span.by_timeout,
        closed_at=known.closed_at or now,
        closed_by_hand=known.closed_by_hand or by is not None,
        seen_at=now,
    )


def _decides(alert: Alert) -> tuple[object, ...]:
    """What a change of is worth an event."""
    return alert.severity, alert.service, alert.targets, alert.runbook


def _notices(said: Iterable[tuple[type[AlertNotice], _Step]], alerts: Mapping[AlertId, Alert]) -> list[Notice]:
    """Events in order; each tells of the alert as it stands at the end of the batch, so that nobody is called for what is over."""
    found: list[Notice] = []
    for kind, step in said:
        alert, cause = alerts[step.alert], step.claim.cause if step.claim else None
        if kind is AlertOpened:
            found += _to_all_targets(AlertOpened, alert, cause)
        else:
            found.append(Notice(notice(kind, alert), cause))
    return found


def _to_all_targets(kind: type[AlertNotice], alert: Alert, cause: str | None) -> list[Notice]:
    """One event for the alert's own target, one more for each further place that a continuing route names."""
    first, *further = alert.targets
    own = Notice(notice(kind, alert, first), cause)
    if kind is AlertSilenced:
        return [own]
    return [own, *(Notice(notice(AlertRouted, alert, target), cause) for target in further)]
