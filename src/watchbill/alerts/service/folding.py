"""Turns claims, in their order, into alerts and the events that say what happened to them. No I/O beyond its ports.

Two passes: this one judges every claim by the little that is kept in memory of each alert; only the occurrences that really
change are loaded and built in the second (see building.py). A repetition that changes nothing costs no read and no write.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from watchbill.alerts.model import (
    AlertSilenced,
    AlertStatus,
    AlertUnsilenced,
    Closing,
    Observation,
    Says,
    SenderWord,
)
from watchbill.alerts.ports import FoldStore
from watchbill.alerts.rules.fingerprint import fingerprint, fingerprint_of_key
from watchbill.alerts.rules.merging import RESOLVE_TIMEOUT, Decision, Span, Standing, Verdict, decide, span_of
from watchbill.alerts.rules.routing import Router
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service.building import Builder, to_all_targets
from watchbill.alerts.service.steps import Folded, Step
from watchbill.kernel.ids import AlertId, Ids

__all__ = ["Claim", "Fold", "content_of"]

Claim: TypeAlias = Observation | Closing | SenderWord
DUE_AT_ONCE = 2_000  # alerts that expire in one transaction


def _identity(claim: Claim) -> str:
    if isinstance(claim, Closing):
        return claim.fingerprint
    if claim.key:
        return fingerprint_of_key(claim.key)
    assert isinstance(claim, Observation), "a sender's word names its alert by a key"
    return fingerprint(claim.labels)


def content_of(claim: Observation) -> int:
    """64 bits over annotations and generator: equal for repetitions that say the same.

    Over the labels as well, where they are not the alert's identity and may therefore change.
    """
    labels = sorted(claim.labels.items()) if claim.key else ()
    said = "\0".join(
        [claim.generator_url, *(part for pair in (*sorted(claim.annotations.items()), *labels) for part in pair)]
    )
    digest = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """The fold over one state of the resources and of the silences. What it plans is written by whoever calls it."""

    store: FoldStore
    router: Router
    silencer: Silencer
    runbook_for: Callable[[str], str | None]
    ids: Ids
    resolve_timeout: timedelta = RESOLVE_TIMEOUT

    def fold(self, claims: Sequence[Claim]) -> Folded:
        """Judge the claims in order."""
        prints = [_identity(claim) for claim in claims]
        standing = dict(self.store.standing(set(prints)))
        result, steps = Folded(claims=len(claims)), list[Step]()
        for identity, claim in zip(prints, claims, strict=True):
            known = standing.get(identity)
            if known is not None and known.status is AlertStatus.FIRING and known.ends_at <= claim.received_at:
                known = standing[identity] = result.standing[identity] = _expire(known, claim.received_at, steps)
            if isinstance(claim, Closing):
                after = _close_by_hand(known, claim, steps)
            elif isinstance(claim, SenderWord):
                after = _hear(known, identity, claim, steps)
            else:
                after = self._judge(known, identity, claim, steps)
            if after is None:
                result.ignored += 1
            else:
                standing[identity] = result.standing[identity] = after
        self._builder.build(steps, result)
        return result

    def expire(self, now: datetime) -> Folded:
        """End those whose senders have fallen silent: a batch of them, earliest first."""
        result, steps = Folded(), list[Step]()
        due = self.store.due(now, DUE_AT_ONCE)
        standing = self.store.standing(due)
        for identity in due:
            result.standing[identity] = _expire(standing[identity], now, steps)
        self._builder.build(steps, result)
        return result

    def resilence(self) -> Folded:
        """Ask the silences again about all that fires: some began, ended, or were changed."""
        result = Folded()
        covered = {
            alert: covering
            for alert, labels, service, before in self.store.firing_labels()
            if (covering := self.silencer.covering(labels, service)) != before
        }
        for alert in self.store.load(covered).values():
            changed = replace(alert, silenced_by=covered[alert.id])
            result.changed.append(changed)
            if bool(changed.silenced_by) != bool(alert.silenced_by):
                kind = AlertSilenced if changed.silenced_by else AlertUnsilenced
                result.notices += to_all_targets(kind, changed, next(iter(changed.silenced_by), None))
        return result

    @property
    def _builder(self) -> Builder:
        return Builder(self.store, self.router, self.silencer, self.runbook_for)

    def _judge(self, known: Standing | None, identity: str, claim: Observation, steps: list[Step]) -> Standing | None:
        """What stands afterwards; None where the claim changes nothing at all."""
        decision = decide(known, span_of(claim, self.resolve_timeout), claim.received_at)
        if decision.verdict is Verdict.IGNORE:
            return None
        if known is None or decision.verdict in {Verdict.OPEN, Verdict.RECORD}:
            return self._open(known, identity, claim, decision, steps)
        if decision.verdict is Verdict.KEEP:
            return self._keep(known, identity, claim, decision, steps)
        return _close(
            known,
            Step(
                known.id,
                decision.verdict,
                decision.span,
                claim.received_at,
                decision.fired_at,
                claim,
                status=AlertStatus.RESOLVED,
            ),
            steps,
        )

    def _open(
        self, known: Standing | None, identity: str, claim: Observation, decision: Decision, steps: list[Step]
    ) -> Standing:
        over = decision.verdict is Verdict.RECORD
        span, at = decision.span, claim.received_at
        step = Step(
            self.ids.new(AlertId),
            decision.verdict,
            span,
            at,
            decision.fired_at,
            claim,
            identity,
            previous=known.id if known else None,
            content=content_of(claim),
            status=AlertStatus.RESOLVED if over else AlertStatus.FIRING,
        )
        steps.append(step)
        return Standing(
            id=step.alert,
            status=step.status,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            by_timeout=span.by_timeout,
            fired_at=decision.fired_at,
            ever_fired=not over,
            closed_at=at if over else None,
            closed_by_hand=False,
            content=step.content,
            routed_by=self.router.version,
            seen_at=at,
        )

    def _keep(
        self, known: Standing, identity: str, claim: Observation, decision: Decision, steps: list[Step]
    ) -> Standing:
        span, content, version = decision.span, content_of(claim), self.router.version
        if content != known.content or span.starts_at != known.starts_at or version != known.routed_by:
            at, fired_at = claim.received_at, decision.fired_at
            steps.append(Step(known.id, Verdict.KEEP, span, at, fired_at, claim, identity, content=content))
        return Standing(  # spelled out: `replace` costs three times as much, and this runs for every repetition
            known.id,
            known.status,
            span.starts_at,
            span.ends_at,
            span.by_timeout,
            decision.fired_at,
            known.ever_fired,
            None,
            False,  # noqa: FBT003 - as above
            content,
            version,
            claim.received_at,
        )


def _expire(known: Standing, now: datetime, steps: list[Step]) -> Standing:
    """Its sender fell silent: it ended when its word ended."""
    span = Span(known.starts_at, known.ends_at, known.by_timeout)
    return _close(known, Step(known.id, Verdict.CLOSE, span, now, known.fired_at, status=AlertStatus.EXPIRED), steps)


def _close_by_hand(known: Standing | None, closing: Closing, steps: list[Step]) -> Standing | None:
    """A person said that it is over; None where that very occurrence is over already."""
    if known is None or known.id != closing.alert or known.status is not AlertStatus.FIRING:
        return None
    at = closing.received_at
    span = Span(known.starts_at, max(at, known.starts_at))
    step = Step(known.id, Verdict.CLOSE, span, at, known.fired_at, status=AlertStatus.RESOLVED, by=closing.by)
    return _close(known, step, steps)


def _hear(known: Standing | None, identity: str, word: SenderWord, steps: list[Step]) -> Standing | None:
    """A sender's word about an alert that it named; None where that alert does not fire."""
    if known is None or known.status is not AlertStatus.FIRING:
        return None
    at, fired_at = word.received_at, known.fired_at
    if word.says is Says.ENDED:
        span = Span(known.starts_at, max(at, known.starts_at))
        return _close(
            known, Step(known.id, Verdict.CLOSE, span, at, fired_at, status=AlertStatus.RESOLVED, word=word), steps
        )
    span = Span(known.starts_at, known.ends_at, known.by_timeout)
    steps.append(
        Step(known.id, Verdict.KEEP, span, at, fired_at, fingerprint=identity, content=known.content, word=word)
    )
    return known


def _close(known: Standing, step: Step, steps: list[Step]) -> Standing:
    """End the occurrence, or correct the end of one that is over."""
    steps.append(step)
    return replace(
        known,
        status=step.status,
        starts_at=step.span.starts_at,
        ends_at=step.span.ends_at,
        by_timeout=step.span.by_timeout,
        closed_at=known.closed_at or step.at,
        closed_by_hand=known.closed_by_hand or step.by is not None,
        seen_at=step.at,
    )
