"""The workflow: forward by itself and by hand, never back, and what each step is called."""

import pytest
from tests.unit.incidents.conftest import incident

from watchbill.incidents.model import Phase, Status
from watchbill.incidents.rules.phases import Milestone, after, require_open, require_step, step_state
from watchbill.kernel.errors import Conflict

DETECT, TRIAGE, RESPOND, MITIGATE, RESOLVE, REVIEW = Phase


@pytest.mark.parametrize(
    ("phase", "milestone", "following"),
    [
        (DETECT, Milestone.ACKNOWLEDGED, TRIAGE),
        (RESPOND, Milestone.ACKNOWLEDGED, RESPOND),
        (DETECT, Milestone.TRIAGED, RESPOND),
        (TRIAGE, Milestone.TRIAGED, RESPOND),
        (MITIGATE, Milestone.TRIAGED, MITIGATE),
        (DETECT, Milestone.MITIGATED, RESOLVE),
        (MITIGATE, Milestone.MITIGATED, RESOLVE),
        (DETECT, Milestone.RESOLVED, REVIEW),
        (RESOLVE, Milestone.RESOLVED, REVIEW),
        (REVIEW, Milestone.REOPENED, RESPOND),
    ],
)
def test_milestones_move_forward_only(phase: Phase, milestone: Milestone, following: Phase) -> None:
    """Phases may be skipped, none is gone back to, but for a reopen."""
    assert after(phase, milestone) is following


@pytest.mark.parametrize(
    ("phase", "target"), [(DETECT, TRIAGE), (DETECT, MITIGATE), (RESPOND, MITIGATE), (RESPOND, RESPOND)]
)
def test_people_may_skip_forward(phase: Phase, target: Phase) -> None:
    """Any later working phase may be entered by hand."""
    require_step(incident(phase=phase), target)


@pytest.mark.parametrize(
    ("phase", "target", "hint"),
    [
        (RESPOND, TRIAGE, "reopen"),
        (MITIGATE, DETECT, "reopen"),
        (RESPOND, RESOLVE, "incident mitigate 1"),
        (RESOLVE, REVIEW, "incident resolve 1"),
    ],
)
def test_other_steps_are_refused_with_the_way(phase: Phase, target: Phase, hint: str) -> None:
    """Back is no step, and the last two phases are earned by their verbs."""
    with pytest.raises(Conflict) as refused:
        require_step(incident(phase=phase), target)

    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("status", "hint"), [(Status.RESOLVED, "reopen"), (Status.CLOSED, "reopen"), (Status.MERGED, "merged into")]
)
def test_what_is_over_takes_no_work(status: Status, hint: str) -> None:
    """Work on a finished incident is refused with what to do instead."""
    with pytest.raises(Conflict) as refused:
        require_open(incident(status=status), "mitigating")

    assert hint in refused.value.hint


@pytest.mark.parametrize("status", [Status.OPEN, Status.MITIGATED])
def test_what_goes_on_takes_work(status: Status) -> None:
    """A mitigated incident is still an emergency."""
    require_open(incident(status=status), "mitigating")


def test_the_stepper_tells_done_from_skipped() -> None:
    """What was passed through is done, what was jumped over is skipped, and only one step is now."""
    one = incident(phase=RESOLVE)
    reached = {DETECT, TRIAGE, RESOLVE}

    states = [step_state(one, phase, reached=phase in reached) for phase in Phase]

    assert states == ["done", "done", "skipped", "skipped", "now", "ahead"]


def test_a_closed_incident_has_no_present_step() -> None:
    """Nothing is under way any more."""
    assert step_state(incident(phase=REVIEW, status=Status.CLOSED), REVIEW, reached=True) == "done"
