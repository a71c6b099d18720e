"""Gates, adjustments, duties, reviews and the dashboard, as people and pipelines ask for them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watchbill.bootstrap import App
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from watchbill.operations.run import perform
from watchbill.operations.table import operation
from watchbill.people.model import Actor, Role

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Tuesday, 04:00 in Paris: no business hours
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WHO = Actor("ann", Role.ADMIN, "test")
RESOURCES = """
organisation: {name: Example, timezone: Europe/Paris, roles: {vp_engineering: vera, sre_lead: sam}}
---
person: {name: ann}
---
person: {name: sam}
---
person: {name: vera, contacts: [{channel: web}]}
---
service: {name: checkout, tier: critical, aliases: [shop-checkout], owner_team: payments}
---
service: {name: empty}
---
sli: {name: orders, service: checkout, measurement: {total_events: All orders, source: {push: {}}}}
---
sli: {name: searches, service: empty, measurement: {total_events: All searches, source: {push: {}}}}
---
slo:
  name: checkout-availability
  service: checkout
  sli: orders
  target: 99
  window: 1d
  runbook: "https://wiki.example.org/x"
  owner: ann
  stakeholders: [vera]
  review_cadence: monthly
  group_by: [region]
  burn_rate_alerts: []
  escalation_when_budget_exhausted:
    - "Halt non-critical deployments"
    - "Escalate to VP Engineering if no improvement in 48h"
---
slo:
  name: journey
  service: checkout
  target: 98
  runbook: "https://wiki.example.org/x"
  burn_rate_alerts: []
  composite: {rule: worst_of, parts: [{slo: checkout-availability}]}
