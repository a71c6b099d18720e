"""The tree of refusals with its one table, and the places where tests may pull the plug."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from watchbill.kernel import errors
from watchbill.kernel.crashpoint import CRASH_EXIT, crashpoint
from watchbill.kernel.errors import (
    ANSWERS,
    Fault,
    Faults,
    Invalid,
    NotFound,
    Refused,
    Unavailable,
    WatchbillError,
    answer_to,
    near,
)
from watchbill.kernel.events import Event, event_kinds
from watchbill.kernel.jobs import JobParked, LeaseLost, sending_lane


def _tree(parent: type[WatchbillError] = WatchbillError) -> Iterator[type[WatchbillError]]:
    yield parent
    for child in parent.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _tree(child)


def test_every_error_has_a_row_in_the_table_and_every_row_an_error() -> None:
    """No entrypoint needs an answer of its own."""
    assert {error.code for error in _tree()} == set(ANSWERS)


def test_the_tree_is_drawn_in_the_docstring() -> None:
    """Every class by name."""
    drawn = errors.__doc__ or ""

    assert [error.__name__ for error in _tree() if error.__name__ not in drawn] == []


def test_exit_statuses_are_those_of_the_command_contract() -> None:
    """3 for no, 4 for not found, 5 for denied, 6 for unreachable, else 1."""
    exits = {code: answer.exit for code, answer in ANSWERS.items() if answer.exit != 1}

    assert exits == {"refused": 3, "not_found": 4, "unauthorized": 5, "forbidden": 5, "unavailable": 6}


def test_what_is_no_error_of_ours_is_internal() -> None:
    """500, and the status of a failure."""
    assert answer_to(ZeroDivisionError()) == ANSWERS["internal"]
    assert answer_to(LeaseLost("x")) == ANSWERS["conflict"]


def test_messages_say_what_failed_and_what_to_do() -> None:
    """Field, reason and hint are in the text."""
    assert str(Invalid("target", "is 100 %", hint="write 99.9")) == "target: is 100 % (write 99.9)"
    assert (
        str(NotFound("service", "chekout", known=["checkout", "cart"]))
        == "there is no service 'chekout' (did you mean 'checkout'?)"
    )
    assert str(NotFound("service", "x", known=["checkout"])) == "there is no service 'x'"
    assert Refused("gate", "no").policy == "gate"
    assert Unavailable("busy", retry_after_s=7).retry_after_s == 7


def test_faults_are_told_together() -> None:
    """All of a run, warnings do not count as faults."""
    faults = Faults(
        [Fault("a.yaml", 3, 1, "target", "is 100", "write 99.9"), Fault("a.yaml", 4, 1, "", "odd", severity="warning")]
    )

    assert str(faults) == "1 fault found, nothing was changed"
    assert str(faults.faults[0]) == "a.yaml:3:1: error: target: is 100 (write 99.9)"


@pytest.mark.parametrize(("typo", "meant"), [("checkuot", "checkout"), ("zzz", None), ("", None)])
def test_the_near_name_is_found_or_none(typo: str, meant: str | None) -> None:
    """A guess only where it is likely."""
    assert near(typo, ["checkout", "cart"]) == meant


def test_events_are_found_by_their_kind() -> None:
    """Every class that says one, and not their parent."""
    kinds = event_kinds()

    assert kinds["job.parked"] is JobParked
    assert "" not in kinds
    assert all(issubclass(found, Event) for found in kinds.values())


def test_every_channel_has_a_lane_of_its_own() -> None:
    """A provider that hangs delays its own lane only."""
    assert sending_lane("smtp") != sending_lane("webhook")


def test_a_crash_point_that_nobody_asked_for_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In production it costs one look into the environment."""
    monkeypatch.delenv("WATCHBILL_CRASHPOINT", raising=False)
    crashpoint("here")
    monkeypatch.setenv("WATCHBILL_CRASHPOINT", "there")
    crashpoint("here")


def test_a_crash_point_ends_the_process_at_the_visit_that_was_asked_for() -> None:
    """At once: no handler, no flush."""
    program = "from watchbill.kernel.crashpoint import crashpoint\nfor n in range(9):\n    print(n, flush=True)\n    crashpoint('here')"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={"WATCHBILL_CRASHPOINT": "here:3"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (CRASH_EXIT, "0\n1\n2\n")
