"""What Now says first: the worst thing, who has it, and what holds all the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from watchbill.entrypoints.web.words.now import IncidentFact, NowFacts, PromiseFact, WatchFact, headline, more
from watchbill.entrypoints.web.words.phrase import plain
from watchbill.entrypoints.web.words.times import Local

NOW = datetime(2026, 11, 24, 2, 16, tzinfo=UTC)
LOCAL = Local(ZoneInfo("Europe/Paris"), NOW)
HEALTHY = PromiseFact("search-latency", "search", "healthy", False, False, "ok", 64.0)
BURNING = PromiseFact(
    "checkout-availability",
    "checkout",
    "warning",
    False,
    True,
    "ok",
    31.0,
    "is losing 15 in 1,000 orders",
    NOW + timedelta(hours=14, minutes=24),
)
WATCH = WatchFact("payments", "Ana", NOW + timedelta(hours=6))
INCIDENT = IncidentFact(114, "Checkout errors", "SEV2", None, "checkout", False, None)
QUIET = NowFacts(promises=[HEALTHY], incidents=[], watches=[WATCH], services=1)


def said(facts: NowFacts) -> str:
    """Headline and what follows, no-break spaces as spaces."""
    return f"{plain(headline(facts))} {plain(more(facts, LOCAL))}".strip().replace("\u00a0", " ")


def test_a_good_day_is_one_sentence() -> None:
    """All is well, who has the watch, how many promises hold."""
    assert said(QUIET) == "All is well. Ana has the watch until 09:16. One promise holds."


def test_a_burning_promise_comes_before_everything_else() -> None:
    """How bad in human counts, when the budget is gone, who is called, and that nobody commands the incident."""
    facts = replace(QUIET, promises=[BURNING, HEALTHY], incidents=[INCIDENT], calling=["Ana"])

    assert said(facts) == (
        "checkout is losing 15 in 1,000 orders. 31 % of the budget is left; at this rate it is gone at 17:40. "
        "Ana is being called and nobody has answered yet. INC-114 is open, SEV2; nobody commands it yet. The other one promise holds."
    )


def test_whoever_acknowledged_is_named() -> None:
    """After the answer nobody is being called any more."""
    facts = replace(QUIET, promises=[BURNING], acknowledged_by="Ana", acknowledged_at=NOW - timedelta(minutes=2))

    assert "Ana acknowledged at 03:14." in said(facts)


def test_a_spent_budget_has_no_date_on_which_it_goes() -> None:
    """Nothing left is said as it is."""
    assert "Its error budget is spent." in said(replace(QUIET, promises=[replace(BURNING, remaining_pct=-3.0)]))


def test_an_incident_without_a_burning_promise_is_the_headline() -> None:
    """People's records count also where nothing is measured."""
    assert said(replace(QUIET, incidents=[INCIDENT])).startswith("INC-114 Checkout errors is open, SEV2.")


def test_states_are_said_from_the_worst() -> None:
    """Exhausted before critical, critical before unmeasured."""
    spent = replace(HEALTHY, name="exports", state="exhausted", remaining_pct=0.0)
    low = replace(HEALTHY, name="feed", state="critical", remaining_pct=5.0)
    blind = replace(HEALTHY, name="mail", state=None, remaining_pct=None, data_status="no_data")

    assert said(replace(QUIET, promises=[spent, low, blind])).startswith(
        "exports has nothing left of the error budget."
    )
    assert said(replace(QUIET, promises=[low, blind])).startswith("feed has 5 % of its budget left.")
    assert said(replace(QUIET, promises=[blind])).startswith("mail is not being measured.")


def test_a_freeze_says_when_it_ends() -> None:
    """With the day where it is known."""
    frozen = replace(
        HEALTHY, name="exports", state="critical", remaining_pct=5.0, frozen=True, thaws_at=NOW + timedelta(days=8)
    )

    assert "exports stays frozen until 2 December." in said(replace(QUIET, promises=[frozen, HEALTHY]))


def test_a_watch_that_nobody_has_is_said() -> None:
    """A gap is news."""
    assert "Nobody has the watch of payments." in said(replace(QUIET, watches=[replace(WATCH, person=None)]))


def test_several_people_have_the_watch() -> None:
    """Each is named once."""
    others = [WATCH, replace(WATCH, schedule="search", person="Bob"), replace(WATCH, schedule="feed")]

    assert "Ana and Bob have the watch." in said(replace(QUIET, watches=others))


def test_an_overdue_update_is_said_with_its_time() -> None:
    """So that the next reader writes it."""
    late = replace(INCIDENT, commander="Bob", update_overdue=True, next_update_at=NOW - timedelta(minutes=6))

    assert "commander Bob, an update was due at 03:10." in said(replace(QUIET, promises=[BURNING], incidents=[late]))


def test_a_new_installation_is_greeted() -> None:
    """Nothing known yet: no false calm."""
    empty = NowFacts(promises=[], incidents=[], watches=[])

    assert said(empty) == "Welcome aboard."
    assert said(replace(empty, services=3)).startswith("Nothing is promised yet.")
