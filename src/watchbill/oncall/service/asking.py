"""One question after a shift, answered with one tap, and counted so that no answer leads back to a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from watchbill.alerts.model import Severity
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import Ids, SurveyId
from watchbill.oncall.health_ports import Surveys
from watchbill.oncall.model.handoffs import ShiftEnded, Survey
from watchbill.oncall.service.handing import IsPerson, Tell
from watchbill.oncall.service.intake import NewPage
from watchbill.people.model import Actor
from watchbill.people.service import PeopleService

__all__ = ["SurveyService"]

_ANSWERED_WITHIN = timedelta(days=30)
BEST = 5


@dataclass(eq=False, kw_only=True)
class SurveyService:
    """Questions within one transaction."""

    store: Surveys
    people: PeopleService
    tell: Tell
    is_person: IsPerson
    ids: Ids
    clock: Clock

    def shift_ended(self, recorded: Recorded) -> Survey:
        """Ask whoever stood the shift."""
        event = recorded.event
        assert isinstance(event, ShiftEnded)
        survey = Survey(self.ids.new(SurveyId), event.schedule, event.person, event.end, self.clock.now())
        self.store.ask(survey)
        new = NewPage(
            title=f"How was your watch on {event.schedule}?",
            sentence=f"How was your watch on {event.schedule}? One tap, from 1 (bad) to 5 (good). Nobody sees who said what.",
            severity=Severity.P3,
        )
        self.tell(event.person, new, key=survey.id, cause=survey.id)
        return survey

    def waiting(self, person: str) -> Sequence[Survey]:
        """Questions to this person that can still be answered, newest first."""
        return self.store.unanswered(person, self.clock.now() - _ANSWERED_WITHIN)

    def find(self, survey: str) -> Survey:
        """One by id; raises NotFound."""
        found = self.store.get(SurveyId(survey), lock=True)
        if found is None:
            raise NotFound("survey", survey, hint="`watchbill oncall survey` lists those that wait for you")
        return found

    def look(self, survey: str) -> Survey:
        """The same without a lock, for reading."""
        found = self.store.get(SurveyId(survey), lock=False)
        if found is None:
            raise NotFound("survey", survey)
        return found

    def answer(self, survey: str, score: int, who: Actor) -> Survey:
        """Count the answer. It cannot be changed afterwards, because nothing remembers which one it was.

        Raises Forbidden for anybody but the person who was asked, and Conflict for a second answer or after 30 days.
        """
        if not 1 <= score <= BEST:
            raise Invalid("score", f"{score} is not between 1 and {BEST}")
        found = self.find(survey)
        if who.name != found.person or not self.is_person(who):
            raise Forbidden(f"{found.person} was asked, not {who.name}", hint="nobody answers for another")
        if found.answered:
            raise Conflict("this question is answered", hint="nothing remembers which answer was yours, so it stays")
        if self.clock.now() - found.asked_at > _ANSWERED_WITHIN:
            raise Conflict("this question is older than 30 days")
        zone = self.people.organisation().timezone
        self.store.answer(found, found.ends_at.astimezone(zone).date().replace(day=1), score)
        return found
