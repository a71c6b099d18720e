"""The figures of a period as both databases give them, against a naive count over every incident."""

import random  # noqa: TID251 - seeded: the same estate each time
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product

from tests.unit.incidents.conftest import incident

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.incidents import IncidentRecords
from watchbill.incidents.model import Incident, Severity, Status
from watchbill.incidents.model.search import Attached
from watchbill.incidents.rules.metrics import REPEATED_WITHIN, GroupBy, groups, repeats
from watchbill.kernel.ids import AlertId

START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=30)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def _estate() -> list[tuple[Incident, str | None]]:
    """150 incidents of the 120 days before the end, some with a cause, an alert, a milestone far later or none at all."""
    dice, found = random.Random(20261001), []
    for number in range(1, 151):
        declared = END - timedelta(days=120) + number * 120 * DAY / 150 - SECOND
        moments = [declared + timedelta(seconds=dice.randint(-900, 40 * 86_400)) for _ in range(3)]
        acknowledged, mitigated, resolved = (one if dice.random() < 0.7 else None for one in moments)
        one = incident(
            number,
            channel=f"inc-{number}",
            severity=dice.choice(list(Severity)),
            status=dice.choice([Status.RESOLVED, Status.RESOLVED, Status.RESOLVED, Status.MERGED]),
            drill=dice.random() < 0.1,
            service=(service := f"service-{dice.randint(1, 3)}"),
            services=(service,),
            declared_at=declared,
            detected_at=declared - 60 * SECOND,
            started_at=declared - timedelta(seconds=dice.randint(0, 600)) if dice.random() < 0.5 else None,
            acknowledged_at=acknowledged,
            mitigated_at=mitigated,
            resolved_at=resolved,
            root_cause=dice.choice([None, None, "Disk full.", "disk  full", "Expired certificate"]),
        )
        found.append((one, dice.choice([None, None, None, "SlowSearch", "Errors"])))
    return found


def _took(estate: list[Incident], began: str, reached: str) -> list[Fraction]:
    pairs = [(getattr(one, began), getattr(one, reached)) for one in estate]
    spans = [there - here for here, there in pairs if here and there and START <= there < END and there >= here]
    return sorted(Fraction(span // timedelta(microseconds=1), 60_000_000) for span in spans)


def _again(estate: list[tuple[Incident, str | None]]) -> list[tuple[int, int]]:
    """(number, number that it repeats), newest first: every pair is looked at."""
    pairs: dict[int, int] = {}
    for (one, alert), (old, earlier) in product(estate, estate):
        near = old.number < one.number and one.declared_at - old.declared_at <= REPEATED_WITHIN
        causes = [cause and " ".join(cause.lower().split()).rstrip(".") for cause in (one.root_cause, old.root_cause)]
        alike = bool(causes[0] and causes[0] == causes[1]) or bool(alert and alert == earlier)
        if near and alike and one.service == old.service and START <= one.declared_at < END:
            pairs[one.number] = max(pairs.get(one.number, 0), old.number)
    return sorted(pairs.items(), reverse=True)


def test_figures_are_those_of_a_naive_count(database: Database) -> None:
    """Count, mean, median, p90, longest and repeats are exact, although most old incidents are never read."""
    estate = _estate()
    with database.begin() as connection:
        store = IncidentRecords(connection)
        for one, alert in estate:
            store.add(one)
            if alert is not None:
                store.attach(Attached(one.id, AlertId(f"alr_{one.number}"), alert, one.declared_at))
        told = store.milestones(START - REPEATED_WITHIN, END, None, since=START)
        alerts = store.alert_names([one.id for one, alerted in told if alerted])
        found = [one for one, _alerted in told]
    real = [(one, alert) for one, alert in estate if not one.drill and one.status is not Status.MERGED]
    incidents = [one for one, _alert in real]
    whole, *parts = groups(found, START, END, GroupBy.SEVERITY)

    assert len(found) < sum(not one.drill for one, _alert in estate)
    assert whole.declared == sum(START <= one.declared_at < END for one in incidents)
    assert sum(part.declared for part in parts) == whole.declared
    for measure, began, reached in (
        ("detect", "started_at", "detected_at"),
        ("acknowledge", "declared_at", "acknowledged_at"),
        ("mitigate", "detected_at", "mitigated_at"),
        ("resolve", "detected_at", "resolved_at"),
    ):
        values = _took(incidents, began, reached)
        spread = next(one for name, one in whole.measures.items() if name == measure)
        assert (spread.count, spread.mean, spread.longest) == (len(values), sum(values) / len(values), values[-1])
        assert spread.p90 == min(one for one in values if sum(other <= one for other in values) * 10 >= len(values) * 9)
        assert spread.median == (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
        assert sum(part.measures[name].count for part in parts for name in part.measures if name == measure) == len(values)  # fmt: skip
    assert [(one.number, old.number) for one, old in repeats(found, alerts, START, END)] == _again(real)
    assert _again(real)
