"""The definitions as the domains read them, over both databases: one state, shared, rebuilt when it changes."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from watchbill.adapters.resources.loading import parse_file
from watchbill.adapters.resources.snapshot import Definitions, Shelf
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.resources import DocumentStore
from watchbill.alerts.model import Severity
from watchbill.budget.model import BudgetState
from watchbill.catalog.model import Tier
from watchbill.kernel.documents import Document, Documents, DocumentVersion
from watchbill.kernel.units import Money, Ratio
from watchbill.slo.model import Calendar, CalendarUnit, Logs, Prometheus, ReadFrom

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TEXT = """\
organisation:
  name: Lighthouse
  timezone: Europe/Paris
  currency: EUR
  holidays: FR
  roles: {sre_lead: ann}
  revenue_per_minute: {amount: "120.00", services: [checkout]}
---
person: {name: ann, full_name: Ann Lee, email: ann@example.org, work_hours: {start: "22:00", end: "24:00", days: [mon-wed, sun]},
  contacts: [{channel: sms, address: "+331"}], notification_rules: [{after: 0m, channel: sms}, {after: 3m, channel: email}]}
---
person: {name: bob, email: b@example.org, timezone: Asia/Tokyo, holidays: JP}
---
team: {name: shop, members: [ann, bob], lead: ann}
---
service: {name: payments, tier: critical, aliases: [pay], monthly_cost_usd: 19.99, peak_rps: 45.5}
---
service: {name: checkout, oncall_rotation: primary, dependencies: {upstream: [{name: pay, hard: true}], downstream: [web]}}
---
sli: {name: ok, service: pay, measurement: {good: "status < 500", source: {logs: {path: /x.log, from: end}}}, exclusions: [a]}
---
sli: {name: slow, type: latency, measurement: {source: {prometheus: {url: "http://p", total: t, bad: b}}}}
---
slo: {service: pay, sli: ok, target: 99.9}
---
slo: {name: strict, service: payments, sli: ok, target: 99.95, window: {calendar: month, timezone: Europe/Paris}, burn_rate_alerts: [
  {name: half, budget_pct: 2, short_window: 5m, long_window: 1h, severity: ticket}], runbook: "https://wiki/x", min_events: 0}
---
slo: {name: fast, service: payments, sli: slow, target: 99.99, burn_rate_alerts: []}
---
runbook: {title: Payments fail, alert_name: SLOBurn, diagnosis: [{step: look, command: [curl, a b]}]}
---
error_budget_policy: {name: house, budget_states: {healthy: {condition: "remaining_budget > 50%"}, warning: {condition:
  "remaining_budget 25-50%"}, critical: {condition: "remaining_budget 0-25%"}, exhausted: {condition: "remaining_budget <= 0"}}}
---
error_budget_policy: {service: pay, budget_states: {healthy: {condition: "remaining_budget > 60%"}, warning: {condition:
  "remaining_budget 25-60%"}, critical: {condition: "remaining_budget 0-25%"}, exhausted: {condition: "remaining_budget <= 0"}}}
---
schedule: {name: primary, layers: [{name: w, rotation: weekly, start: "2026-01-05T09:00:00", people: [ann, bob],
  restrictions: [{days: [fri-mon], from: "18:00", to: "24:00"}]}], overrides: [{start: "2026-07-01T09:00", end: "2026-07-02T09:00",
  person: bob}], compensation: {kind: pay, note: 100 a week}}
---
escalation_policy: {name: shop, steps: [{notify: [schedule:primary, person:bob], wait: 10m}], repeat: 2, fallback: [team:shop]}
---
route: {name: second, escalation_policy: shop, order: 200}
---
route: {name: first, match: ['service="checkout"'], escalation_policy: shop, group_wait: 0s, routes: [
  {match: ['severity=~"P2|P3"'], severity: P3, continue: true}]}
