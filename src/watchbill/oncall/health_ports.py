"""What health and hand-over need from outside: records of shifts, pages as they were felt, answers, and the state of things."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from watchbill.kernel.ids import HandoffId, ShiftId, SurveyId
from watchbill.oncall.model.handoffs import Handoff, Heading, Survey
from watchbill.oncall.model.health import KeptShift, SentPage

__all__ = ["HandoffSources", "Handoffs", "Holidays", "KeptShifts", "Mitigations", "PageHistory", "Surveys"]


class KeptShifts(Protocol):
    """Shifts as they were stood, in the running transaction."""

    def last(self) -> Mapping[str, KeptShift]:
        """The newest of each schedule, by its name."""

    def between(self, since: datetime, until: datetime) -> Sequence[KeptShift]:
        """Those that overlap [since, until), by start; the running ones included."""

    def begin(self, shift: KeptShift) -> bool:
        """Save a new one; False where another process has."""

    def finish(self, shift: ShiftId, end: datetime) -> bool:
        """Note its end; False where another process has."""


class PageHistory(Protocol):
    """Pages that asked for an answer, as they were felt."""

    def sent(self, since: datetime, until: datetime, now: datetime) -> Sequence[SentPage]:
        """Those whose first notification left in [since, until), in that order; tests and notices are none."""

    def names(self, since: datetime, until: datetime) -> Sequence[tuple[str, str]]:
        """(title, person) of each of the same pages."""


class Holidays(Protocol):
    """Days on which nobody works."""

    def between(self, region: str | None, start: date, end: date) -> frozenset[date]:
        """Holidays of the region in [start, end)."""


class Mitigations(Protocol):
    """How long incidents took to be mitigated."""

    def minutes(self, since: datetime, until: datetime) -> Sequence[tuple[str | None, Fraction]]:
        """(service, minutes from start to mitigation) of those mitigated in [since, until); drills are none."""


class Surveys(Protocol):
    """Questions, and answers that nobody can trace to a person."""

    def ask(self, survey: Survey) -> None:
        """Save the question."""

    def get(self, survey: SurveyId, *, lock: bool = False) -> Survey | None:
        """One by id."""

    def unanswered(self, person: str, since: datetime) -> Sequence[Survey]:
        """Questions to this person asked since then that wait for an answer, newest first."""

    def answer(self, survey: Survey, month: date, score: int) -> None:
        """Count the score for the schedule and month, and mark the question answered, with nothing that joins the two."""

    def scores(self, since: date, until: date) -> Mapping[str, Mapping[int, int]]:
        """Per schedule: how many answered each score, over the months that begin in [since, until]."""


class Handoffs(Protocol):
    """Hand-over documents."""

    def save(self, handoff: Handoff) -> None:
        """Save one, new or changed."""

    def get(self, handoff: HandoffId, *, lock: bool = False) -> Handoff | None:
        """One by id."""

    def find(
        self, *, schedule: str | None = None, person: str | None = None, before: str | None = None, limit: int = 50
    ) -> Sequence[Handoff]:
        """Newest first; `person`: those they give or take."""


class HandoffSources(Protocol):
    """What is known about the services of a watch, as Markdown lists under the five headings."""

    def texts(self, schedule: str, person: str, since: datetime, now: datetime) -> Mapping[Heading, str]:
        """The five texts; `since` is the start of the shift. Nothing to say is said."""
