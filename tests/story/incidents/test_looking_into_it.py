"""Looking into an incident: what changed, burns and fails; and ways to mitigate, taken with a second person's yes."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.story.incidents.conftest import START, Drill, opened

from watchbill.kernel.errors import NotFound, Refused

WAYS = """
mitigation: {name: undo, title: Roll checkout back, kind: rollback, services: [checkout], when: A deploy is suspected,
             command: [undo, "{{ service }}"], expected: undone, approval: true}
---
mitigation: {name: more, title: Scale up, kind: scale_up, command: "undo {{ replicas }}"}
---
mitigation: {name: flag, title: Switch the flag off, kind: flag_off, services: [checkout], webhook: flags, values: {flag: new-cart}}
---
mitigation: {name: other, title: Not ours, kind: rollback, services: [wiki], command: undo wiki}
---
runbook: {title: Checkout fails, name: checkout-fails, alert_name: CheckoutFails, service: checkout, owner: payments}
---
sli: {name: checkout-log, service: checkout, type: availability,
      measurement: {good_events: "no 5xx", total_events: all, good: "status < 500", total: "true", source: {logs: {path: "LOG"}}}}
"""


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    """The shop with ways to mitigate and a log."""
    undo = tmp_path / "undo"
    undo.write_text('#!/bin/sh\necho "undone $1"\n')
    undo.chmod(0o755)
    actions = tmp_path / "actions.toml"
    actions.write_text(f"""
[commands.undo]
program = "{undo}"
allow = [["[a-z0-9]+"]]
[webhooks.flags]
url = "http://127.0.0.1:9/flags"
""")
    actions.chmod(0o600)
    log = tmp_path / "app.log"
    log.touch()
    with opened(tmp_path / "data", actions=actions, log_roots=(tmp_path,)) as ready:
        ready.write(WAYS.replace("LOG", str(log)))
        yield ready


def declare(drill: Drill) -> None:
    """An incident a quarter of an hour after a deploy."""
    drill.ask("change.add", service="checkout", kind="deploy", version="v42", summary="new cart")
    drill.forward(15)
    drill.ask("incident.start", title="checkout is down", service="checkout", severity="SEV2", confirm=True)


def test_ways_are_offered_fastest_first_with_what_speaks_for_them(drill: Drill) -> None:
    """Only those for its services, in the order of the playbook; the deploy speaks for the rollback."""
    declare(drill)

    found = drill.ask("incident.mitigations", id="1")

    assert [one["name"] for one in found] == ["undo", "flag", "more"]
    assert found[0]["evidence"] == "deploy of checkout 15 min before it began: v42 new cart"
    assert (found[0]["command"], found[0]["needs_approval"]) == ("undo checkout", True)
    assert found[1]["evidence"] == ""
    assert (found[2]["needs"], found[2]["obstacle"]) == (["replicas"], "")


def test_taking_one_needs_another_person_and_is_on_the_timeline(drill: Drill) -> None:
    """Proposed, approved by a colleague, run, and recorded with its result."""
    declare(drill)
    asked = drill.ask("incident.mitigations.take", id="1", mitigation="undo")
    assert asked["status"] == "proposed"
    with pytest.raises(Refused):
        drill.ask("execution.approve", id=asked["id"])

    drill.ask("execution.approve", who="bob", id=asked["id"])

    assert drill.ask("incident.mitigations", id="1")[0]["latest"]["matched"] is True
    assert drill.texts()[-1] == "Roll checkout back: `undo checkout` exit 0, as expected"
    assert drill.show()["status"] == "open"


def test_a_dry_run_of_one_is_recorded_as_such(drill: Drill) -> None:
    """Without a rehearsal of its own the command is only shown."""
    declare(drill)

    drill.ask("incident.mitigations.take", id="1", mitigation="undo", dry_run=True)

    assert drill.texts()[-1] == "Roll checkout back: dry run of `undo checkout`"


def test_a_webhook_that_cannot_be_reached_fails_once(drill: Drill) -> None:
    """It is not tried again: the deed might have been done."""
    declare(drill)

    asked = drill.ask("incident.mitigations.take", id="1", mitigation="flag")
    drill.forward(30)

    done = drill.ask("execution.show", id=asked["id"])
    assert (done["status"], done["argv"]) == ("failed", [])
    assert "refused" in done["answer"].lower()
    assert sum("Switch the flag off" in text for text in drill.texts()) == 1


def test_one_for_another_service_is_not_there(drill: Drill) -> None:
    """A way for the wiki cannot be taken for the checkout."""
    declare(drill)

    with pytest.raises(NotFound):
        drill.ask("incident.mitigations.take", id="1", mitigation="other")


def test_the_investigation_gathers_everything(drill: Drill, tmp_path: Path) -> None:
    """The deploy is a suspect, the payment has an open incident, new errors stand first, the runbook is found."""
    lines = [
        {
            "timestamp": (START - timedelta(minutes=20)).isoformat(),
            "level": "error",
            "message": f"slow answer from cache {n}",
        }
        for n in range(3)
    ]
    declare(drill)
    now = drill.clock.now()
    lines += [
        {
            "timestamp": (now + timedelta(seconds=n)).isoformat(),
            "level": "error",
            "message": f"payment refused order {n}: timeout after {n * 7}ms",
        }
        for n in range(30)
    ]
    lines += [{"timestamp": now.isoformat(), "level": "error", "message": "slow answer from cache 9"}]
    lines += [{"timestamp": now.isoformat(), "level": "info", "message": "fine"}]
    (tmp_path / "app.log").write_text("".join(json.dumps(line) + "\n" for line in lines))
    drill.ask("incident.start", title="payment times out", service="payment", severity="SEV3", confirm=True)
    drill.ask("incident.task", id="1", text="Is it the new cart?", owner="bob")

    found = drill.ask("incident.investigate", id="1")

    assert [(one["change"]["version"], one["suspect"], one["minutes_before"]) for one in found["changes"]] == [
        ("v42", True, 15)
    ]
    assert [(one["name"], one["well"], one["incidents"]) for one in found["dependencies"]] == [("payment", False, [2])]
    assert [(one["pattern"], one["since"], one["new"]) for one in found["errors"]["signatures"]] == [
        ("payment refused order <n>: timeout after <n>", 30, True),
        ("slow answer from cache <n>", 1, False),
    ]
    assert [one["name"] for one in found["runbooks"]] == ["checkout-fails"]
    assert [(one["text"], one["owner"]) for one in found["tracks"]] == [("Is it the new cart?", "bob")]
    assert [one["name"] for one in found["mitigations"]] == ["undo", "flag", "more"]
    assert {one["slo"] for one in found["burning"]} <= {"checkout-availability"}


def test_a_log_that_is_gone_is_said(drill: Drill, tmp_path: Path) -> None:
    """The screen opens whatever is missing."""
    declare(drill)
    (tmp_path / "app.log").unlink()

    errors = drill.ask("incident.investigate", id="1")["errors"]

    assert errors["signatures"] == []