"""
Ask = Callable[..., Any]  # Any: JSON


@pytest.fixture
def ask(app: App) -> Ask:
    """Runs an operation, as an admin unless told otherwise, in a transaction of its own."""

    def run(name: str, /, who: Actor = WHO, **fields: object) -> Any:  # Any: JSON
        with app.transaction() as s:
            return perform(s, who, operation(name), fields)

    run("resources.apply", files=[{"path": "shop.yaml", "text": RESOURCES}])
    return run


@pytest.fixture
def clock(app: App) -> ManualClock:
    """The clock that everything reads."""
    assert isinstance(app.clock, ManualClock)
    return app.clock


@pytest.fixture
def worker(app: App) -> Worker:
    """The background loops, stepped."""
    return Worker(app)


def push(ask: Ask, good: int, total: int, *, end: datetime = NOW, batch: str = "b", group: Mapping[str, str] | None = None, minutes: int = 10) -> None:  # fmt: skip
    """So many events in each of the minutes before that of `end`."""
    end = end.replace(second=0, microsecond=0)
    rows = [
        {"minute": (end - number * MINUTE).isoformat(), "good": good, "total": total, "group": dict(group or {})}
        for number in range(1, minutes + 1)
    ]
    ask("counts.push", sli="orders", batch=batch, counts=rows)


@pytest.mark.parametrize(
    ("bad", "state", "allowed"), [(4, "healthy", True), (5, "warning", True), (8, "critical", False), (10, "exhausted", False)]
)  # fmt: skip
def test_a_deploy_goes_or_stops_by_what_is_left(ask: Ask, bad: int, state: str, *, allowed: bool) -> None:
    """Of 1,000 orders 10 may fail; 5 of them leave exactly 50 %, which is warning."""
    push(ask, 1000 - bad, 1000, minutes=1)

    found = ask("gate.ask", service="shop-checkout", action="deploy")

    assert (found["service"], found["state"], found["allowed"]) == ("checkout", state, allowed)
    assert found["reasons"]


def test_decisions_are_kept_newest_first(ask: Ask) -> None:
    """What was refused as well; the audit log holds the same, and pages of the list follow each other."""
    push(ask, 990, 1000, minutes=1)
    stopped = ask("gate.ask", service="checkout", action="deploy")
    passed = ask("gate.ask", service="checkout", action="deploy", exception="security", reason="CVE-2026-1")

    first = ask("gate.list", service="checkout", limit=1)
    second = ask("gate.list", service="checkout", limit=1, cursor=first["next"])

    assert ([one["id"] for one in first["items"]], [one["id"] for one in second["items"]]) == (
        [passed["id"]],
        [stopped["id"]],
    )
    assert second["next"] is None
    log = ask("audit.list")
    assert [(one["action"], one["details"]["allowed"]) for one in log if one["action"] == "gate.deploy"] == [
        ("gate.deploy", False),
        ("gate.deploy", True),
    ]


def test_critical_asks_for_the_houses_sre(ask: Ask) -> None:
    """Reliability work with a plan and Sam's approval goes, with anybody else's it does not."""
    push(ask, 992, 1000, minutes=1)
    asked = {"service": "checkout", "action": "deploy", "kind": "reliability", "rollback_plan": "helm rollback 41"}

    assert [ask("gate.ask", approved_by=name, **asked)["allowed"] for name in ("ann", "sam")] == [False, True]


def test_a_viewer_asks_no_gate(ask: Ask) -> None:
    """A decision is a record, and records are not for viewers."""
    with pytest.raises(Forbidden):
        ask("gate.ask", Actor("eve", Role.VIEWER, "test"), service="checkout", action="deploy")


def test_both_figures_of_an_adjustment_are_shown(ask: Ask) -> None:
    """Ten bad minutes are taken out and put back: 100 % left without them, -800 % with them; both stay in sight."""
    push(ask, 100, 100, end=NOW - HOUR)
    push(ask, 82, 100, batch="c")
    span = {"start": (NOW - 10 * MINUTE).isoformat(), "end": NOW.isoformat()}

    made = ask("budget.adjust", slo="checkout-availability", reason="a load test that was announced", **span)
    shown = ask("slo.show", name="checkout-availability")

    assert (made["before_pct"], made["after_pct"]) == (-800.0, 100.0)
    assert (shown["budget_remaining_pct"], shown["good"], shown["total"]) == (100.0, 1000, 1000)
    assert shown["unadjusted"] == {"good": 1820, "total": 2000, "budget_remaining_pct": -800.0, "state": "exhausted"}

    back = ask("budget.adjust.withdraw", adjustment=made["id"])
    again = ask("slo.show", name="checkout-availability")

    assert (back["before_pct"], back["after_pct"], back["withdrawn_by"]) == (100.0, -800.0, "ann")
    assert (again["budget_remaining_pct"], again["unadjusted"]) == (-800.0, None)
    assert [one["id"] for one in ask("budget.adjustments", slo="checkout-availability")] == [made["id"]]
    with pytest.raises(Conflict):
        ask("budget.adjust.withdraw", adjustment=made["id"])


@pytest.mark.parametrize(
    ("start", "end", "reason", "field"),
    [
        (NOW, NOW, "a load test that was announced", "to"),
        (NOW - 32 * DAY, NOW, "a load test that was announced", "to"),
        (NOW, NOW + HOUR, "a load test that was announced", "to"),
        (NOW - HOUR, NOW, "oops", "reason"),
    ],
)
def test_what_cannot_be_taken_out(ask: Ask, start: datetime, end: datetime, reason: str, field: str) -> None:
    """Empty, longer than 31 days, not over yet, or without a reason that says anything."""
    with pytest.raises(Invalid, match=field):
        ask("budget.adjust", slo="checkout-availability", start=start.isoformat(), end=end.isoformat(), reason=reason)


def test_adjusting_needs_an_editor(ask: Ask) -> None:
    """Responders run emergencies; whether time counts is not theirs to say."""
    fields = {"slo": "checkout-availability", "start": (NOW - HOUR).isoformat(), "end": NOW.isoformat(), "reason": "because I say so"}  # fmt: skip

    with pytest.raises(Forbidden):
        ask("budget.adjust", Actor("rob", Role.RESPONDER, "test"), **fields)


def test_entering_warning_lists_the_changes_by_risk(ask: Ask, worker: Worker) -> None:
    """Of three changes the one of high risk stands first; the one of eight days ago is not among them."""
    for summary, risk, age in (("v1", "low", HOUR), ("v2", "high", 6 * DAY), ("v3", "low", 8 * DAY)):
        ask("change.add", service="checkout", summary=summary, risk=risk, at=(NOW - age).isoformat())
    push(ask, 994, 1000, minutes=1)
    worker.drain(deliver=False, periodic=True)

    duties = ask("budget.duties", slo="checkout-availability")

    assert [(one["kind"], one["open"]) for one in duties] == [("change_review", True)]
    assert [one["summary"] for one in duties[0]["details"]["changes"]] == ["v2", "v1"]


def test_critical_is_reviewed_daily_until_it_is_left(ask: Ask, app: App, clock: ManualClock, worker: Worker) -> None:
    """A task at once and one each morning at 09:00 of the house; when the budget is back what is open ends by itself."""
    push(ask, 992, 1000, minutes=1)
    worker.drain(deliver=False, periodic=True)
    clock.forward(6 * HOUR)  # 10:00 in Paris
    worker.drain(deliver=False)

    reviews = [one for one in ask("budget.duties", slo="checkout-availability") if one["kind"] == "daily_review"]
    assert [(one["number"], one["open"]) for one in reviews] == [(1, True), (0, True)]
    assert ask("budget.duty.done", duty=reviews[1]["id"], note="rolled back v42")["outcome"] == "rolled back v42"

    push(ask, 9_000, 9_000, end=NOW + 6 * HOUR, batch="good")
    worker.drain(deliver=False, periodic=True)

    left = [one for one in ask("budget.duties", slo="checkout-availability") if one["kind"] == "daily_review"]
    assert [(one["open"], one["done_by"]) for one in left] == [(False, "watchbill"), (False, "ann")]


def _escalations(ask: Ask) -> list[tuple[int, list[str], str]]:
    duties = ask("budget.duties", slo="checkout-availability")
    return [(one["number"], one["told"], one["outcome"]) for one in duties if one["kind"] == "escalation"][::-1]


def test_a_spent_budget_escalates_after_48_hours_without_improvement(
    ask: Ask, app: App, clock: ManualClock, worker: Worker
) -> None:
    """Owner and stakeholders hear at once; the VP two days later, to the second, because nothing is better."""
    push(ask, 900, 1000, minutes=1)
    worker.drain(deliver=False, periodic=True)
    at_once = [(0, ["ann", "vera"], "told ann, vera"), (2, [], "vera heard it already")]  # 2: the policy's own line
    assert _escalations(ask) == at_once

    clock.forward(48 * HOUR - timedelta(seconds=1))
    push(ask, 900, 1000, end=clock.now(), minutes=1, batch="still bad")
    worker.drain(deliver=False)
    assert _escalations(ask) == at_once

    clock.forward(timedelta(seconds=1))
    worker.drain(deliver=False)

    assert _escalations(ask)[2:] == [(1, ["vera"], "told vera")]
    titles = [one["title"] for one in ask("escalation.list")["items"]]
    assert "checkout-availability: Escalate to VP Engineering if no improvement in 48h" in titles


def test_what_nobody_has_written_is_told_and_wakes_nobody(
    ask: Ask, app: App, clock: ManualClock, worker: Worker
) -> None:
    """Owner and stakeholders hear at once, by a notice that nobody has to answer; the same SLO with a list of its own pages."""
    unwritten = (
        RESOURCES.split("  escalation_when_budget_exhausted:", maxsplit=1)[0] + "---" + RESOURCES.rpartition("---")[2]
    )
    ask("resources.apply", files=[{"path": "shop.yaml", "text": unwritten}])
    push(ask, 900, 1000, minutes=1)
    worker.drain(deliver=False, periodic=True)

    assert _escalations(ask)[0] == (0, ["ann", "vera"], "told ann, vera")
    kinds = {(one["kind"], *one["people"]) for one in ask("escalation.list")["items"]}
    assert kinds == {("notice", "vera")}  # ann has no contact here


def test_improvement_makes_the_escalation_needless(ask: Ask, app: App, clock: ManualClock, worker: Worker) -> None:
    """-900 % became -400 %: still frozen, and better; the step is recorded with both figures and calls nobody."""
    push(ask, 900, 1000, minutes=1)
    worker.drain(deliver=False, periodic=True)
    clock.forward(48 * HOUR)
    push(ask, 950, 1000, end=clock.now(), minutes=1, batch="better")
    worker.drain(deliver=False)

    (step,) = _escalations(ask)[2:]

    assert step == (1, [], "not needed: −900\u00a0% was left then, −400\u00a0% now")


def test_reviews_and_agreements(ask: Ask) -> None:
    """Overdue until reviewed; a stakeholder's agreement is asked for until it is there; a stranger's is refused."""
    due = {one["slo"]: one for one in ask("slo.reviews.due")}["checkout-availability"]
    assert (due["overdue"], due["missing_agreement"]) == (True, ["vera"])

    ask("slo.review", name="checkout-availability", decision="keep", note="fits")
    ask("slo.agree", name="checkout-availability", stakeholder="vera")

    due = {one["slo"]: one for one in ask("slo.reviews.due")}["checkout-availability"]
    assert (due["overdue"], due["last_decision"], due["agreed"]) == (False, "keep", ["vera"])
    kept = ask("slo.reviews", name="checkout-availability")
    assert ([one["note"] for one in kept["reviews"]], [one["stakeholder"] for one in kept["agreements"]]) == (
        ["fits"],
        ["vera"],
    )
    with pytest.raises(Invalid, match="stakeholder"):
        ask("slo.agree", name="checkout-availability", stakeholder="eve")


def test_groups_and_composites_are_promises_like_others(ask: Ask) -> None:
    """Counts pushed with a region make a budget for it; the journey is as bad as its worst part."""
    push(ask, 97, 100, minutes=1, group={"region": "eu/west"})
    push(ask, 900, 900, minutes=1, group={"region": "us"}, batch="us")

    rows = {one["slo"]: one for one in ask("slo.list", service="checkout")}

    assert list(rows) == [
        "checkout-availability{region=eu%2Fwest}",
        "checkout-availability",
        "journey",
        "checkout-availability{region=us}",
    ]
    assert rows["journey"]["sli_ratio"] == rows["checkout-availability"]["sli_ratio"] == 0.997
    shown = ask("slo.show", name="checkout-availability{region=eu%2Fwest}")
    assert (shown["group"], shown["budget_remaining_pct"]) == ({"region": "eu/west"}, -200.0)
    assert ask("slo.show", name="journey")["composite"]["parts"][0]["slo"] == "checkout-availability"


def test_the_dashboard_holds_what_a_weekly_look_needs(ask: Ask, app: App, clock: ManualClock, worker: Worker) -> None:
    """Rows worst first with trend against last week's snapshot, marks, and days that add up to what was spent."""
    push(ask, 9_999, 10_000, end=NOW - DAY + HOUR)
    worker.step("snapshots")
    push(ask, 9_500, 10_000, batch="c")
    ask("change.add", service="checkout", summary="v42", risk="high", rollback_plan="v41")

    board = ask("budget.dashboard", service="checkout")
    row = board["rows"][0]

    assert (row["slo"], row["mark"], row["state"]) == ("checkout-availability", "spent", "exhausted")
    assert (board["overall"]["budgets"], board["overall"]["worst"]) == (2, "checkout-availability")
    assert len(row["sparkline"]) > 1
    assert row["sparkline"][-1]["remaining_pct"] == row["budget_remaining_pct"]
    assert [one["week"] for one in row["snapshots"]] == ["2026-11-22T23:00:00Z"]
    days = ask("slo.calendar", name="checkout-availability", weeks=2)
    assert (days["days"][0]["day"], days["days"][-1]["day"], len(days["days"])) == ("2026-11-16", "2026-11-24", 9)
    assert sum(one["bad"] for one in days["days"]) == 5_010
    marks = ask("slo.marks", name="checkout-availability")["marks"]
    assert [(one["kind"], one["title"], one["risk"]) for one in marks] == [("change", "v42", "high")]


