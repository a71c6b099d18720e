"""What the pages of tickets, silences, checks and figures say first."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from watchbill.alerts.model import Severity, SilenceState
from watchbill.alerts.model.tickets import TicketStatus
from watchbill.entrypoints.web.charts.burndown import Burndown, Left, Stretch, burndown
from watchbill.entrypoints.web.charts.columns import columns, columns_words
from watchbill.entrypoints.web.charts.trendline import trendline, trendline_words
from watchbill.entrypoints.web.words import checks, metrics, silences, tickets
from watchbill.entrypoints.web.words.phrase import Part, plain
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.checks import HeartbeatView, ProbeView
from watchbill.operations.incident_metrics import DistributionView, GroupView
from watchbill.operations.maintenance import MaintenanceView
from watchbill.operations.silences import SilenceSetView
from watchbill.operations.tickets import TicketView

NOW = datetime(2026, 11, 24, 2, 16, tzinfo=UTC)
LOCAL = Local(ZoneInfo("Europe/Paris"), NOW)


def said(sentence: tuple[Part, ...]) -> str:
    """A sentence with plain spaces."""
    return plain(sentence).replace("\u00a0", " ")


def ticket(number: int, *, due: date, overdue: bool = False, firing: int = 1) -> TicketView:
    """An open ticket."""
    return TicketView(
        id=f"tkt_{number}", number=number, status=TicketStatus.OPEN, title="Disk fills", severity=Severity.P2, service=None,
        alert="alr_1", alerts=1, firing=firing, opened_at=NOW, last_alert_at=None, due_on=due, overdue=overdue,
        runbook=None, closed_at=None, closed_by=None, note="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ([], "No ticket waits for anybody."),
        ([False], "One ticket waits for somebody."),
        ([True], "One ticket waits for somebody, it is overdue."),
        ([True, False], "Two tickets wait for somebody, one of them is overdue."),
        ([True, True], "Two tickets wait for somebody, all are overdue."),
    ],
)
def test_tickets_that_are_late_are_counted(late: list[bool], words: str) -> None:
    """The headline has the right number in each case."""
    rows = [ticket(number, due=date(2026, 11, 23), overdue=one) for number, one in enumerate(late)]

    assert said(tickets.list_headline(rows)) == words


def test_a_full_page_of_tickets_is_more_than_was_counted() -> None:
    """Where not all were read, no exact number is claimed, nor that all are late."""
    rows = [ticket(number, due=date(2026, 11, 23), overdue=True) for number in range(2)]

    assert (
        said(tickets.list_headline(rows, more=True))
        == "More than 2 tickets wait for somebody, two of them are overdue."
    )


def test_the_ticket_that_is_due_first_is_named() -> None:
    """Whatever its number is; those whose alerts ended are told apart."""
    rows = [ticket(2, due=date(2026, 11, 25)), ticket(7, due=date(2026, 11, 24), firing=0)]

    words = "The first is TKT-7, it is due today. The alerts of one ticket have ended by themselves."
    assert said(tickets.list_more(rows, LOCAL)) == words


def trial(hides: list[str]) -> SilenceSetView:
    """What a preview answers."""
    return SilenceSetView(
        id="", state=SilenceState.ACTIVE, matchers=['service="checkout"'], starts_at=NOW, ends_at=NOW + timedelta(hours=2),
        created_by="ana", comment="", updated_at=NOW, dry_run=True, hides=hides, hidden=[],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hides", "words"),
    [
        ([], "It would hide nothing that fires now."),
        (["a"], "It would hide one alert that is firing."),
        (["a", "b"], "It would hide two alerts that are firing."),
    ],
)
def test_a_preview_says_what_goes_quiet(hides: list[str], words: str) -> None:
    """How many alerts, and below it until when."""
    assert said(silences.form_headline(trial(hides))) == words
    assert "until 05:16" in said(silences.form_more(trial(hides), LOCAL))


def window(start: datetime, *, opened: bool) -> MaintenanceView:
    """One time that a window is open."""
    return MaintenanceView(
        name="upgrade", services=["search"], match=[], starts_at=start, ends_at=start + timedelta(hours=2), open=opened,
        what="New index", rollback_plan="", recurrence="",
    )  # fmt: skip


def test_maintenance_that_is_open_comes_before_the_next() -> None:
    """With whom it is about and until when; nothing at all where none is near."""
    soon, running = window(NOW + timedelta(hours=9), opened=False), window(NOW - timedelta(hours=1), opened=True)

    assert said(silences.maintenance_words([running, soon], LOCAL)) == "Maintenance of search until 04:16: New index."
    assert said(silences.maintenance_words([soon], LOCAL)) == "The next maintenance of search begins at 12:16."
    assert silences.maintenance_words([], LOCAL) == ()


def probe(name: str, *, ok: bool | None) -> ProbeView:
    """A probe that went like that."""
    return ProbeView(
        name=name, service="s", checks="GET", every="30s", ok=ok, at=None, took_ms=None, failures=0, said=""
    )


def beat(name: str, state: str) -> HeartbeatView:
    """A heartbeat that stands like that."""
    return HeartbeatView.model_validate(
        {"name": name, "service": "s", "every": "24h", "grace": "1h", "state": state, "due_at": NOW + timedelta(hours=1),
         "last_at": None, "last_good_at": None, "last_duration_s": None, "message": "", "reason": ""}
    )  # fmt: skip


def test_a_check_that_never_ran_is_not_well() -> None:
    """Silence is no good news; one that fails is named, and so is a job that did not report in."""
    assert said(checks.headline([], [])) == "Nothing is checked from outside yet."
    assert said(checks.headline([probe("home", ok=None)], [beat("export", "waiting")])) == "No check has run yet."
    assert said(checks.headline([probe("home", ok=True)], [])) == "Every check is well."
    assert said(checks.headline([probe("home", ok=False)], [beat("export", "missed")])) == "home fails."
    assert said(checks.headline([], [beat("export", "missed")])) == "export did not report in."


def test_figures_tell_the_median_and_nothing_where_there_is_none() -> None:
    """A period without incidents has no time to resolve, and none is made up."""
    empty = GroupView(name="all", declared=0, detect=None, acknowledge=None, mitigate=None, resolve=None)
    over = DistributionView(
        count=3, mean_minutes=40, median_minutes=25, p90_minutes=90, longest_minutes=95, columns=[0, 0, 2, 1, 0]
    )

    assert said(metrics.headline(empty, 30)) == "No incident in the last 30 days."
    assert said(metrics.headline(empty.model_copy(update={"declared": 1}), 30)).endswith("none of them resolved.")
    full = empty.model_copy(update={"declared": 3, "resolve": over})
    assert said(metrics.headline(full, 90)) == "Three incidents in the last 90 days, half of them over within 25 min."


def test_columns_say_every_number() -> None:
    """Whoever cannot see the picture hears the same; empty columns have no bar."""
    drawn = columns([0, 2, 0, 1, 0], [5, 15, 60, 240], "Time to resolve")

    assert drawn.count("<rect") == 2
    words = columns_words([0, 2, 0, 1, 0], [5, 15, 60, 240], "Time to resolve")
    assert words.endswith("up to 5 min: 0, up to 15 min: 2, up to 1 h: 0, up to 4 h: 1, more: 0")


def test_a_trendline_leaves_out_what_is_not_known() -> None:
    """A gap in the data is a gap in the line; without any data there is only the ground."""
    points = [Left(NOW, Fraction(100)), Left(NOW, None), Left(NOW, Fraction(-40)), Left(NOW, Fraction(10))]

    assert trendline(points, "ok").count("trace") == 2
    assert trendline_words(points) == "Budget left over the window: from 100\u00a0% to 10\u00a0%, least \u221240\u00a0%"
    assert trendline([Left(NOW, None)], "").count("trace") == 0


def test_time_that_was_taken_out_is_in_the_burn_down() -> None:
    """Hatched, named, and told to whoever cannot see it; what ended before the window is not drawn."""
    start = NOW - timedelta(days=28)
    shown = Burndown(
        start=start, end=NOW, now=NOW, zone=ZoneInfo("UTC"), line=[Left(start, Fraction(100)), Left(NOW, Fraction(80))],
        taken=[
            Stretch(NOW - timedelta(days=9), NOW - timedelta(days=8), "load test"),
            Stretch(start - timedelta(days=2), start - timedelta(days=1), "long ago"),
        ],
    )  # fmt: skip
    drawn = burndown(shown)

    assert drawn.count("taken out: load test") == 1
    assert "taken out from 15 November 02:16: load test" in drawn
    assert "<title>taken out: long ago" not in drawn
