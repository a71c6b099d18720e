"""GET /alerts and /alerts/groups: what fires, as the original shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import total_ordering

from starlette.concurrency import run_in_threadpool

from watchbill.alerts.model import Matcher, MatchOp, matches
from watchbill.alerts.model.matching import Compiled
from watchbill.alerts.rules.matchers import parse_matcher
from watchbill.bootstrap import App
from watchbill.entrypoints.api.alertmanager.answers import Answer, Refusal, said
from watchbill.entrypoints.api.alertmanager.placing import GroupName, Judged, Placing
from watchbill.entrypoints.api.alertmanager.request import Request
from watchbill.entrypoints.api.alertmanager.shapes import shown
from watchbill.kernel.errors import Invalid

__all__ = ["compiled_filter", "get_alerts", "get_groups", "read_filter"]

WAIT_S = 2.0  # for the fold to pass what the caller has sent
STALE = '110 watchbill "Response is Stale"'


async def get_alerts(request: Request) -> Answer:
    """Alerts by fingerprint; resolved ones are gone."""
    request.demand_acceptance()
    wanted = _Wanted.of(request)
    fresh, found = await run_in_threadpool(_read, request.app, wanted)
    items = [
        shown(one.alert, one.silenced_by, one.receivers, one.inhibited_by)
        for one in found
        if wanted.takes_receivers(one.receivers)
    ]
    return Answer(200, items, {} if fresh else {"warning": STALE})


async def get_groups(request: Request) -> Answer:
    """The same alerts by receiver and notification group; an alert names the receivers that were asked for."""
    request.demand_acceptance()
    wanted, with_muted = _Wanted.of(request), request.flag("muted")
    fresh, found = await run_in_threadpool(_read, request.app, wanted)
    groups: dict[GroupName, list[Judged]] = {}
    for one in found:
        for labels, receiver in one.groups:
            if wanted.takes_receivers([receiver]):
                groups.setdefault((labels, receiver), []).append(one)
    items = [
        {
            "labels": dict(labels),
            "routeLabels": {},
            "receiver": {"name": receiver},
            "alerts": [
                shown(one.alert, one.silenced_by, wanted.receivers_among(one.receivers), one.inhibited_by)
                for one in members
            ],
        }
        for (labels, receiver), members in sorted(groups.items(), key=lambda group: _by_labels(*group[0]))
        if with_muted or not all(one.is_suppressed for one in members)
    ]
    return Answer(200, items, {} if fresh else {"warning": STALE})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a query asks for."""

    conditions: tuple[tuple[str, Compiled], ...]
    receiver: Compiled | None
    no_receivers: bool  # a matcher asks for labels, which our receivers do not have
    active: bool
    silenced: bool
    inhibited: bool
    unprocessed: bool

    @classmethod
    def of(cls, request: Request) -> "_Wanted":
        conditions = compiled_filter(request, "filter")
        pattern = request.value("receiver")
        try:
            receiver = _compile(request, Matcher("receiver", MatchOp.REGEX, pattern)) if pattern else None
        except Invalid as wrong:
            raise Refusal.handler(400, f"failed to parse receiver param: {said(wrong)}") from wrong
        return cls(
            conditions=conditions,
            receiver=receiver,
            no_receivers=not matches(compiled_filter(request, "receiver_matchers"), {}),
            active=request.flag("active"),
            silenced=request.flag("silenced"),
            inhibited=request.flag("inhibited"),
            unprocessed=request.flag("unprocessed"),
        )

    def takes_receivers(self, names: Sequence[str]) -> bool:
        """Whether any of these receivers is asked for."""
        return bool(self.receivers_among(names))

    def receivers_among(self, names: Sequence[str]) -> Sequence[str]:
        """Those of these receivers that are asked for."""
        if self.no_receivers:
            return ()
        return names if self.receiver is None else [name for name in names if self.receiver(name)]

    def takes(self, one: Judged, now: datetime) -> bool:
        """Whether the alert is asked for, whatever its receivers."""
        if one.alert.ends_at < now or not (self.active or one.is_suppressed):
            return False
        if (one.silenced_by and not self.silenced) or (one.inhibited_by and not self.inhibited):
            return False
        return matches(self.conditions, one.alert.labels)


def read_filter(request: Request, name: str) -> list[Matcher]:
    """The matchers of a parameter that may be repeated; refuses with 400 one that is none."""
    try:
        return [parse_matcher(text) for text in request.values(name)]
    except Invalid as wrong:
        raise Refusal.handler(400, said(wrong)) from wrong


def compiled_filter(request: Request, name: str) -> tuple[tuple[str, Compiled], ...]:
    """The same, made ready; refuses with 400 a pattern that is none."""
    try:
        return tuple((matcher.name, _compile(request, matcher)) for matcher in read_filter(request, name))
    except Invalid as wrong:
        raise Refusal.handler(400, said(wrong)) from wrong


def _compile(request: Request, matcher: Matcher) -> Compiled:
    return request.app.alert_parts.matchers.compile(matcher)


def _by_labels(labels: tuple[tuple[str, str], ...], receiver: str) -> tuple[int, "_LabelOrder", str]:
    """The original's order of groups: by the number of labels, then by labels, then by receiver."""
    return len(labels), _LabelOrder(labels), receiver


@total_ordering
@dataclass(frozen=True, slots=True)
class _LabelOrder:
    """Of two equally long label sets, at the first name that only one of them has, the other one comes first."""

    pairs: tuple[tuple[str, str], ...]  # by name

    def __lt__(self, other: "_LabelOrder") -> bool:
        for (name, value), (other_name, other_value) in zip(self.pairs, other.pairs, strict=True):
            if name != other_name:
                return name > other_name
            if value != other_value:
                return value < other_value
        return False


def _read(app: App, wanted: _Wanted) -> tuple[bool, list[Judged]]:
    """Whether all that was sent before is in, and what fires: each alert as it is judged now."""
    fresh = app.wait_for_fold(WAIT_S)
    with app.reading() as s:
        firing = s.alerts.firing()
        placing = Placing(s, firing)
        return fresh, [one for one in map(placing.judge, firing) if wanted.takes(one, s.now)]