def test_suggestions_rest_on_history(ask: Ask) -> None:
    """Day after day 3 of 10,000 fail: twice that is 0.06 %, so 99.9 is suggested and 99.95 would have been missed... never."""
    for number in range(10):
        push(ask, 9_997, 10_000, end=NOW - number * DAY, batch=f"d{number}", minutes=1)

    (found,) = ask("slo.suggest", service="checkout")
    by_target = {one["target_pct"]: one for one in found["candidates"]}

    assert (found["suggested_pct"], found["achieved_28d_pct"], found["floor_pct"]) == (99.9, 99.97, 99.94)
    assert [by_target[pct]["breached_days_28d"] for pct in (99.95, 99.99)] == [0, 10]
    assert (by_target[99.95]["kept_28d"], by_target[99.99]["kept_28d"]) == (True, False)


def test_the_wizard_writes_what_can_be_applied(ask: Ask) -> None:
    """Every answer lands in the YAML, which applies as it stands; nothing was stored before."""
    fields = {"target": "0.999", "calendar": "month", "timezone": "America/New_York", "runbook": "https://x.example/", "name": "mine", "slice_good_pct": "95"}  # fmt: skip

    made = ask("slo.define", service="checkout", stakeholders=["vera"], **fields)

    assert (made["valid"], made["target"]) == (True, "99.9")
    assert [fault.split(": ")[1] for fault in made["faults"]] == ["warning"]  # the catalog knows no team payments
    with pytest.raises(NotFound):
        ask("slo.show", name="mine")
    ask("resources.apply", files=[{"path": "mine.yaml", "text": made["yaml"]}])
    shown = ask("slo.show", name="mine")
    assert (shown["budgeting"], shown["window"]) == ("time_slices", "calendar month in America/New_York")


