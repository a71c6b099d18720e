"""The first sentence of Now: what is wrong, how bad, who has it, and what holds all the same. Calm where all is well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchbill.entrypoints.web.words.amounts import counted, percent
from watchbill.entrypoints.web.words.phrase import Part, Sentence, Tone, join, listed, say
from watchbill.entrypoints.web.words.times import Local

__all__ = ["IncidentFact", "NowFacts", "PromiseFact", "WatchFact", "headline", "more"]

_NAMED = 3  # more than this are counted instead of named


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """One SLO. `losing` is what it does to users right now; `gone_at` the forecast; `thaws_at` when a freeze ends."""

    name: str
    service: str
    state: str | None
    frozen: bool
    firing: bool
    data_status: str
    remaining_pct: float | None
    losing: str | None = None
    gone_at: datetime | None = None
    thaws_at: datetime | None = None

    @property
    def href(self) -> str:
        """Its page."""
        return f"/slos/{self.name}"


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """One open incident."""

    number: int
    title: str
    severity: str
    commander: str | None
    service: str | None
    update_overdue: bool
    next_update_at: datetime | None

    @property
    def name(self) -> str:
        """`INC-12`."""
        return f"INC-{self.number}"


@dataclass(frozen=True, slots=True)
class WatchFact:
    """Who has a watch now and until when; None where nobody has."""

    schedule: str
    person: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class NowFacts:
    """All that the sentence is made from. `calling` are people who are being paged and have not answered."""

    promises: Sequence[PromiseFact]
    incidents: Sequence[IncidentFact]
    watches: Sequence[WatchFact]
    calling: Sequence[str] = ()
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    services: int = 0


def headline(facts: NowFacts) -> Sentence:
    """The worst thing, in one sentence; the first row of this list that holds."""
    burning = [one for one in facts.promises if one.firing]
    if burning:
        return _burning(burning[0], len(burning) - 1)
    if facts.incidents:
        worst = facts.incidents[0]
        tone: Tone = "dead" if worst.severity in {"SEV1", "SEV2"} else "warn"
        return say(
            Part(f"{worst.name} {worst.title}", tone, f"/incidents/{worst.number}"), f" is open, {worst.severity}."
        )
    spent = [one for one in facts.promises if one.state == "exhausted"]
    if spent:
        return say(
            Part(
                f"{listed([one.name for one in spent[:3]])} {'has' if len(spent) == 1 else 'have'} nothing left",
                "dead",
                spent[0].href,
            ),
            " of the error budget.",
        )
    low = [one for one in facts.promises if one.state in {"critical", "warning"}]
    if low:
        first = low[0]
        return say(
            Part(
                f"{first.name} has {percent(first.remaining_pct)} of its budget left",
                "crit" if first.state == "critical" else "warn",
                first.href,
            ),
            ".",
        )
    blind = [one for one in facts.promises if one.data_status in {"stale", "no_data"}]
    if blind:
        return say(
            Part(
                f"{listed([one.name for one in blind[:3]])} {'is' if len(blind) == 1 else 'are'} not being measured",
                "warn",
                blind[0].href,
            ),
            ".",
        )
    if facts.promises:
        return say("All is well.")
    return say("Nothing is promised yet.") if facts.services else say("Welcome aboard.")


def more(facts: NowFacts, local: Local) -> Sentence:
    """What follows: when it is gone, who has it, what else is wrong, and how many promises hold."""
    burning = [one for one in facts.promises if one.firing]
    return join([
        _exhaustion(burning[0], local) if burning else (),
        _watch(facts, local),
        _incidents(facts, local) if burning or len(facts.incidents) > 1 else (),
        _frozen(facts, local),
        _rest(facts),
    ])  # fmt: skip


def _burning(worst: PromiseFact, others: int) -> Sentence:
    words = f"{worst.service} {worst.losing}" if worst.losing else f"{worst.name} burns its budget too fast"
    also = f", and {counted(others, 'more promise')} burn{'s' if others == 1 else ''}" if others else ""
    return say(Part(words, "dead", worst.href), f"{also}.")


def _exhaustion(worst: PromiseFact, local: Local) -> Sentence:
    if worst.remaining_pct is not None and worst.remaining_pct <= 0:
        return say("Its error budget is spent.")
    left = f"{percent(worst.remaining_pct)} of the budget is left" if worst.remaining_pct is not None else ""
    if worst.gone_at is None:
        return say(f"{left}.") if left else ()
    gone = f"at this rate it is gone {local.when(worst.gone_at)}"
    return say(f"{left}; {gone}." if left else f"{gone.capitalize()}.")


def _watch(facts: NowFacts, local: Local) -> Sentence:
    """Who is being called or has answered; in quiet times who has the watch."""
    if facts.calling:
        return say(
            Part(listed(facts.calling), "strong"),
            f" {'is' if len(facts.calling) == 1 else 'are'} being called and ",
            Part("nobody has answered yet", "dead"),
            ".",
        )
    if facts.acknowledged_by and facts.acknowledged_at:
        return say(Part(facts.acknowledged_by, "strong"), f" acknowledged {local.when(facts.acknowledged_at)}.")
    empty = [one.schedule for one in facts.watches if one.person is None]
    if empty:
        return say(Part(f"Nobody has the watch of {listed(empty[:3])}", "warn", "/oncall"), ".")
    if not facts.watches:
        return ()
    first = facts.watches[0]
    if len({one.person for one in facts.watches}) == 1 and first.person:
        until = f" until {local.point(first.until)}" if first.until and len(facts.watches) == 1 else ""
        return say(Part(first.person, "strong"), f" has the watch{until}.")
    return say(f"{listed(sorted({one.person for one in facts.watches if one.person})[:4])} have the watch.")


def _incidents(facts: NowFacts, local: Local) -> Sentence:
    parts: list[Sentence] = []
    for one in facts.incidents[:2]:
        state = f"commander {one.commander}" if one.commander else "nobody commands it yet"
        due = (
            f", an update was due {local.when(one.next_update_at)}" if one.update_overdue and one.next_update_at else ""
        )
        parts.append(
            say(Part(one.name, "strong", f"/incidents/{one.number}"), f" is open, {one.severity}; {state}{due}.")
        )
    return join(parts)


def _frozen(facts: NowFacts, local: Local) -> Sentence:
    frozen = [one for one in facts.promises if one.frozen]
    if not frozen:
        return ()
    thaws = [one.thaws_at for one in frozen if one.thaws_at]
    until = f" until {local.day(max(thaws))}" if thaws and len(thaws) == len(frozen) else ""
    if len(frozen) > _NAMED:
        return say(Part(f"{counted(len(frozen), 'promise').capitalize()} stay frozen", "", "/slos?state=frozen"), ".")
    names = listed([one.name for one in frozen])
    return say(Part(f"{names} {'stays' if len(frozen) == 1 else 'stay'} frozen{until}", "", frozen[0].href), ".")


def _rest(facts: NowFacts) -> Sentence:
    if not facts.promises:
        return (
            say("Say what you promise: a service, what its users feel, and how often that may fail.")
            if facts.services
            else ()
        )
    holding = sum(1 for one in facts.promises if one.state == "healthy" and not one.firing and not one.frozen)
    if holding == len(facts.promises):
        return say(f"{counted(holding, 'promise').capitalize()} {'holds' if holding == 1 else 'hold'}.")
    if not holding:
        return ()
    return say(f"The other {counted(holding, 'promise')} hold{'s' if holding == 1 else ''}.")