"""


def _documents(text: str = TEXT) -> list[Document]:
    parsed = parse_file("a.yaml", text)
    assert parsed.faults == []
    return [Document(*one.key, one.written, one.path, one.line, 1, "ann", AT) for one in parsed.resources]


@pytest.fixture
def definitions(connection: Connection) -> Definitions:
    """All ports over the text above."""
    store = DocumentStore(connection)
    store.write(_documents(), [], expected=store.version())
    return Definitions(Shelf(), store)


def test_nothing_was_left_out(definitions: Definitions) -> None:
    """Every document turned into a fact."""
    assert definitions.current().problems == ()


def test_people_fall_back_on_the_house(definitions: Definitions) -> None:
    """Zone and holidays of the organisation where a person names none."""
    house = definitions.directory.organisation()
    ann, bob = definitions.directory.persons()

    assert house.revenue_per_minute == Money(12_000, "EUR")
    assert (ann.timezone, ann.holidays) == (ZoneInfo("Europe/Paris"), "FR")
    assert (bob.timezone, bob.holidays) == (ZoneInfo("Asia/Tokyo"), "JP")
    assert ann.work_hours is not None
    assert (ann.work_hours.start, ann.work_hours.end, ann.work_hours.days) == (
        time(22),
        time(0),
        ("mon", "tue", "wed", "sun"),
    )
    assert [rule.after for rule in ann.notification_rules] == [timedelta(0), timedelta(minutes=3)]
    assert definitions.directory.person("zoe") is None


def test_services_are_found_by_alias_and_refer_by_name(definitions: Definitions) -> None:
    """Aliases in dependencies, SLIs, SLOs and policies have become names."""
    payments = definitions.services.get("pay")
    checkout = definitions.services.get("checkout")

    assert payments is not None
    assert checkout is not None
    assert (payments.name, payments.tier, payments.monthly_cost) == ("payments", Tier.CRITICAL, Money(1_999, "USD"))
    assert [(one.service, one.hard) for one in checkout.upstream] == [("payments", True)]
    assert definitions.services.get("nowhere") is None
    assert [one.service for one in definitions.slos.slis()] == ["payments", None]
    assert {one.service for one in definitions.slos.slos()} == {"payments"}


def test_sources_and_windows(definitions: Definitions) -> None:
    """Machine forms become the SLO domain's own."""
    ok, slow, strict = (definitions.slos.sli("ok"), definitions.slos.sli("slow"), definitions.slos.slo("strict"))

    assert ok is not None
    assert slow is not None
    assert strict is not None
    assert ok.source == Logs("/x.log", "auto", ReadFrom.END)
    assert slow.source == Prometheus("http://p", "t", None, "b")
    assert strict.window == Calendar(CalendarUnit.MONTH, "Europe/Paris")
    assert (strict.tiers[0].budget_pct, strict.tiers[0].burn_rate, strict.min_events) == (Fraction(2), None, 0)


def test_targets_are_exact(definitions: Definitions) -> None:
    """99.9 stored as JSON is 999/1000, on either database."""
    slo = definitions.slos.slo("pay-ok")

    assert slo is not None
    assert slo.target.value == Fraction(999, 1000)


def test_an_slo_knows_its_runbook(definitions: Definitions) -> None:
    """The one it names, else the one that was written for its alert."""
    found = {slo.name: slo.runbook for slo in definitions.slos.slos()}

    assert found == {"pay-ok": "payments-fail", "strict": "https://wiki/x", "fast": "payments-fail"}
    assert definitions.runbook_names.for_alert("SLOBurn") == "payments-fail"
    assert [one.diagnosis[0].command for one in definitions.runbooks.list()] == ["curl 'a b'"]


def test_availability_is_the_strictest_availability_target(definitions: Definitions) -> None:
    """Latency promises do not count; services without a promise have none."""
    assert definitions.promises.availability("pay") == Ratio.percent("99.95")
    assert definitions.promises.availability("checkout") is None


def test_a_service_has_its_own_policy_or_the_houses(definitions: Definitions) -> None:
    """By name; with parsed ranges."""
    own, house = definitions.budget_policies.policy("payments"), definitions.budget_policies.policy("checkout")

    assert own is not None
    assert house is not None
    assert (own.name, house.name) == ("pay", "house")
    assert own.of(BudgetState.HEALTHY).range.low == 60


def test_schedules_take_the_zone_of_the_house(definitions: Definitions) -> None:
    """Turns on its wall clock; overrides become moments."""
    schedule = definitions.schedules.get("primary")

    assert schedule is not None
    assert (schedule.timezone, schedule.compensation) == ("Europe/Paris", "pay: 100 a week")
    assert schedule.overrides[0].start == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    assert schedule.layers[0].restrictions[0].days == {4, 5, 6, 0}
    assert schedule.layers[0].restrictions[0].end == time(0)


