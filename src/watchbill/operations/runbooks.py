"""Operations on runbooks: the list, and one of them by name or by the alert it answers."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from watchbill.bootstrap import Services
from watchbill.oncall.model import Mitigation, Runbook
from watchbill.oncall.rules.freshness import freshness
from watchbill.people.model import Actor

__all__ = [
    "DiagnosisStepView",
    "FreshnessView",
    "ListRunbooks",
    "MitigationView",
    "RunbookEscalationView",
    "RunbookRow",
    "RunbookView",
    "ShowRunbook",
    "list_all",
    "show",
]


class ListRunbooks(BaseModel):
    """Input of `runbook.list`."""

    model_config = ConfigDict(extra="forbid")

    owner: str | None = None


class ShowRunbook(BaseModel):
    """Input of `runbook.show`: its name, or the alert that it answers."""

    model_config = ConfigDict(extra="forbid")

    name: str


class DiagnosisStepView(BaseModel):
    """One thing to look at."""

    step: str
    command: str | None
    expected: str
    if_unexpected: str


class MitigationView(BaseModel):
    """One way to stop the bleeding."""

    option: str
    when: str
    steps: list[DiagnosisStepView]


class RunbookEscalationView(BaseModel):
    """Whom to call in when it has not helped."""

    after_minutes: int | None
    contact: str
    context_to_provide: str


class FreshnessView(BaseModel):
    """When it was last used, tested by an experiment (null: no experiment of this installation has done so), and edited.

    `stale`: none of the three within 90 days.
    """

    last_used: datetime | None
    last_tested: datetime | None
    last_edited: datetime | None
    stale: bool


class RunbookRow(BaseModel):
    """One runbook in a list."""

    name: str
    title: str
    alert_name: str
    owner: str
    service: str
    last_updated: str
    freshness: FreshnessView


class RunbookView(RunbookRow):
    """One runbook, whole."""

    overview: str
    impact: str
    diagnosis: list[DiagnosisStepView]
    mitigation: list[MitigationView]
    escalation: RunbookEscalationView
    body: str


def list_all(s: Services, who: Actor, given: ListRunbooks) -> list[RunbookRow]:
    """All runbooks by name."""
    used, tested = s.acting.runs.last_used(), s.acting.last_tested()
    return [
        RunbookRow(**_row(book), freshness=_freshness(s, book, used, tested))
        for book in s.runbooks.list()
        if given.owner in {None, book.owner}
    ]


def show(s: Services, who: Actor, given: ShowRunbook) -> RunbookView:
    """One runbook, by its name or by the alert that it answers."""
    book = s.runbooks.find(given.name)
    return RunbookView(
        **_row(book),
        freshness=_freshness(s, book, s.acting.runs.last_used(), s.acting.last_tested()),
        overview=book.overview,
        impact=book.impact,
        diagnosis=[DiagnosisStepView(**asdict(step)) for step in book.diagnosis],
        mitigation=[_way(way) for way in book.mitigation],
        escalation=RunbookEscalationView(**asdict(book.escalation)),
        body=book.body,
    )


def _row(book: Runbook) -> dict[str, str]:
    return {
        "name": book.name,
        "title": book.title,
        "alert_name": book.alert_name,
        "owner": book.owner,
        "service": book.service,
        "last_updated": book.last_updated,
    }


def _way(way: Mitigation) -> MitigationView:
    return MitigationView(
        option=way.option, when=way.when, steps=[DiagnosisStepView(**asdict(step)) for step in way.steps]
    )


def _freshness(
    s: Services, book: Runbook, used: Mapping[str, datetime], tested: Mapping[str, datetime]
) -> FreshnessView:
    found = freshness(book, used=used.get(book.name), tested=tested.get(book.name), now=s.now)
    return FreshnessView(**asdict(found))
