"""Sentences about promises: the list and one of them."""

from collections import Counter
from collections.abc import Sequence

from watchbill.entrypoints.web.words.amounts import counted, in_words, percent, times
from watchbill.entrypoints.web.words.now import PromiseFact
from watchbill.entrypoints.web.words.phrase import Part, Sentence, Tone, join, listed, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.slo_views import SloDetailView

__all__ = ["list_headline", "list_more", "slo_headline", "slo_more", "state_counts"]

_TONES: dict[str, Tone] = {"exhausted": "dead", "critical": "crit", "warning": "warn"}


def state_counts(promises: Sequence[PromiseFact]) -> list[tuple[str, int]]:
    """How many are burning, frozen and in each state, worst first; states that nothing is in are left out."""
    states = Counter(one.state or "unknown" for one in promises)
    found = [("burning", sum(one.firing for one in promises)), ("frozen", sum(one.frozen for one in promises))]
    found += [(state, states[state]) for state in ("exhausted", "critical", "warning", "healthy")]
    found.append(("blind", sum(one.data_status in {"stale", "no_data"} for one in promises)))
    return [(state, count) for state, count in found if count]


def list_headline(promises: Sequence[PromiseFact]) -> Sentence:
    """How many of all are in danger."""
    if not promises:
        return say("Nothing is promised yet.")
    bad = [one for one in promises if one.firing or one.state in _TONES]
    if not bad:
        return say(
            f"{counted(len(promises), 'promise').capitalize()}, {'it holds' if len(promises) == 1 else 'all hold'}."
        )
    tone: Tone = "dead" if any(one.firing for one in bad) else "warn"
    return say(
        Part(
            f"{counted(len(bad), 'promise').capitalize()} of {in_words(len(promises))} {'is' if len(bad) == 1 else 'are'} in danger",
            tone,
        ),
        ".",
    )


def list_more(promises: Sequence[PromiseFact], local: Local) -> Sentence:
    """Which burn, which are frozen, which nobody can see."""
    burning = [one for one in promises if one.firing]
    soonest = min(
        (one for one in promises if one.gone_at and (one.remaining_pct or 0) > 0),
        key=lambda one: one.gone_at or local.now,
        default=None,
    )
    blind = [one.name for one in promises if one.data_status in {"stale", "no_data"}]
    parts: list[Sentence] = []
    if burning:
        parts.append(
            say(f"{listed([one.name for one in burning[:3]])} burn{'s' if len(burning) == 1 else ''} too fast.")
        )
    if soonest is not None and soonest.gone_at is not None:
        parts.append(say(f"The next budget to go is that of {soonest.name}, {local.when(soonest.gone_at)}."))
    if blind:
        parts.append(say(Part(f"{listed(blind[:3])} {'is' if len(blind) == 1 else 'are'} not being measured.", "warn")))
    return join(parts)


def slo_headline(one: SloDetailView) -> Sentence:
    """What happens to users now, else what is left."""
    if one.firing and one.losing:
        return say(Part(f"{one.service} {one.losing}", "dead"), ".")
    if one.budget_remaining_pct is None:
        return say(Part(f"{one.slo} is not being measured", "warn"), ".")
    if one.budget_remaining_pct <= 0:
        return say(Part(f"{one.slo} has spent its error budget", "dead"), ".")
    tone: Tone = _TONES.get(one.state or "", "")
    return say(f"{one.slo} has ", Part(f"{percent(one.budget_remaining_pct)} of its budget left", tone), ".")


def slo_more(one: SloDetailView, local: Local) -> Sentence:
    """The budget, the rate, the forecast and the freeze, as far as they matter."""
    parts: list[Sentence] = []
    rate = one.burn_rates.get("1h")
    left = one.budget_remaining_pct
    if one.firing and left is not None and left > 0:
        parts.append(say(f"{percent(left)} of the budget is left."))
    if rate is not None and rate > 1:
        parts.append(say(f"It burns {times(rate)} the allowed rate."))
    if one.exhausted_at is not None and left is not None and left > 0:
        parts.append(say(f"If that goes on, nothing is left {local.when(one.exhausted_at)}."))
    if one.frozen:
        until = f" until {local.day(one.recovers_at)}" if one.recovers_at else ""
        parts.append(say(Part(f"Releases are frozen{until}.", "crit")))
    if one.data_status != "ok" and one.data_reason:
        parts.append(say(Part(f"{one.data_reason[0].upper()}{one.data_reason[1:].rstrip('.')}.", "warn")))
    return join(parts) or say("It holds.")
