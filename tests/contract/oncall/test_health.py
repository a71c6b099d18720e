"""The review of a week of watches, on both databases, against numbers worked by hand and recounted by plain SQL."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import bindparam, text
from tests.contract.oncall.conftest import ANN, BOB, OWNER, Drill

from watchbill.adapters.store.types import Instant
from watchbill.alerts.model import Severity
from watchbill.kernel.errors import Conflict, Forbidden, NotFound
from watchbill.kernel.ids import SurveyId
from watchbill.oncall.model.handoffs import Survey
from watchbill.oncall.model.health import Band, Evenness, Metric, TeamReview
from watchbill.oncall.service import NewPage
from watchbill.people.model import Actor, Role

ROTA = """
schedule:
  name: watch
  timezone: Europe/Paris
  compensation: {kind: pay, note: 30 EUR a night}
  layers: [{name: weekly, rotation: weekly, start: "2026-01-05T10:00:00", people: [ann, bob]}]
---
escalation_policy:
  name: watchers
  steps:
    - {notify: ["schedule:watch"], wait: 5m}
    - {notify: ["person:bob"], wait: 10m}
---
team: {name: night-owls, members: [ann, bob]}
---
service: {name: search, owner_team: night-owls, oncall_rotation: watch}
"""
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # the watch passes from ann to bob
MINUTE = timedelta(minutes=1)
on_sqlite = pytest.mark.parametrize("drill", ["sqlite"], indirect=True)  # says nothing about the store


def _keep(drill: Drill) -> None:
    drill.app.rounds.shifts()
    drill.run()


def _until(drill: Drill, moment: datetime) -> None:
    drill.forward(seconds=(moment - drill.clock.now()).total_seconds())


def _call(drill: Drill, name: str) -> str:
    return drill.fire(name, group=name, policy="watchers", service="search")


def _a_week(drill: Drill) -> None:
    """Tuesday 04:00 in Paris: two pages within ten minutes; 13:00: one that escalates; 20:30: one that was nothing."""
    drill.write(ROTA)
    _keep(drill)
    first = _call(drill, "SlowSearch")
    drill.forward(minutes=2)
    drill.acknowledge(first)
    drill.forward(minutes=4)
    second = _call(drill, "SearchErrors")
    drill.forward(minutes=1)
    drill.acknowledge(second)
    _until(drill, datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    third = _call(drill, "IndexLate")
    drill.forward(minutes=8)
    drill.acknowledge(third, BOB)
    _until(drill, datetime(2026, 11, 24, 19, 30, tzinfo=UTC))
    by_hand = NewPage("Disk noise", "Is the disk full?", Severity.P0, service="search", policy="watchers")
    fourth = drill.do(lambda paging: paging.send(by_hand, OWNER))
    drill.forward(minutes=4)
    drill.do(lambda paging: paging.not_actionable(fourth.id, ANN))
    _until(drill, MONDAY + 5 * MINUTE)
    _keep(drill)


def _review(drill: Drill, team: str = "night-owls", days: int = 28) -> TeamReview:
    with drill.app.reading() as s:
        return s.duty.health.review(days, teams=[team])[0]


def test_a_week_comes_to_what_was_worked_by_hand(drill: Drill) -> None:
    """Four pages, three interruptions, four shifts of which three were quiet, one of four calls escalated."""
    _a_week(drill)
    found = _review(drill)
    values = {metric: (figure.value, figure.band) for metric, figure in found.figures.by_metric.items()}

    assert (found.pages, found.interruptions, len(found.shifts)) == (4, 3, 4)
    assert values[Metric.PAGES] == (Fraction(3, 4), Band.HEALTHY)
    assert values[Metric.ACKNOWLEDGE] == (
        Fraction(2),
        Band.HEALTHY,
    )  # waits of 1, 2 and 4 minutes, and one cut off at 5
    assert found.figures.acknowledge_mean == Fraction(7, 3)
    assert found.figures.unanswered == 1
    assert values[Metric.ESCALATIONS] == (Fraction(25), Band.WARNING)
    assert values[Metric.FALSE_POSITIVES] == (Fraction(100), Band.CRITICAL)
    assert (found.figures.labelled, found.figures.calls) == (1, 4)
    assert values[Metric.SATISFACTION] == (None, None)
    assert found.too_small


def test_each_person_carries_what_came_in_their_hours(drill: Drill) -> None:
    """Ann had the night, a working hour and an evening; what bob got by escalation was not his watch."""
    _a_week(drill)
    found = _review(drill)
    ann, bob = found.people

    assert (ann.business, ann.off, ann.sleep, ann.nights, ann.burden) == (1, 1, 1, 1, Fraction(9, 2))
    assert (bob.interruptions, bob.pages, bob.burden) == (0, 0, Fraction(0))
    assert ann.per_week == Fraction(2 * 168) / ann.hours
    assert found.figures.by_metric[Metric.OFF_HOURS].value == ann.per_week
    assert found.burden.evenness is Evenness.UNFAIR
    assert found.hours.evenness is Evenness.BALANCED
    assert [hour for hour, count in enumerate(found.heat) if count] == [28, 37, 44]  # Tuesday 04, 13 and 20 in Paris


def test_plain_sql_counts_the_same(drill: Drill) -> None:
    """Nothing of the arithmetic above is trusted: the tables themselves say so."""
    _a_week(drill)
    found = _review(drill)
    with drill.app.reading() as s:

        def count(query: str, **values: object) -> int:
            typed = [bindparam(name, value, Instant()) for name, value in values.items()]
            return int(s.connection.execute(text(query).bindparams(*typed)).scalar_one())

        raw = count(
            "SELECT count(*) FROM pages p JOIN escalations e ON e.id = p.escalation WHERE p.person = 'ann' AND e.kind <> 'notice'"
        )
        escalated = count(
            "SELECT count(DISTINCT p.escalation) FROM pages p JOIN pages q ON q.escalation = p.escalation"
            " AND q.step > p.step WHERE p.person = 'ann' AND p.step = 0"
        )
        ended = count(
            "SELECT count(*) FROM kept_shifts WHERE schedule = 'watch' AND ends_at IS NOT NULL AND ends_at >= :since",
            since=found.since,
        )
        nothing = count("SELECT count(*) FROM escalations WHERE not_actionable_by IS NOT NULL")
    percent = found.figures.by_metric[Metric.ESCALATIONS].value

    assert raw == found.pages
    assert percent == Fraction(100 * escalated, raw)
    assert ended == len(found.shifts)
    assert found.figures.labelled == nothing


@on_sqlite
def test_a_quiet_month_is_compared_with_the_one_before(drill: Drill) -> None:
    """The trend is the value of as many days before."""
    _a_week(drill)
    drill.clock.forward(timedelta(days=28))
    _keep(drill)
    pages = _review(drill).figures.by_metric[Metric.PAGES]

    assert (pages.value, pages.previous) == (Fraction(0), Fraction(3, 4))


@on_sqlite
def test_an_edited_rota_does_not_change_who_stood(drill: Drill) -> None:
    """After the file says that cy does it all, last week is still ann's."""
    _a_week(drill)
    drill.write(ROTA.replace("people: [ann, bob]", "people: [cy]"))
    _keep(drill)
    found = _review(drill)

    assert [one.shift.person for one in found.shifts][-2:] == ["bob", "ann"]
    assert next(one for one in found.people if one.person == "ann").interruptions == 3


