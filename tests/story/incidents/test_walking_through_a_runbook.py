"""A runbook is walked through beside an incident: commands run from an allow-list, and everything is on the timeline."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.story.incidents.conftest import Drill, opened

from watchbill.kernel.errors import Conflict, Invalid, NotFound, Refused
from watchbill.people.model import Actor, Role

BOOK = """
runbook:
  title: Checkout fails
  name: checkout-fails
  alert_name: CheckoutFails
  owner: payments
  service: checkout
  overview: Orders fail.
  diagnosis:
    - {step: Say hello, command: "echo hello {{ service }} of {{ incident }}", expected: hello checkout, if_unexpected: Look closer}
    - {step: Count, command: [counter, "{{ replicas }}"], expected: "/^[0-9]+$/", if_unexpected: "Roll back: see mitigation 1"}
    - {step: Look at the dashboard, expected: no spike, if_unexpected: Scale up}
  mitigation:
    - option: Rollback
      when: Recent deployment suspected
      steps:
        - {step: Take the release back, command: "rollback {{ service }}"}
        - Tell the team
  escalation: {after_minutes: 30, contact: "person:dee", context_to_provide: "{{ service }} for {{ minutes }} min"}
"""


@pytest.fixture
def drill(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Drill]:
    """The shop with the runbook, and three programs that may be run."""
    counter = tmp_path / "counter"
    counter.write_text('#!/bin/sh\necho "$1 of many"\n')
    counter.chmod(0o755)
    rollback = tmp_path / "rollback"
    rollback.write_text('#!/bin/sh\necho "took $1 back"\n')
    rollback.chmod(0o755)
    actions = tmp_path / "actions.toml"
    actions.write_text(f"""
[commands.echo]
program = "/bin/echo"
allow = [["hello", "..."]]
[commands.counter]
program = "{counter}"
allow = [["[0-9]+"]]
[commands.rollback]
program = "{rollback}"
allow = [["checkout|payment"]]
approval = true
dry_run = ["--rehearse"]
""")
    actions.chmod(0o600)
    database = request.getfixturevalue("postgresql_url") if getattr(request, "param", "") == "postgresql" else None
    with opened(tmp_path / "data", database, actions=actions) as ready:
        ready.write(BOOK)
        yield ready


@pytest.fixture
def walk(drill: Drill) -> Callable[..., str]:
    """Begins a walk for a fresh incident; the walk's id."""

    def begin(**more: Any) -> str:  # Any: fields of the operation
        drill.ask("incident.start", title="checkout is down", service="checkout", severity="SEV2", confirm=True)
        return str(drill.ask("runbook.run", name="CheckoutFails", incident="1", **more)["id"])

    return begin


def step(drill: Drill, run: str, key: str) -> dict[str, object]:
    """One step of the walk as it stands."""
    return next(one for one in drill.ask("runbook.run.show", id=run)["steps"] if one["key"] == key)


@pytest.mark.parametrize("drill", ["sqlite", "postgresql"], indirect=True)
def test_a_step_is_run_and_kept_on_the_timeline(drill: Drill, walk: Callable[..., str]) -> None:
    """Placeholders hold the incident's facts, the output is matched, and the timeline keeps both."""
    run = walk()

    drill.ask("runbook.execute", id=run, step="1")

    done = step(drill, run, "1")
    assert (done["verdict"], done["execution"]["output"]) == ("expected", "hello checkout of INC-1\n")  # type: ignore[index]  # JSON
    entry = next(one for one in drill.show()["timeline"] if one["output"])
    assert entry["source"] == "action"
    assert entry["author"] == "ann"
    assert entry["text"] == "Say hello: `echo hello checkout of INC-1` exit 0, as expected"
    assert entry["output"] == "hello checkout of INC-1\n"


