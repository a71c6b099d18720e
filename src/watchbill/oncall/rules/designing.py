"""A first runbook for an alert, from what is known of it. What nobody knows is a prompt that says so; nothing is made up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import SequenceMatcher
from fractions import Fraction

from watchbill.kernel.units import duration_text
from watchbill.oncall.model import Runbook

__all__ = ["PROMPT", "Helped", "Known", "design", "most_alike"]

PROMPT = "FILL IN:"
_ALIKE = 0.6  # of the letters of two names


@dataclass(frozen=True, slots=True)
class Helped:
    """An earlier incident of the same alert, and what is on record about it."""

    incident: int
    title: str
    mitigation: str | None
    root_cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an alert; empty means not known. `occurred` counts `days`; `typical`: the median length of those over."""

    alert: str
    expression: str = ""
    waits: timedelta | None = None
    summary: str = ""
    description: str = ""
    source: str = ""  # where the rule stands: a file and line, or the promise
    promise: str = ""
    service: str = ""
    owner: str = ""
    contact: str = ""
    upstream: Sequence[str] = ()
    occurred: int = 0
    days: int = 90
    typical: timedelta | None = None
    actionable: Fraction | None = None
    helped: Sequence[Helped] = ()
    similar: Runbook | None = None
    url: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def most_alike(alert: str, service: str, runbooks: Sequence[Runbook]) -> Runbook | None:
    """The runbook of the same service whose alert is named most alike, else any that is named alike; None where none is."""

    def likeness(one: Runbook) -> float:
        name = one.alert_name or one.title
        return SequenceMatcher(None, name.lower(), alert.lower()).ratio() + (
            1 if service and one.service == service else 0
        )

    others = [one for one in runbooks if one.alert_name != alert and one.diagnosis]
    best = max(others, key=lambda one: (likeness(one), one.name), default=None)
    return best if best is not None and likeness(best) >= _ALIKE else None


def design(known: Known) -> dict[str, object]:
    """The runbook as a resource's fields, in the order of the playbook's template."""
    spec: dict[str, object] = {
        "title": f"{known.service}: {known.alert}" if known.service else known.alert,
        "alert_name": known.alert,
        "owner": known.owner or None,
        "service": known.service or None,
        "overview": _overview(known),
        "impact": _impact(known),
        "diagnosis": _diagnosis(known),
        "mitigation": _mitigation(known),
        "escalation": {
            "after_minutes": 30,
            "contact": known.contact or f"{PROMPT} schedule:NAME, team:NAME or person:NAME",
            "context_to_provide": "{{ service }}, {{ incident }}, open for {{ minutes }} min. {{ tried }}"
            if known.service
            else "{{ incident }}, open for {{ minutes }} min. {{ tried }}",
        },
        "body": _sources(known),
    }
    return {name: value for name, value in spec.items() if value is not None}


def _overview(known: Known) -> str:
    said = [text for text in (known.summary, known.description) if text]
    if known.expression:
        waits = f" for {duration_text(known.waits)}" if known.waits else ""
        said.append(f"It fires when this holds{waits}: {known.expression}")
    if known.promise:
        said.append(known.promise)
    said.append(f"{PROMPT} what it means in plain words, for somebody who sees it for the first time at 3 AM.")
    return "\n".join(said) + "\n"


def _impact(known: Known) -> str:
    about = f" of {known.service}" if known.service else ""
    return f"{PROMPT} which users{about} notice what.\n"


def _diagnosis(known: Known) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if known.expression:
        found.append({
            "step": "Look at what the alert measures, by the parts that it has (instance, route, region)",
            "if_unexpected": f"{PROMPT} what a single bad part means, and what all of them mean.",
        })  # fmt: skip
    found.append({
        "step": f"Check recent deployments, configuration and flags{f' of {known.service}' if known.service else ''}",
        "if_unexpected": "Something changed shortly before it began: take it back (mitigation 1).",
    })  # fmt: skip
    found += [
        {
            "step": f"Check {name}, which {known.service} calls",
            "if_unexpected": f"Work on {name}: its runbook, its on-call.",
        }
        for name in known.upstream
    ]
    if known.similar is not None:
        for step in known.similar.diagnosis:
            borrowed: dict[str, object] = {
                "step": f"{step.step} (from the runbook {known.similar.name}: does it hold here?)"
            }
            borrowed |= {"command": step.command} if step.command else {}
            borrowed |= {"expected": step.expected} if step.expected else {}
            borrowed |= {"if_unexpected": step.if_unexpected} if step.if_unexpected else {}
            found.append(borrowed)
    found.append({"step": f"{PROMPT} the one thing that an expert would look at first, with its command."})
    return found


def _mitigation(known: Known) -> list[dict[str, object]]:
    ways: list[dict[str, object]] = [
        {
            "option": f"What helped in INC-{one.incident}",
            "when": f"It looks like INC-{one.incident}: {one.title}"
            + (f" (cause: {one.root_cause})" if one.root_cause else ""),
            "steps": [one.mitigation],
        }
        for one in known.helped
        if one.mitigation
    ]
    return [
        {"option": "Rollback", "when": "Recent deployment suspected", "steps": [f"{PROMPT} the command that takes a release back."]},
        *ways,
        {"option": "Scale up", "when": "Traffic spike", "steps": [f"{PROMPT} the command, and its limit."]},
        {"option": "Failover", "when": "Single component failure", "steps": [f"{PROMPT} to what, how, and how to come back."]},
    ]  # fmt: skip


def _sources(known: Known) -> str:
    """Where every sentence above comes from, so that whoever edits it knows what is fact."""
    times = "once" if known.occurred == 1 else f"{known.occurred} times"
    said = (
        [f"Fired {times} in the last {known.days} days."]
        if known.occurred
        else [f"Never fired in the last {known.days} days."]
    )
    if known.typical is not None:
        said.append(f"Half of the times it was over within {duration_text(known.typical)}.")
    if known.actionable is not None:
        said.append(f"People found something to do in {round(known.actionable * 100)} % of those that they judged.")
    said += [f"INC-{one.incident}: {one.title}." for one in known.helped]
    if known.source:
        said.append(f"Rule: {known.source}.")
    if known.similar is not None:
        said.append(f"Similar runbook: {known.similar.name}.")
    return "Drafted by watchbill from what it knows:\n\n" + "\n".join(f"- {one}" for one in said) + "\n"
