"""Sentences and figures of on-call health."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchbill.entrypoints.web.visit import Visit
from watchbill.entrypoints.web.words.amounts import NBSP, counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, listed, say
from watchbill.oncall.model.health import Band, Metric
from watchbill.operations.oncall_health import MetricView, TeamHealthView

__all__ = ["METRICS", "MetricWords", "edges", "evenness", "headline", "label_words", "more", "trend", "value", "waits"]


@dataclass(frozen=True, slots=True)
class MetricWords:
    """A metric as people call it, its unit, and what the number beside it counts."""

    name: str
    unit: str
    of: str
    trouble: str


METRICS: dict[Metric, MetricWords] = {
    Metric.PAGES: MetricWords("Interruptions per shift", "", "shift", "too many interruptions"),
    Metric.OFF_HOURS: MetricWords("Off-hours per week", "", "interruption", "too many off-hours"),
    Metric.ACKNOWLEDGE: MetricWords("Time to acknowledge", "min", "page", "slow answers"),
    Metric.MITIGATE: MetricWords("Time to mitigate", "min", "incident", "slow mitigation"),
    Metric.FALSE_POSITIVES: MetricWords("False positives", "%", "labelled call", "false alarms"),
    Metric.ESCALATIONS: MetricWords("Escalated", "%", "page", "many escalations"),
    Metric.SATISFACTION: MetricWords("Satisfaction", "of 5", "answer", "people who are not content"),
}


def headline(teams: Sequence[TeamHealthView]) -> Sentence:
    """The worst is said first."""
    if not teams:
        return say("Nobody stands watch yet.")
    critical = [team.team for team in teams if _of(team, Band.CRITICAL)]
    if critical:
        return say(Part(f"The watch of {listed(critical)} wears people out", "crit"), ".")
    warned = [team.team for team in teams if _of(team, Band.WARNING)]
    if warned:
        return say(Part(f"The watch of {listed(warned)} is near its limits", "warn"), ".")
    return say(f"The watch of {listed([team.team for team in teams])} is healthy, as far as is known.")


def more(team: TeamHealthView, days: int, visit: Visit) -> Sentence:
    """What happened, what is out of its band, and who carries most."""
    parts = [
        say(
            f"{counted(team.interruptions, 'interruption').capitalize()} from {counted(team.pages, 'page')} in {days} days."
        )
    ]
    wrong = [METRICS[one.metric].trouble for one in _of(team, Band.CRITICAL)]
    if wrong:
        parts.append(say(Part(f"Critical: {listed(wrong)}.", "crit")))
    worst = max(team.people, key=lambda one: one.burden, default=None)
    if worst is not None and worst.burden and len(team.people) > 1:
        share = team.burden.largest_share
        how = f" carries {share * 100:.0f}{NBSP}% of the burden." if share is not None else " carries most of it."
        parts.append(say(Part(visit.name(worst.person), "strong"), how))
    if team.too_small:
        parts.append(say(f"Fewer than {team.fewest_people} people take turns."))
    return join(parts)


def value(number: float | None, metric: Metric | None = None) -> str:
    """A number with its unit; what is not known is a dash."""
    if number is None:
        return "–"
    unit = METRICS[metric].unit if metric else ""
    text = f"{number:.2f}" if 0 < number < 1 else f"{number:.1f}".removesuffix(".0")
    return f"{text}{NBSP}{unit}" if unit else text


def trend(one: MetricView) -> str:
    """How it was before, and whether that was better."""
    if one.previous is None:
        return "not known before"
    if one.value is None or one.value == one.previous:
        return f"{value(one.previous, one.metric)} before"
    better = (one.value < one.previous) == (one.healthy < one.critical)
    return f"{'better' if better else 'worse'} than {value(one.previous, one.metric)} before"


def edges(one: MetricView) -> str:
    """What is healthy and what critical, as the playbook has it."""
    more_is_worse = one.healthy < one.critical
    return f"healthy {'<' if more_is_worse else '>'} {one.healthy}, critical {'>' if more_is_worse else '<'} {one.critical}"


def evenness(team: TeamHealthView) -> Sentence:
    """How the burden and the hours are spread."""
    found = []
    for name, share in (("Burden", team.burden), ("Hours", team.hours)):
        if share.gini is not None:
            tone = {"unfair": "crit", "watch": "warn"}.get(str(share.evenness), "")
            word = "to be watched" if share.evenness == "watch" else str(share.evenness)
            found.append(say(f"{name}: ", Part(word, "crit" if tone == "crit" else "warn" if tone else "strong"), f", Gini {share.gini:.2f}."))  # fmt: skip
    return join(found) or say("Fewer than two people take turns: there is nothing to compare.")


def waits(team: TeamHealthView) -> str:
    """What stands beside the median time to acknowledge; nothing where nobody was called."""
    if not team.pages:
        return ""
    slow = team.acknowledge_p90_minutes
    ninth = (
        f"nine of ten within {value(slow, Metric.ACKNOWLEDGE)}"
        if slow is not None
        else "fewer than nine of ten were answered"
    )
    mean = (
        f", the mean of those answered {value(team.avg_ack_time_min, Metric.ACKNOWLEDGE)}"
        if team.avg_ack_time_min is not None
        else ""
    )
    return f"{ninth}{mean}, {counted(team.unanswered, 'page')} not answered by who was called"


def label_words(team: TeamHealthView) -> str:
    """What the share of false positives rests on."""
    rest = f"{team.labelled} of {counted(team.calls, 'call')} labelled"
    interval = team.false_positive_interval_pct
    return f"{rest}, 95{NBSP}% interval {interval[0]:.0f} to {interval[1]:.0f}{NBSP}%" if interval else rest


def _of(team: TeamHealthView, band: Band) -> list[MetricView]:
    return [one for one in team.metrics if one.band is band]
