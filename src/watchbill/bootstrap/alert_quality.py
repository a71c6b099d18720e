"""The services that judge alerts: by what happened, by how they are written, and by what would happen now."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.resources.alerting.files import read_rules
from watchbill.adapters.store.alert_history import AlertHistory
from watchbill.adapters.workdays import PublicHolidays
from watchbill.alerts.model.written import WrittenAlert
from watchbill.alerts.service.linting import LintService
from watchbill.alerts.service.noise import NoiseService
from watchbill.kernel.errors import Fault

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["AlertQuality"]


class AlertQuality:
    """What judges alerts, over one transaction; built on first use."""

    def __init__(self, services: "Services") -> None:
        self._services = services

    @cached_property
    def noise(self) -> NoiseService:
        """By what really happened."""
        s = self._services
        history = AlertHistory(s.connection)
        return NoiseService(history=history, people=s.people, holidays=PublicHolidays(), clock=s.clock)

    @cached_property
    def lint(self) -> LintService:
        """By how they are written."""
        s = self._services
        return LintService(
            read_rules=_read,
            slos=s.definitions.slos.slos,
            runbooks=lambda: _steps(s),
            runbook_for=s.runbook_for,
            origin_of=lambda slo: _origin(s, slo),
            noise=self.noise,
        )


def _read(path: str, text: str) -> tuple[Sequence[WrittenAlert], Sequence[Fault]]:
    found = read_rules(path, text)
    return found.alerts, found.faults


def _steps(s: "Services") -> Mapping[str, int]:
    """How many steps each runbook holds; prose of its own counts as one."""
    return {
        one.name: len(one.diagnosis) + sum(len(way.steps) or 1 for way in one.mitigation) + bool(one.body.strip())
        for one in s.definitions.runbooks.list()
    }


def _origin(s: "Services", slo: str) -> str | None:
    found = s.documents.get("slo", slo)
    return found.origin if found else None
