"""Use cases on alerts as people and other domains know them: find, list, claim, resolve, rate, ask where one would go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchbill.alerts.model import Alert, AlertRated, Closing, Observation, Routing, RoutingStep, Severity
from watchbill.alerts.ports import AlertQuery, Alerts, Intake
from watchbill.alerts.rules.describing import runbook_of
from watchbill.alerts.rules.fingerprint import fingerprint
from watchbill.alerts.rules.routing import Router
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.rules.validity import bounds_fault, label_fault, time_fault
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import AlertId

__all__ = ["AlertService", "RouteAnswer"]


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """Where an alert with certain labels would go, with every route that was asked."""

    routing: Routing
    steps: Sequence[RoutingStep]
    silenced_by: tuple[str, ...]
    runbook: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertService:
    """Alerts within one transaction. The fold alone changes what an alert says; people's words reach it through the inbox."""

    store: Alerts
    intake: Intake
    router: Router
    silencer: Silencer
    runbook_for: Callable[[str], str | None]
    events: EventSink
    clock: Clock

    def get(self, alert: str) -> Alert:
        """The alert of that id, or the newest occurrence of that fingerprint; raises NotFound."""
        found = self.store.get(AlertId(alert)) or self.store.latest(alert)
        if found is None:
            raise NotFound("alert", alert, hint="`watchbill alerts list` shows ids and fingerprints")
        return found

    def list(self, query: AlertQuery) -> Sequence[Alert]:
        """Alerts, newest first."""
        return self.store.find(query)

    def firing(self) -> Sequence[Alert]:
        """All that fire, by fingerprint."""
        return list(self.store.firing())

    def counts(self) -> Mapping[Severity, int]:
        """How many fire, by severity."""
        return self.store.counts()

    def receive_internal(  # noqa: PLR0913 - the fields of an alert
        self,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
        *,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        generator_url: str = "",
        source: str = "watchbill",
        cause: str | None = None,
    ) -> str:
        """Take an alert in by the inbox that everybody's alerts go through; its fingerprint. An end that is past resolves it.

        Folded after the commit. Raises Invalid where an Alertmanager would refuse it.
        """
        claim = Observation(
            labels={name: value for name, value in labels.items() if value},
            annotations=dict(annotations),
            starts_at=starts_at,
            ends_at=ends_at,
            generator_url=generator_url,
            received_at=self.clock.now(),
            source=source,
            cause=cause,
        )
        if fault := label_fault(claim.labels, claim.annotations):
            raise Invalid("labels", fault, hint="alertname=... names an alert")
        if found := bounds_fault(claim.labels, claim.annotations):
            raise Invalid(*found)
        if fault := time_fault(claim):
            raise Invalid("ends_at", fault)
        self.intake.claim([claim])
        return fingerprint(claim.labels)

    def resolve(self, alert: str, *, by: str) -> Alert:
        """Take in that a person says it is over; raises Conflict where it no longer fires. The sender's own word may reopen it."""
        found = self.get(alert)
        if not found.is_firing:
            raise Conflict(f"alert {found.id} is {found.status} already")
        self.intake.close(Closing(found.id, found.fingerprint, by, self.clock.now()))
        return found

    def rate(self, alert: str, *, actionable: bool, by: str, note: str = "") -> Alert:
        """Note whether there was anything to do about it, and say so; a second word replaces the first."""
        found = self.get(alert)
        self.store.rate(found.id, actionable=actionable, by=by)
        self.events.publish(AlertRated(found.id, actionable, by, note), subject=found.id, cause=None)
        return self.get(found.id)

    def test_route(self, labels: Mapping[str, str]) -> RouteAnswer:
        """Where an alert with these labels would go, and why; nothing happens."""
        routing, steps = self.router.explain(labels)
        return RouteAnswer(
            routing, steps, self.silencer.covering(labels, routing.service), runbook_of(labels, {}, self.runbook_for)
        )
