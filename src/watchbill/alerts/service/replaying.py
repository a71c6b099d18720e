"""Replays stored payloads through the present routes, silences, maintenance windows and mappings. Nothing is written.

The replay begins with an empty table: an alert that fired before the window is met at its first resend in it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watchbill.alerts.model import (
    Alert,
    AlertAcknowledged,
    AlertNoted,
    AlertNotice,
    AlertResolved,
    AlertSilenced,
    Closing,
)
from watchbill.alerts.model.replay import Happened, Replayed, StoredBody, Would
from watchbill.alerts.rules.comparing import compare
from watchbill.alerts.rules.routing import Router
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service.folding import Claim, Fold
from watchbill.alerts.service.rehearsal import Rehearsal
from watchbill.alerts.service.steps import Folded
from watchbill.kernel.ids import AlertId, Ids

__all__ = ["Chosen", "ReplayService", "door_of", "policies_of"]

_FAULTS_SHOWN = 100
_REMARKS = (AlertAcknowledged, AlertNoted)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which payloads: those received in [since, until), of one protocol, of one integration; at most so many claims."""

    since: datetime
    until: datetime
    protocol: str | None = None
    integration: str | None = None
    most_claims: int = 200_000

    def takes(self, protocol: str, integration: str) -> bool:
        """Whether a payload that came by this door is wanted."""
        return self.protocol in {None, protocol} and self.integration in {None, integration}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayService:
    """`whom` says who would be called first, by policy (None: none fits), service and moment."""

    bodies: Callable[[Chosen], Iterable[StoredBody]]
    happened: Callable[[datetime, datetime], Sequence[Happened]]
    silencer_at: Callable[[datetime], Silencer]
    whom: Callable[[str | None, str | None, datetime], Sequence[str]]
    router: Router
    runbook_for: Callable[[str], str | None]
    ids: Ids

    def replay(self, chosen: Chosen) -> Replayed:
        """Fold what was received, in its order, and put the outcome beside what happened."""
        stage = _Stage(self)
        bodies = claims = 0
        faults, until = list[StoredBody](), chosen.until
        truncated = False
        for body in self.bodies(chosen):
            if claims + len(body.claims) > chosen.most_claims:
                truncated, until = True, body.received_at
                break
            bodies, claims = bodies + 1, claims + len(body.claims)
            if body.fault and len(faults) < _FAULTS_SHOWN:
                faults.append(body)
            stage.play(body)
        was = [one for one in self.happened(chosen.since, until) if chosen.takes(*door_of(one.source))]
        outcomes = compare(stage.found(), was, chosen.since)
        return Replayed(chosen.since, until, bodies, claims, tuple(outcomes), tuple(faults), stage.walks, truncated)


class _Stage:
    """One replay as it goes on: alert state, who fires in which group, and for what somebody would be called."""

    def __init__(self, service: ReplayService) -> None:
        self._service = service
        self._memory = Rehearsal()
        self._silencer = Silencer()
        self._groups = defaultdict[str, set[AlertId]](set)
        self._groups_of = defaultdict[AlertId, set[str]](set)
        self._born: dict[AlertId, Would] = {}
        self.walks = 0

    def play(self, body: StoredBody) -> None:
        """What had ended by then ends; silences that began or ended are asked again; then the claims are folded."""
        at = body.received_at
        silencer = self._service.silencer_at(at)
        moved, self._silencer = silencer.ids != self._silencer.ids, silencer
        while (ended := self._fold.expire(at)).changes_rows:
            self._take(ended, at)
        if moved:
            self._take(self._fold.resilence(), at)
        self._take(self._fold.fold([self._known(claim) for claim in body.claims]), at)

    def found(self) -> Iterator[Would]:
        """Every occurrence, with the words that it had in the end."""
        for alert_id, would in self._born.items():
            alert = self._memory.alerts[alert_id]
            would.name, would.title = alert.name, alert.title
            would.severity, would.service, would.policies = alert.severity, alert.service, policies_of(alert)
            yield would

    @property
    def _fold(self) -> Fold:
        service = self._service
        return Fold(
            store=self._memory,
            router=service.router,
            silencer=self._silencer,
            runbook_for=service.runbook_for,
            ids=service.ids,
        )

    def _known(self, claim: Claim) -> Claim:
        """A person's word is about an occurrence that has another id here: it is the one that fires."""
        if not isinstance(claim, Closing):
            return claim
        standing = self._memory.standing([claim.fingerprint]).get(claim.fingerprint)
        return replace(claim, alert=standing.id) if standing else claim

    def _take(self, folded: Folded, at: datetime) -> None:
        self._memory.keep(folded)
        for alert in folded.opened:
            if alert.ever_fired:
                self._born[alert.id] = _would(alert)
        for one in folded.notices:
            self._hear(one.event, at)

    def _hear(self, event: AlertNotice, at: datetime) -> None:
        if isinstance(event, AlertResolved | AlertSilenced) or not event.notify:
            for key in self._groups_of.pop(event.alert, ()):
                self._groups[key].discard(event.alert)
            return
        group = self._groups[event.group_key]
        would = self._born.get(event.alert)
        if would is None or isinstance(event, _REMARKS) or event.alert in group:
            return
        if not group:
            self.walks += 1
            would.begins_walk = True
            called = self._service.whom(event.escalation_policy, event.service, at)
            would.people += [name for name in called if name not in would.people]
        would.calls = True
        group.add(event.alert)
        self._groups_of[event.alert].add(event.group_key)


def _would(alert: Alert) -> Would:
    return Would(
        alert=alert.id,
        fingerprint=alert.fingerprint,
        name=alert.name,
        title=alert.title,
        severity=alert.severity,
        service=alert.service,
        route=alert.target.route if alert.target else "",
        policies=policies_of(alert),
        opened_at=alert.opened_at,
        silenced_by=alert.silenced_by,
    )


def policies_of(alert: Alert) -> tuple[str, ...]:
    """The policies that it goes to, by name; "": whoever the service's rotation or the house names."""
    return tuple(target.escalation_policy or "" for target in alert.targets)


def door_of(source: str) -> tuple[str, str]:
    """Protocol and integration of an alert's source, `generic:zabbix`."""
    protocol, _, integration = source.partition(":")
    return protocol, integration