def test_what_is_not_as_expected_says_what_to_do(drill: Drill, walk: Callable[..., str]) -> None:
    """An output that does not match shows `if_unexpected`, in the walk and on the timeline."""
    run = walk(values={"replicas": "3"})

    drill.ask("runbook.execute", id=run, step="2")

    assert step(drill, run, "2")["verdict"] == "unexpected"
    assert step(drill, run, "2")["then"] == "Roll back: see mitigation 1"
    assert drill.texts()[-1] == "Count: `counter 3` exit 0, not as expected. Then: Roll back: see mitigation 1"


def test_a_step_without_a_command_is_confirmed(drill: Drill, walk: Callable[..., str]) -> None:
    """Whoever looked says what they saw; the newer word counts."""
    run = walk()
    with pytest.raises(Invalid, match="has no command"):
        drill.ask("runbook.execute", id=run, step="3")

    drill.ask("runbook.confirm", id=run, step="3", as_expected=False, note="a spike at 3")
    assert step(drill, run, "3")["then"] == "Scale up"
    drill.ask("runbook.confirm", id=run, step="3", as_expected=True)

    assert step(drill, run, "3")["verdict"] == "expected"
    assert "Look at the dashboard: not as expected (a spike at 3). Then: Scale up" in drill.texts()


def test_hostile_values_run_nothing(drill: Drill, walk: Callable[..., str]) -> None:
    """A value that is not what its placeholder says is refused, and no execution is kept."""
    run = walk()

    for value in ("; rm -rf /", "$(reboot)", "1\n2", "-rf", "--all", "1 2", "", "1\0"):
        with pytest.raises(Invalid, match="nothing was run"):
            drill.ask("runbook.execute", id=run, step="2", values={"replicas": value})

    assert drill.ask("execution.list")["items"] == []


def test_what_is_not_allowed_is_refused(drill: Drill, walk: Callable[..., str]) -> None:
    """Neither an unknown program nor an allowed one with other arguments is run."""
    run = walk(values={"service": "wiki"})

    with pytest.raises(Refused, match="not with these arguments"):
        drill.ask("runbook.execute", id=run, step="m1.1")
    drill.write(BOOK.replace("echo hello", "reboot hello"))
    drill.ask("runbook.end", id=run, outcome="abandoned")
    again = drill.ask("runbook.run", name="checkout-fails", incident="1")["id"]
    with pytest.raises(Refused, match="do not allow 'reboot'"):
        drill.ask("runbook.execute", id=again, step="1")


def test_what_needs_approval_waits_for_another_person(drill: Drill, walk: Callable[..., str]) -> None:
    """Whoever asked cannot approve; a colleague can, and only then it runs."""
    run = walk()
    asked = drill.ask("runbook.execute", id=run, step="m1.1")
    assert asked["status"] == "proposed"
    assert step(drill, run, "m1.1")["verdict"] == "waiting"
    with pytest.raises(Refused, match="another person has to approve"):
        drill.ask("execution.approve", id=asked["id"])

    drill.ask("execution.approve", who="bob", id=asked["id"])

    done = drill.ask("execution.show", id=asked["id"])
    assert (done["status"], done["output"], done["decided_by"]) == ("done", "took checkout back\n", "bob")
    assert drill.texts()[-3:] == [
        "Rollback: Take the release back: `rollback checkout`, waits for another person's approval",
        "bob approved Rollback: Take the release back: `rollback checkout`",
        "Rollback: Take the release back: `rollback checkout` exit 0",
    ]


def test_a_rejected_one_is_not_run(drill: Drill, walk: Callable[..., str]) -> None:
    """The reason is on record, and the step is open again."""
    run = walk()
    asked = drill.ask("runbook.execute", id=run, step="m1.1")

    drill.ask("execution.reject", who="bob", id=asked["id"], reason="not the release")

    assert drill.ask("execution.show", id=asked["id"])["answer"] == "rejected: not the release"
    assert step(drill, run, "m1.1")["verdict"] == "open"


