"""The lint of alerts: the playbook's six alert design rules as checks (playbook ph. 4). Each check is a row of RULES.

A foreign alert is delivered whatever the lint says; findings are advice to its author.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from watchbill.alerts.model.written import LintFinding, Weight, WrittenAlert
from watchbill.alerts.rules.describing import runbook_of
from watchbill.alerts.rules.severity import LABEL, severity_of
from watchbill.alerts.rules.symptoms import causes_of, has_symptom

__all__ = ["RULES", "LintRule", "Surroundings", "lint"]

_OWNERS = ("team", "owner", "service", "slo")
_SAID = ("summary", "description", "message", "title")
_IMPACT = "impact"  # annotation or label by which an author says what a customer notices
_KNOWN_SEVERITIES = ", ".join(LABEL)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the files: runbooks by name with the number of their steps, and how often alerts page."""

    runbooks: Mapping[str, int] = field(default_factory=dict)
    runbook_for: Callable[[str], str | None] = lambda _alert: None
    pages_a_week: Mapping[str, float] = field(default_factory=dict)
    pages_target: int = 5
    broken_links: Mapping[str, str] = field(default_factory=dict)  # address -> what is wrong with it


Check = Callable[[WrittenAlert, Surroundings], Iterator[tuple[str, str, str]]]  # part, message, fix


@dataclass(frozen=True, slots=True)
class LintRule:
    """One check: its id, how much it weighs, the design rule (0: what has to hold before any of the six can)."""

    id: str
    name: str
    design_rule: int
    weight: Weight
    summary: str
    check: Check


def lint(alert: WrittenAlert, known: Surroundings) -> list[LintFinding]:
    """All findings on one alert, in the order of RULES."""
    return [
        LintFinding(rule.id, rule.weight, alert.name, alert.at(part), message, fix)
        for rule in RULES
        for part, message, fix in rule.check(alert, known)
    ]


def _pages(alert: WrittenAlert) -> bool:
    """Whether it wakes somebody: also where its severity is unstated, since it then counts as P1."""
    return severity_of(alert.labels)[0].pages


def _runbook(alert: WrittenAlert, known: Surroundings) -> str | None:
    return runbook_of({**alert.labels, "alertname": alert.name}, alert.annotations, known.runbook_for)


