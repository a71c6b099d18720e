"""Use cases of runbooks: the list, one by name, and the one that answers an alert."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchbill.kernel.errors import NotFound
from watchbill.oncall.model import FirstStep, Runbook
from watchbill.oncall.ports import Runbooks

__all__ = ["RunbookService", "first_step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookService:
    """Runbooks within one transaction."""

    definitions: Runbooks

    def list(self) -> Sequence[Runbook]:
        """All runbooks, by name."""
        return self.definitions.list()

    def find(self, name: str) -> Runbook:
        """The runbook of that name, or the one that answers the alert of that name; raises NotFound with the nearest."""
        found = self.definitions.get(name) or self._answering(name)
        if found is None:
            known = [known for one in self.definitions.list() for known in (one.name, one.alert_name) if known]
            raise NotFound("runbook", name, known=known)
        return found

    def for_alert(self, alert_name: str, named: str | None = None) -> Runbook | None:
        """The runbook that the alert names, else the one written for exactly that alert; None where there is neither."""
        by_name = self.definitions.get(named) if named else None
        return by_name or self._answering(alert_name)

    def _answering(self, alert_name: str) -> Runbook | None:
        if not alert_name:
            return None
        return next((one for one in self.definitions.list() if one.alert_name == alert_name), None)


def first_step(runbook: Runbook | None) -> FirstStep | None:
    """The first thing to look at; None where the runbook has no diagnosis."""
    if runbook is None or not runbook.diagnosis:
        return None
    step = runbook.diagnosis[0]
    return FirstStep(runbook.name, runbook.title, step.step, step.command, step.expected, step.if_unexpected)
