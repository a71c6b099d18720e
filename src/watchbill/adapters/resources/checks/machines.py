"""Rules that machines follow: what has no machine form is kept, shown, and does nothing."""

import re
from collections.abc import Iterator

from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.auto_remediation import AutoRemediationSpec
from watchbill.adapters.resources.kinds.experiment import ExperimentSpec, SafetySpec
from watchbill.adapters.resources.parsed import Parsed

__all__ = ["check_experiment", "check_remediation"]

_NUMBER = r"-?\d+(\.\d+)?"
_SPAN = r"\d+ ?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)"
_COMPARISON = re.compile(rf"[a-z_][a-z0-9_.]* ?(>=|<=|==|=|>|<) ?{_NUMBER} ?(%|ms|s|x)?( (in|for|over) {_SPAN})?")
# playbook ph. 7, experiment template: the sentences that have a meaning of their own
_ABORTS = (
    re.compile(rf"slo burn rate exceeds {_NUMBER}x"),
    re.compile(r"customer-visible errors detected"),
    re.compile(r"alert fires that we didn'?t expect"),
)


def check_experiment(resource: Parsed, _world: World) -> Iterator[Finding]:
    """An abort condition that no machine can watch will refuse the run."""
    spec = resource.spec
    assert isinstance(spec, ExperimentSpec)
    for index, text in enumerate((spec.safety or SafetySpec()).abort_conditions):
        said = " ".join(text.lower().split())
        if not _COMPARISON.fullmatch(said) and not any(known.fullmatch(said) for known in _ABORTS):
            reason = "no machine can watch this: the experiment will refuse to run"
            yield Finding(("safety", "abort_conditions", index), reason, "write burn_rate > 10", "warning")


def check_remediation(resource: Parsed, _world: World) -> Iterator[Finding]:
    """A rule is armed when both its condition and its action have a machine form."""
    spec = resource.spec
    assert isinstance(spec, AutoRemediationSpec)
    if spec.condition is None or not _COMPARISON.fullmatch(" ".join(spec.condition.lower().split())):
        reason = "not armed: the condition is no comparison a machine can make"
        yield Finding(("condition",), reason, "write disk_usage > 85%, or restart_count > 3 in 10 min", "warning")
    if spec.run is None:
        reason = "not armed: the action is prose and does nothing by itself"
        yield Finding(("action",), reason, "write what to do as run: {argv: [...]}", "warning")
