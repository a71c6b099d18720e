"""Puts what would have been beside what was: which occurrence is which, and how the two differ."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from watchbill.alerts.model.replay import Difference, Happened, Outcome, Would
from watchbill.kernel.ids import AlertId

__all__ = ["compare"]


def compare(would: Iterable[Would], was: Iterable[Happened], since: datetime) -> list[Outcome]:
    """Every occurrence once, in the order in which they began.

    Two are the same where the fingerprint is, and one began while the other stood (an alert that fired on into the window
    is only resent there). What began before the window and was not heard of in it is left out.
    """
    by_print = defaultdict[str, list[Happened]](list)
    for one in sorted(was, key=lambda one: one.opened_at):
        by_print[one.fingerprint].append(one)
    known, outcomes = set[AlertId](), list[Outcome]()
    for new in would:
        same = _same(new, by_print[new.fingerprint])
        if same is not None:
            known.add(same.alert)
        outcomes.append(Outcome(new, same, tuple(_differences(new, same))))
    gone = (one for ones in by_print.values() for one in ones if one.alert not in known and one.opened_at >= since)
    outcomes += [Outcome(None, one, (Difference.GONE,)) for one in gone]
    return sorted(outcomes, key=lambda outcome: outcome.at)


def _same(would: Would, candidates: Sequence[Happened]) -> Happened | None:
    """The one that stood at that moment; else, where times moved by a little, the nearest that began later."""
    standing = [
        one
        for one in candidates
        if one.opened_at <= would.opened_at and (one.closed_at is None or would.opened_at <= one.closed_at)
    ]
    if standing:
        return standing[-1]
    return next((one for one in candidates if one.opened_at >= would.opened_at), None)


def _differences(would: Would, was: Happened | None) -> Iterator[Difference]:
    if was is None:
        yield Difference.NEW
        return
    if would.calls and not was.called:
        yield Difference.WOULD_CALL
    if was.called and not would.calls:
        yield Difference.WOULD_NOT_CALL
    if would.policies != was.policies:
        yield Difference.POLICY
    if would.severity is not was.severity:
        yield Difference.SEVERITY
    if would.service != was.service:
        yield Difference.SERVICE
