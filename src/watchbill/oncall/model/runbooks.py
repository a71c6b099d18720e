"""Runbooks: what an alert means and what to do about it, in the playbook's template (ph. 10)."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["DiagnosisStep", "Mitigation", "Runbook", "RunbookEscalation"]


@dataclass(frozen=True, slots=True)
class DiagnosisStep:
    """One thing to look at: the command as written (None: nothing to run), what a healthy answer is, what to do otherwise."""

    step: str
    command: str | None = None
    expected: str = ""
    if_unexpected: str = ""


@dataclass(frozen=True, slots=True)
class Mitigation:
    """One way to stop the bleeding, and when it is the right one."""

    option: str
    when: str = ""
    steps: tuple[DiagnosisStep, ...] = ()


@dataclass(frozen=True, slots=True)
class RunbookEscalation:
    """Whom to call in when the runbook has not helped after so many minutes, and what to tell them."""

    after_minutes: int | None = None
    contact: str = ""
    context_to_provide: str = ""


@dataclass(frozen=True, slots=True)
class Runbook:
    """One runbook; `name` is its id, `alert_name` the exact alert that it answers, `last_updated` as the author wrote it.

    `edited_at` is when watchbill last saw its text change.
    """

    name: str
    title: str
    alert_name: str = ""
    last_updated: str = ""
    owner: str = ""
    overview: str = ""
    impact: str = ""
    diagnosis: tuple[DiagnosisStep, ...] = ()
    mitigation: tuple[Mitigation, ...] = ()
    escalation: RunbookEscalation = RunbookEscalation()
    body: str = ""
    service: str = ""
    edited_at: datetime | None = None