@pytest.mark.parametrize("target", ["100", "0", "101", "ninety"])
def test_the_wizard_refuses_what_is_no_promise(ask: Ask, target: str) -> None:
    """100 % leaves no budget, 0 promises nothing, words are no numbers."""
    with pytest.raises(Invalid, match="target"):
        ask("slo.define", service="checkout", target=target)


@pytest.mark.parametrize("kind", ["api", "frontend", "pipeline", "storage", "streaming", "batch", "ml"])
@pytest.mark.parametrize("source", [{"log": "/var/log/x.log"}, {"prometheus": "http://127.0.0.1:9090"}, {}])
def test_every_suggested_sli_applies(ask: Ask, kind: str, source: dict[str, str]) -> None:
    """All seven types, with each kind of source: what is proposed is valid as it stands, predicates included."""
    found = ask("sli.suggest", service="empty", type=kind, **source)

    assert [one["rank"] for one in found] == ["primary", *["secondary"] * (len(found) - 1)]
    owner = Actor("ann", Role.ADMIN, "cli")  # may name any file of this machine
    report = ask(
        "resources.validate", owner, files=[{"path": "x.yaml", "text": "---\n".join(one["yaml"] for one in found)}]
    )
    assert [fault for fault in report["faults"] if fault["severity"] == "error"] == []