@on_sqlite
def test_a_schedule_can_be_reviewed_by_its_name_and_an_unknown_one_cannot(drill: Drill) -> None:
    """Whoever is not on watch has no health to review."""
    drill.write(ROTA)

    assert _review(drill, "watch").schedules == ("watch",)
    with pytest.raises(NotFound) as wrong:
        _review(drill, "wach")
    assert "watch" in str(wrong.value.hint)


def test_the_month_on_watch_is_paid_to_the_hour(drill: Drill) -> None:
    """November of two people is 720 hours; ann's pages stand beside hers, with what the schedule pays."""
    _a_week(drill)
    drill.clock.forward(timedelta(days=3))
    _keep(drill)
    with drill.app.reading() as s:
        span = s.duty.pay.month(None)
        rows = {row.person: row for row in s.duty.pay.report(span) if row.schedule == "watch"}
    ann, bob = rows["ann"], rows["bob"]

    assert ann.hours + bob.hours == 720
    assert (ann.pages, ann.interruptions, ann.off_hours_interruptions) == (4, 3, 2)
    assert (bob.pages, bob.interruptions) == (0, 0)
    assert ann.compensation == "pay: 30 EUR a night"
    assert ann.off_hours > ann.night_hours > 0


def test_answers_lead_back_to_nobody_and_two_are_not_shown(drill: Drill) -> None:
    """Three answers make a mean; one person answers once, for themselves, and nothing in the tables joins them."""
    drill.write(ROTA)
    now = drill.clock.now()
    for place, person in enumerate(["ann", "bob", "ann"]):
        with drill.app.transaction() as s:
            survey = Survey(SurveyId(f"srv_{place}"), "watch", person, now - timedelta(days=place), now)
            s.duty.surveys.store.ask(survey)
    for place, person, score in [(0, "ann", 5), (1, "bob", 2)]:
        with drill.app.transaction() as s:
            s.duty.surveys.answer(f"srv_{place}", score, Actor(person, Role.VIEWER, "web"))
    few = _review(drill).figures.by_metric[Metric.SATISFACTION].value
    with drill.app.transaction() as s:
        s.duty.surveys.answer("srv_2", 4, ANN)
    enough = _review(drill).figures.by_metric[Metric.SATISFACTION]

    assert few is None
    assert (enough.value, enough.band, enough.count) == (Fraction(11, 3), Band.WARNING, 3)
    with drill.app.transaction() as s:
        with pytest.raises(Conflict):
            s.duty.surveys.answer("srv_0", 1, ANN)
        with pytest.raises(Forbidden):
            s.duty.surveys.answer("srv_0", 1, BOB)
        columns = s.connection.execute(text("SELECT * FROM shift_satisfaction")).keys()
    assert set(columns) == {"schedule", "month", "score", "answers"}
