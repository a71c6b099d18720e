"""Sentences about silences and maintenance."""

from collections.abc import Sequence

from watchbill.entrypoints.web.words.amounts import counted
from watchbill.entrypoints.web.words.phrase import Part, Sentence, join, listed, say
from watchbill.entrypoints.web.words.times import Local
from watchbill.operations.maintenance import MaintenanceView
from watchbill.operations.silences import SilenceSetView, SilenceView

__all__ = ["form_headline", "form_more", "headline", "maintenance_words", "more"]


def headline(silences: Sequence[SilenceView], windows: Sequence[MaintenanceView]) -> Sentence:
    """How much is quiet now."""
    active = sum(one.state == "active" for one in silences)
    opened = sum(one.open for one in windows)
    if not active and not opened:
        return say("Nothing is silenced.")
    parts = []
    if active:
        parts.append(f"{counted(active, 'silence')} {'holds' if active == 1 else 'hold'}")
    if opened:
        parts.append(f"{counted(opened, 'maintenance window')} {'is' if opened == 1 else 'are'} open")
    told = listed(parts)
    return say(Part(f"{told[0].upper()}{told[1:]}", "warn"), ".")


def more(silences: Sequence[SilenceView], windows: Sequence[MaintenanceView], local: Local) -> Sentence:
    """When alerts call again, and what is planned."""
    active = [one for one in silences if one.state == "active"]
    pending = len(silences) - len(active)
    parts: list[Sentence] = []
    if active:
        first = min(active, key=lambda one: one.ends_at)
        parts.append(say(f"{'It ends' if len(active) == 1 else 'The first ends'} {local.when(first.ends_at)}."))
    if pending:
        parts.append(say(f"{counted(pending, 'silence').capitalize()} {'begins' if pending == 1 else 'begin'} later."))
    following = next((one for one in windows if not one.open), None)
    if following:
        parts.append(say(f"The next maintenance is {following.name}, {local.when(following.starts_at)}."))
    return join(parts) or say("Every alert calls whom its route says.")


def form_headline(trial: SilenceSetView | None, known: SilenceView | None = None) -> Sentence:
    """The question, or what the silence would hide."""
    if trial is None:
        return say("Change this silence.") if known else say("What shall be quiet?")
    if not trial.hides:
        return say("It would hide nothing that fires now.")
    verb = "is" if len(trial.hides) == 1 else "are"
    return say("It would hide ", Part(f"{counted(len(trial.hides), 'alert')} that {verb} firing", "warn"), ".")


def form_more(trial: SilenceSetView | None, local: Local) -> Sentence:
    """What to write, or until when it holds."""
    if trial is None:
        return say("Say which alerts by their labels. Before anything goes quiet you see what it would hide.")
    begins = "now" if trial.state == "active" else local.point(trial.starts_at)
    return say(
        f"From {begins} until {local.point(trial.ends_at)} nobody is called for alerts with {listed(trial.matchers)}."
    )


def maintenance_words(windows: Sequence[MaintenanceView], local: Local) -> Sentence:
    """What is open now, else what comes next; nothing where nothing is near."""
    opened = [one for one in windows if one.open]
    if opened:
        first = opened[0]
        whom = f" of {listed(first.services[:3])}" if first.services else ""
        also = f", and {counted(len(opened) - 1, 'more window')}" if len(opened) > 1 else ""
        return say(
            Part(
                f"Maintenance{whom} until {local.point(first.ends_at)}: {first.what or first.name}{also}",
                "",
                "/silences#maintenance",
            ),
            ".",
        )
    if not windows:
        return ()
    first = windows[0]
    whom = f" of {listed(first.services[:3])}" if first.services else ""
    return say(
        Part(f"The next maintenance{whom} begins {local.when(first.starts_at)}", "", "/silences#maintenance"), "."
    )
