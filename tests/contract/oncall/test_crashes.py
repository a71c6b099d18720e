"""Kill -9 at every named place of paging: nothing is lost, and repeats stay within the stated bound, on both databases."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import watchbill.oncall
from watchbill.kernel.crashpoint import CRASH_EXIT
from watchbill.oncall.model import EscalationStatus

if TYPE_CHECKING:
    from tests.contract.oncall.conftest import Drill

VICTIM = Path(__file__).with_name("victim.py")
# Where the process dies while it pages the two persons of a step (`:N` is the N-th visit).
WHILE_PAGING = [
    "job.after_claim", "escalation.saved", "escalation.started", "escalation.person_paged", "escalation.person_paged:2",
    "escalation.step_called", "job.before_commit", "delivery.after_claim", "delivery.begun", "delivery.before_send",
    "delivery.after_send_before_record", "delivery.recorded", "delivery.after_record",
]  # fmt: skip
# In these a provider has taken a message that is not on record yet (in the last one, the neighbour's): a death may cost each
# message that was under way one repeat, under the same id.
REPEATS = {"delivery.after_send_before_record", "delivery.recorded", "delivery.after_record"}
QUICK = {"escalation.person_paged:2", "delivery.after_send_before_record"}
LEASE = timedelta(seconds=20)


class Crime:
    """A house whose worker is killed and started again."""

    def __init__(self, drill: "Drill", tmp_path: Path) -> None:
        self.drill = drill
        self._ledger = tmp_path / "ledger.jsonl"

    def run(self, at: datetime, crash: str = "", acknowledge: str = "") -> int:
        """One life of the worker; its exit status. The house itself lets go of its database meanwhile."""
        config = self.drill.app.config
        command = [
            sys.executable,
            str(VICTIM),
            str(config.data),
            config.database,
            at.isoformat(),
            str(self._ledger),
            acknowledge,
        ]
        environment = {**os.environ, "WATCHBILL_CRASHPOINT": crash} if crash else dict(os.environ)
        return subprocess.run(command, env=environment, check=False, timeout=60).returncode

    def sent(self) -> list[dict[str, str]]:
        """What the provider wrote down."""
        return [json.loads(line) for line in self._ledger.read_text().splitlines()] if self._ledger.exists() else []


@pytest.fixture
def crime(drill: "Drill", tmp_path: Path) -> Crime:
    """The drill's own process gives the data directory up."""
    return Crime(drill, tmp_path)


def quick_or_slow(points: list[str]) -> list[object]:
    """A few always, the rest with --slow."""
    return [point if point in QUICK else pytest.param(point, marks=pytest.mark.slow) for point in points]


@pytest.mark.parametrize("point", quick_or_slow(WHILE_PAGING))
def test_both_persons_of_a_step_are_told_whenever_the_worker_dies(crime: Crime, point: str) -> None:
    """F1, F2, F3: after the restart both have their page; at most one attempt more, and a provider that knows ids shows one."""
    start = crime.drill.clock.now()
    alert = crime.drill.fire(policy="pair", run=False)
    crime.drill.app.owner_lock.release()

    assert crime.run(start, point) == CRASH_EXIT
    assert crime.run(start + LEASE) == 0
    assert crime.run(start + 2 * LEASE) == 0

    attempts = Counter((row["person"], row["delivery"]) for row in crime.sent())
    assert sorted(person for person, _ in attempts) == ["bob", "cy"]
    assert max(attempts.values()) <= 1 + (point in REPEATS)
    assert crime.drill.escalation(alert).timers == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "point", ["escalation.step_due", "escalation.person_paged", "escalation.step_called", "job.before_commit"]
)
def test_a_step_that_came_due_is_neither_skipped_nor_doubled(crime: Crime, point: str) -> None:
    """The timer of the first step is killed half way: bob is called once, and the next timer is one, in its time."""
    alert = crime.drill.fire()
    crime.drill.forward(minutes=4)
    due = crime.drill.clock.now() + timedelta(minutes=1)
    crime.drill.app.owner_lock.release()

    assert crime.run(due, point) == CRASH_EXIT
    assert crime.run(due + LEASE) == 0

    assert [row["person"] for row in crime.sent()] == ["bob"]
    walk = crime.drill.escalation(alert)
    assert (walk.step, walk.timers) == (1, 2)


@pytest.mark.slow
def test_an_acknowledgement_that_was_not_confirmed_can_be_given_again(crime: Crime) -> None:
    """F4: killed before the commit nothing happened; the second time it holds, and no page follows."""
    alert = crime.drill.fire()
    start = crime.drill.clock.now()
    crime.drill.app.owner_lock.release()

    assert crime.run(start, "ack.saved", acknowledge=alert) == CRASH_EXIT
    assert crime.drill.escalation(alert).status is EscalationStatus.OPEN
    assert crime.run(start, acknowledge=alert) == 0
    assert crime.run(start + timedelta(hours=1)) == 0

    assert crime.drill.escalation(alert).status is EscalationStatus.ACKNOWLEDGED
    assert crime.sent() == []


@pytest.mark.slow
def test_a_stand_down_that_died_is_done_again(crime: Crime) -> None:
    """The alert is over; the worker dies while it calls everybody off, and does so after the restart."""
    alert = crime.drill.fire()
    crime.drill.world.ledger.clear()
    start = crime.drill.clock.now()
    crime.drill.resolve(alert, run=False)
    crime.drill.app.owner_lock.release()

    assert crime.run(start, "escalation.resolved") == CRASH_EXIT
    assert crime.run(start + LEASE) == 0
    assert crime.run(start + timedelta(hours=1)) == 0

    assert crime.drill.escalation(alert).status is EscalationStatus.RESOLVED
    assert crime.sent() == []


def test_every_named_place_of_paging_is_tried() -> None:
    """A crash point that no test visits proves nothing."""
    source = Path(watchbill.oncall.__file__).parent
    named = {name for path in source.rglob("*.py") for name in re.findall(r'crashpoint\("([^"]+)"\)', path.read_text())}

    tried = {point.partition(":")[0] for point in WHILE_PAGING} | {
        "escalation.step_due",
        "ack.saved",
        "escalation.resolved",
    }
    assert named <= tried