def _unreadable(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    if alert.fault:
        yield "expr", f"the expression cannot be read: {alert.fault}", "correct it; `promtool check rules` agrees"


def _severity(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    stated = alert.labels.get("severity", "")
    if not stated and severity_of(alert.labels)[1] == "no severity stated":
        yield "labels", "no severity is stated, so it counts as P1 and pages", "add labels: {severity: warning}"
    elif stated and "{{" not in stated and stated.lower() not in LABEL:
        message = f"severity {stated} is not known, so it counts as P1 and pages"
        yield "labels", message, f"write one of {_KNOWN_SEVERITIES}"


def _no_runbook(alert: WrittenAlert, known: Surroundings) -> Iterator[tuple[str, str, str]]:
    if _pages(alert) and _runbook(alert, known) is None:
        yield "annotations", "it pages and no runbook says what to do", "add annotations: {runbook_url: https://...}"


def _no_runbook_ticket(alert: WrittenAlert, known: Surroundings) -> Iterator[tuple[str, str, str]]:
    if not _pages(alert) and _runbook(alert, known) is None:
        yield "annotations", "no runbook says what to do", "add annotations: {runbook_url: https://...}"


def _lost_runbook(alert: WrittenAlert, known: Surroundings) -> Iterator[tuple[str, str, str]]:
    named = _runbook(alert, known)
    if not named or "{{" in named:
        return
    if named in known.broken_links:
        yield "annotations", f"runbook {named} cannot be reached: {known.broken_links[named]}", "correct the address"
    elif "://" not in named and named not in known.runbooks:
        yield "annotations", f"runbook {named} is neither an address nor a runbook here", "`watchbill runbook list` shows names"  # fmt: skip


def _owner(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    if not any(alert.labels.get(name) for name in _OWNERS):
        yield "labels", "nobody owns it: it has neither team, owner nor service", "add labels: {service: NAME}"


def _empty_runbook(alert: WrittenAlert, known: Surroundings) -> Iterator[tuple[str, str, str]]:
    named = _runbook(alert, known)
    if named is not None and known.runbooks.get(named) == 0:
        yield "annotations", f"runbook {named} holds no step: there is nothing to do", "write its diagnosis or mitigation"  # fmt: skip


def _unexplained(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    if not any(alert.annotations.get(name) for name in _SAID):
        yield "annotations", "nothing says what it means", "add annotations: {summary: ...}"


def _cause(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    if alert.expression is None or not _pages(alert) or has_symptom(alert):
        return
    if causes := causes_of(alert.expression.metrics):
        message = f"it pages on a cause ({', '.join(causes)}), not on what users notice"
        yield "expr", message, "page on errors or latency of the service, and make this one severity: warning"


def _single_window(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    found = alert.expression
    if found is None or not _is_slo(alert) or not _pages(alert):
        return
    if len(found.windows) < 2 and not _recorded_windows(found.metrics):  # noqa: PLR2004 - a long and a short one
        message = "it alerts on a promise over a single window: it fires late, or for what is over"
        yield "expr", message, "join a long and a short window with `and`; `watchbill slo rules` writes them"


def _no_impact(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    found = alert.expression
    if found is None or not _pages(alert) or has_symptom(alert) or causes_of(found.metrics):
        return
    if not (alert.annotations.get(_IMPACT) or alert.labels.get(_IMPACT)):
        yield "labels", "it pages and nothing says what a customer notices", "add annotations: {impact: ...}, or make it severity: warning"  # fmt: skip


def _no_wait(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    if alert.own or alert.waits or alert.keeps or alert.fault:
        return
    if alert.expression is not None and _is_slo(alert) and len(alert.expression.windows) >= 2:  # noqa: PLR2004 - as above
        return  # its short window does what `for` is for
    yield (
        "alert",
        "it fires at the first sample and may flap: neither `for` nor `keep_firing_for` is set",
        "add for: 5m",
    )


def _no_threshold(alert: WrittenAlert, _known: Surroundings) -> Iterator[tuple[str, str, str]]:
    found = alert.expression
    if found is not None and not found.compares and not _always_right(alert.expr):
        yield "expr", "nothing is compared: it fires whenever the series exists", "compare it with a threshold"


def _fatigue(alert: WrittenAlert, known: Surroundings) -> Iterator[tuple[str, str, str]]:
    often = known.pages_a_week.get(alert.name, 0)
    if often >= known.pages_target:
        message = f"it paged {often:.1f} times a week lately; fewer than {known.pages_target} is the target"
        yield "alert", message, "`watchbill alerts review` says what to do about it"


def _is_slo(alert: WrittenAlert) -> bool:
    """Whether it speaks of a promise: by its labels, its name, or the names of recorded series."""
    metrics = alert.expression.metrics if alert.expression else ()
    named = [alert.name.lower(), *(metric.lower() for metric in metrics)]
    return "slo" in alert.labels or any(word in name for name in named for word in ("burn", "slo", "errorbudget", "error_budget"))  # fmt: skip


def _recorded_windows(metrics: tuple[str, ...]) -> bool:
    """Whether the windows stand in the names of recorded series: `slo:sli_error:ratio_rate5m` and `..._rate1h`."""
    endings = {tail for metric in metrics for part in ("rate", "increase", "ratio") if (tail := metric.rpartition(part)[2])[:1].isdigit()}  # fmt: skip
    return len(endings) >= 2  # noqa: PLR2004 - a long and a short one


def _always_right(expr: str) -> bool:
    """`absent(...)` and its kind yield nothing where all is well."""
    return any(word in expr for word in ("absent(", "absent_over_time(", "vector(1)", "ALERTS"))


RULES: tuple[LintRule, ...] = (
    LintRule("WB001", "unreadable-expression", 0, Weight.ERROR, "The expression is PromQL", _unreadable),
    LintRule("WB002", "nothing-compared", 0, Weight.WARNING, "The expression compares with a threshold", _no_threshold),
    LintRule("WB003", "severity", 0, Weight.ERROR, "The severity is stated and known", _severity),
    LintRule("WB101", "page-without-runbook", 1, Weight.ERROR, "Every alert that pages has a runbook", _no_runbook),
    LintRule("WB102", "ticket-without-runbook", 1, Weight.WARNING, "Every alert has a runbook", _no_runbook_ticket),
    LintRule("WB103", "lost-runbook", 1, Weight.ERROR, "The runbook exists and can be reached", _lost_runbook),
    LintRule("WB201", "no-owner", 2, Weight.WARNING, "Every alert has an owner", _owner),
    LintRule("WB202", "empty-runbook", 2, Weight.ERROR, "The runbook holds at least one step", _empty_runbook),
    LintRule("WB203", "no-summary", 2, Weight.WARNING, "Every alert says what it means", _unexplained),
    LintRule("WB301", "cause-not-symptom", 3, Weight.ERROR, "What pages is a symptom, not a cause", _cause),
    LintRule("WB401", "single-window", 4, Weight.ERROR, "An alert on a promise looks over two windows", _single_window),
    LintRule("WB501", "no-customer-impact", 5, Weight.WARNING, "What pages is noticed by customers", _no_impact),
    LintRule("WB601", "fires-at-once", 6, Weight.WARNING, "An alert waits before it fires", _no_wait),
    LintRule("WB602", "too-many-pages", 6, Weight.WARNING, "An alert pages less than five times a week", _fatigue),
)