def test_policies_and_whom_they_notify(definitions: Definitions) -> None:
    """Parsed targets; the policy of a schedule is the first that notifies it."""
    policy = definitions.escalation_policies.get("shop")

    assert policy is not None
    assert [str(target) for target in policy.steps[0].notify] == ["schedule:primary", "person:bob"]
    assert (policy.repeat, policy.steps[0].wait) == (2, timedelta(minutes=10))
    assert definitions.policy_names.for_schedule("primary") == "shop"
    assert definitions.policy_names.for_schedule("other") is None


def test_routes_are_asked_by_order_then_as_written(definitions: Definitions) -> None:
    """With the tree below them."""
    first, second = definitions.routes.list()

    assert (first.name, second.name) == ("first", "second")
    assert first.group_wait == timedelta(0)
    assert [(one.severity, one.continues) for one in first.routes] == [(Severity.P3, True)]


class _Counting:
    """A store that counts how often everything is read."""

    def __init__(self, inner: DocumentStore) -> None:
        self._inner = inner
        self.reads = 0

    def version(self) -> DocumentVersion:
        """As the store's."""
        return self._inner.version()

    def all(self) -> Sequence[Document]:
        """Counted."""
        self.reads += 1
        return self._inner.all()

    def get(self, kind: str, name: str) -> Document | None:
        """As the store's."""
        return self._inner.get(kind, name)

    def write(
        self, put: Sequence[Document], drop: Sequence[tuple[str, str]], *, expected: DocumentVersion
    ) -> DocumentVersion:
        """As the store's."""
        return self._inner.write(put, drop, expected=expected)


def test_an_unchanged_state_is_read_once_for_all(database: Database) -> None:
    """A second transaction costs one small read; a change is seen by the next one."""
    shelf, reads = Shelf(), []
    for change in ([*_documents()], [], [_documents("service: {name: new}")[0]]):
        with database.begin() as connection:
            store: Documents = _Counting(DocumentStore(connection))
            if change:
                store.write(change, [], expected=store.version())
            names = [one.name for one in Definitions(shelf, store).services.list()]
            assert isinstance(store, _Counting)
            reads.append((store.reads, "new" in names))

    assert reads == [(1, False), (0, False), (1, True)]


def test_a_transaction_sees_what_it_wrote_after_refresh(connection: Connection) -> None:
    """Services that were built before an apply read its result after it."""
    store = DocumentStore(connection)
    definitions = Definitions(Shelf(), store)
    services = definitions.services
    assert services.list() == []

    store.write(_documents("service: {name: new}"), [], expected=store.version())
    definitions.refresh()

    assert [one.name for one in services.list()] == ["new"]


class _Stop(Exception):
    """Ends a transaction without a commit."""


@contextlib.contextmanager
def _undone(database: Database) -> Iterator[Connection]:
    """A write transaction that is rolled back at its end."""
    with contextlib.suppress(_Stop), database.begin() as connection:
        yield connection
        raise _Stop


def test_a_rolled_back_state_is_not_kept(database: Database) -> None:
    """What nobody committed is seen by nobody else."""
    shelf = Shelf()
    with _undone(database) as connection:
        store = DocumentStore(connection)
        store.write(_documents("service: {name: undone}"), [], expected=store.version())
        assert len(Definitions(shelf, store).services.list()) == 1

    with database.begin() as connection:
        store = DocumentStore(connection)
        store.write(_documents("service: {name: done}"), [], expected=store.version())
        assert [one.name for one in Definitions(shelf, store).services.list()] == ["done"]


def test_a_document_that_cannot_be_read_any_more_stops_nobody(connection: Connection) -> None:
    """It is left out and named; everything else works on."""
    store = DocumentStore(connection)
    broken = Document("service", "broken", {"name": "broken", "gone": 1}, None, 0, 1, "ann", AT)
    unknown = Document("spaceship", "x", {}, None, 0, 1, "ann", AT)
    store.write([*_documents("service: {name: fine}"), broken, unknown], [], expected=store.version())

    definitions = Definitions(Shelf(), store)

    assert [one.name for one in definitions.services.list()] == ["fine"]
    assert definitions.current().problems == (
        "service/broken: 1 fields are not accepted any more; apply it again",
        "spaceship/x: this version does not know the kind",
    )
