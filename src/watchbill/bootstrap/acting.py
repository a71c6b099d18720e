"""Puts together what people do with watchbill's hands: commands and webhooks, walks through runbooks, ways to mitigate."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.act.patterns import occurs
from watchbill.adapters.notify.render import render
from watchbill.adapters.store.alert_history import AlertHistory
from watchbill.adapters.store.executions import ExecutionRecords
from watchbill.adapters.store.runbook_runs import RunbookRunRecords
from watchbill.alerts.model import Alert
from watchbill.alerts.model.history import Occurred
from watchbill.bootstrap.investigating import LogErrors, errors_of
from watchbill.execution.service import ExecutionService, Working
from watchbill.incidents.service.mitigating import Mitigating
from watchbill.kernel.ids import AlertId
from watchbill.oncall.model import Emergency, Runbook
from watchbill.oncall.rules.steps import values_of
from watchbill.oncall.service.contact import ContactCaller
from watchbill.oncall.service.runs import RunDesk, RunService

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["Acting"]

_NO_RUNBOOK = Runbook("", "")  # a mitigation knows what its incident knows, and no more


class Acting:
    """The services of one transaction, built on first use."""

    def __init__(self, s: "Services") -> None:
        self._s = s

    @cached_property
    def executions(self) -> ExecutionService:
        """Asking for commands and webhooks, approving and looking."""
        s = self._s
        return ExecutionService(
            allowed=s.app.executor.allowed,
            store=ExecutionRecords(s.connection),
            events=s.events,
            ids=s.ids,
            clock=s.clock,
        )

    @cached_property
    def working(self) -> Working:
        """The worker's side of them."""
        return Working(self.executions, occurs)

    @cached_property
    def runs(self) -> RunService:
        """Walks through runbooks."""
        s = self._s
        emergencies = _Emergencies(s)
        desk = RunDesk(
            runbooks=s.runbooks,
            store=RunbookRunRecords(s.connection),
            executions=self.executions,
            emergencies=emergencies,
            events=s.events,
            jobs=s.jobs,
            ids=s.ids,
            clock=s.clock,
        )
        return RunService(desk, ContactCaller(s.paging, render, s.now, lambda incident: emergencies.of(incident).drill))

    @cached_property
    def mitigating(self) -> Mitigating:
        """Ways to stop the damage."""
        s = self._s
        known = list(self.executions.allowed.placeholders())
        emergencies = _Emergencies(s)
        return Mitigating(
            s.definitions.mitigations,
            self.executions,
            s.incidents.find,
            s.incidents.changes,
            lambda incident: values_of(_NO_RUNBOOK, emergencies.of(incident.id), known),
        )

    def log_errors(self, services: Collection[str]) -> LogErrors:
        """The newest error lines of the logs that promises of these services read."""
        return errors_of(self._s, services)

    def alert_happened(self, name: str, span: timedelta) -> list[Occurred]:
        """Occurrences of the alert of that name lately, oldest first."""
        history = AlertHistory(self._s.connection)
        return [one for one in history.occurred(self._s.now - span, self._s.now) if one.name == name]

    def last_tested(self) -> Mapping[str, datetime]:
        """When an experiment last exercised each runbook. This version keeps no records of experiments, so none has."""
        return {}


class _Emergencies:
    """oncall.run_ports.Emergencies over incidents and their alerts."""

    def __init__(self, s: "Services") -> None:
        self._s = s

    def of(self, reference: str) -> Emergency:
        """The incident with the labels of its newest firing alert, else of its newest."""
        found = self._s.incidents.find(reference)
        alerts = [one for alert in self._s.incidents.alerts_of(found.id) if (one := self._alert(alert)) is not None]
        newest = max(alerts, key=lambda one: (one.is_firing, one.starts_at), default=None)
        return Emergency(
            id=found.id,
            number=found.number,
            title=found.title,
            severity=found.severity,
            service=found.service,
            drill=found.drill,
            is_open=found.is_open,
            alert_names=tuple(dict.fromkeys(one.name for one in alerts)),
            labels=dict(newest.labels) if newest is not None else {},
        )

    def _alert(self, alert: AlertId) -> Alert | None:
        return self._s.alert_store.get(alert)
