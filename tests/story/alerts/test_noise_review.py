"""A week of alerts, pages and judgements, and what the review makes of it."""

from fractions import Fraction

from tests.story.alerts.conftest import OWNER, Drill

from watchbill.alerts.model.history import NoiseReview


def _review(drill: Drill, days: int = 7, service: str | None = None) -> NoiseReview:
    with drill.app.reading() as s:
        return s.alert_quality.noise.review(days, service=service)


def test_pages_answers_and_judgements_are_counted_from_what_happened(drill: Drill) -> None:
    """One alert called ann at three in the morning, she answered, and said that there was nothing to do."""
    drill.fire("Down", service="db")
    drill.forward(minutes=1)
    with drill.app.transaction() as s:
        [alert] = s.alerts.firing()
        s.paging.acknowledge(alert.id, OWNER)
        s.alerts.rate(alert.id, actionable=False, by="ann")
    drill.resolve("Down", service="db")
    drill.fire("Note", severity="info", service="db")
    drill.forward(minutes=1)

    found = _review(drill)
    [down] = [one for one in found.names if one.name == "Down"]

    assert found.pages_by_person == {"ann": 1}
    assert (down.tally.pages, down.tally.off_hours_pages, down.tally.acknowledged) == (1, 1, 1)
    assert (down.tally.not_actionable_share, down.tally.acted_on) == (Fraction(1), 0)
    assert [(line.name, line.occurrences) for line in found.log] == [("Note", 1)]


def test_a_second_person_called_for_the_same_alert_is_a_second_page(drill: Drill) -> None:
    """Nobody answered for five minutes: bob was called as well."""
    drill.fire("Down", service="db")
    drill.forward(minutes=6)

    assert _review(drill).pages_by_person == {"ann": 1, "bob": 1}


def test_tests_and_pages_of_people_are_no_noise(drill: Drill) -> None:
    """Only what machines claimed counts."""
    with drill.app.transaction() as s:
        s.paging.test("ann", OWNER)
    drill.run()

    found = _review(drill)

    assert (found.total.occurrences, found.pages_by_person) == (0, {})


def test_one_service_can_be_looked_at_alone(drill: Drill) -> None:
    """Alerts and pages of others are left out."""
    drill.fire("Down", service="db")
    drill.fire("Slow", service="search")
    drill.forward(minutes=1)

    found = _review(drill, service="search")

    assert [one.name for one in found.names] == ["Slow"]
    assert found.total.pages == 1