def test_a_dry_run_needs_no_approval_and_says_what_it_is(drill: Drill, walk: Callable[..., str]) -> None:
    """With arguments for a rehearsal these are added; without any the command is only shown."""
    run = walk(dry_run=True)

    rehearsed = drill.ask("runbook.execute", id=run, step="m1.1")
    shown = drill.ask("runbook.execute", id=run, step="1")

    assert rehearsed["argv"][1:] == ["checkout", "--rehearse"]
    assert drill.ask("execution.show", id=rehearsed["id"])["output"] == "took checkout back\n"
    assert (shown["status"], shown["acts"]) == ("done", False)
    assert drill.ask("execution.show", id=shown["id"])["output"] == ""
    assert drill.ask("runbook.show", name="checkout-fails")["freshness"]["last_used"] is None


def test_the_contact_is_called_in_time_with_what_was_tried(drill: Drill, walk: Callable[..., str]) -> None:
    """After `after_minutes` the contact is paged, with the context filled in."""
    run = walk()
    drill.ask("runbook.execute", id=run, step="1")
    drill.forward(29)
    assert drill.ask("runbook.run.show", id=run)["escalation"] is None

    drill.forward(1)

    call = drill.ask("runbook.run.show", id=run)["escalation"]
    assert [page["person"] for page in drill.ask("escalation.show", id=call)["pages"]] == ["dee"]
    said = next(text for text in drill.texts() if "is being called" in text and "person:dee" in text)
    assert said.endswith("INC-1. checkout for 30 min Tried: 1. Say hello: as expected.")
    with pytest.raises(NotFound):
        drill.ask("runbook.execute", id=run, step="9")


def test_nobody_is_called_for_a_walk_that_ended(drill: Drill, walk: Callable[..., str]) -> None:
    """Once it helped, the timer is gone, and the walk takes no further steps."""
    run = walk()
    drill.ask("runbook.end", id=run, outcome="helped", note="fine again")

    drill.forward(60)

    assert not [text for text in drill.texts() if "person:dee" in text]
    assert "Runbook 'Checkout fails' helped: fine again" in drill.texts()
    with pytest.raises(Conflict):
        drill.ask("runbook.confirm", id=run, step="3")


def test_the_same_incident_takes_the_walk_up_again(drill: Drill, walk: Callable[..., str]) -> None:
    """Two people walk through one runbook together, not through two."""
    run = walk()

    assert drill.ask("runbook.run", who="bob", name="checkout-fails", incident="INC-1")["id"] == run


def test_what_a_dead_server_ran_is_unknown_and_never_run_again(drill: Drill, walk: Callable[..., str]) -> None:
    """A started row without a living worker is shown as unknown, whatever the worker does afterwards."""
    run = walk()
    with drill.app.transaction() as s:
        asked = s.acting.runs.execute(run, "1", Actor("ann", Role.RESPONDER, "test"))
        s.acting.working.take("dead", 1)
        s.acting.working.began(asked.id, "dead", 4242)

    drill.forward(1)

    found = drill.ask("execution.show", id=asked.id)
    assert found["status"] == "unknown"
    assert "process 4242 may still run" in found["answer"]
    assert step(drill, run, "1")["verdict"] == "unknown"
    drill.forward(60)
    assert drill.ask("execution.show", id=asked.id)["output"] == ""


def test_freshness_follows_use(drill: Drill, walk: Callable[..., str]) -> None:
    """Used today is fresh; 90 days later it still is, and a day after that it is stale."""
    walk()

    def stale() -> bool:
        return bool(drill.ask("runbook.show", name="checkout-fails")["freshness"]["stale"])

    assert not stale()
    drill.clock.forward(timedelta(days=90))
    assert not stale()
    drill.clock.forward(timedelta(seconds=1))
    assert stale()
    assert drill.ask("runbook.show", name="checkout-fails")["freshness"]["last_tested"] is None
