"""Answers the puller's question from a Prometheus-compatible server: values of expressions become minutes with their events."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from watchbill.adapters.measure.asking import Http
from watchbill.adapters.measure.prometheus.client import PrometheusClient, Series
from watchbill.adapters.measure.prometheus.queries import SLOT, Query, Wanted, expressions, queries
from watchbill.adapters.measure.pulling import Fetched, Ledger
from watchbill.kernel.errors import Invalid, Unavailable
from watchbill.slo.model import Prometheus, Sli

__all__ = ["PrometheusReader"]

_MINUTE_S = 60
_SLACK = 1e-3  # good may exceed all by as much: two queries are never answered at quite the same moment
_MOST_BOUNDS = 12
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip

Points = dict[int, float]  # minute to value


class PrometheusReader:
    """One for all servers. Raises nothing: what is wrong with one SLI is said in its answer."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._retention: dict[str, str] = {}

    def ask(self, slis: Sequence[Sli], start: int, end: int, ledgers: Mapping[str, Ledger]) -> dict[str, Fetched]:
        """Minutes [start, end) of SLIs on one server; a minute's value is that of the window that ends with it."""
        sources = {sli.name: sli.source for sli in slis if isinstance(sli.source, Prometheus)}
        found: dict[str, Fetched] = {}
        wanted: list[Wanted] = []
        for name, source in sources.items():
            try:
                wanted += expressions(name, source)
            except Invalid as wrong:
                found[name] = Fetched(trouble=f"{wrong}", failed=True)
        client = PrometheusClient(self._http, next(iter(sources.values())).url)
        answers = _Answers()
        for query in queries(wanted):
            self._run(client, query, start, end, answers)
        for name, source in sources.items():
            if name not in found:
                trouble = answers.troubles.get(name)
                found[name] = (
                    Fetched(trouble=trouble, failed=True)
                    if trouble
                    else _judge(source, answers.parts.get(name, {}), ledgers[name].notes)
                )
                self._explain(client, source, found[name], ledgers[name].notes)
        return found

    def _run(self, client: PrometheusClient, query: Query, start: int, end: int, answers: "_Answers") -> None:
        """One query; where the server refuses it, halves of it, until those that are wrong stand alone."""
        try:
            series = client.range(query.text, (start + 1) * _MINUTE_S, end * _MINUTE_S)
        except Invalid as wrong:
            if len(query.waiting) == 1:
                for one in query.wanted:
                    answers.troubles[one.sli] = f"the query of {one.part} is refused: {wrong.reason}"
                return
            members = query.wanted
            for half in (members[: len(members) // 2], members[len(members) // 2 :]):
                for smaller in queries(half):
                    self._run(client, smaller, start, end, answers)
        except Unavailable as wrong:
            for one in query.wanted:
                answers.troubles[one.sli] = str(wrong)
        else:
            answers.take(query, series)

    def _explain(
        self, client: PrometheusClient, source: Prometheus, found: Fetched, notes: dict[str, Any]
    ) -> None:  # Any: JSON
        """What a person should know beside the counts: how long the server remembers, which buckets there are."""
        if found.failed:
            return
        if source.url not in self._retention:
            self._retention[source.url] = client.retention()
        if kept := self._retention[source.url]:
            notes["says"] = f"the server keeps {kept}"
        if found.trouble and source.histogram is not None and not source.native and not notes.get("seen_good"):
            name, brace, matchers = source.histogram.partition("{")
            try:
                bounds = client.label_values("le", f"{name.strip()}_bucket{brace}{matchers}")
            except (Invalid, Unavailable):
                return  # the answer itself was fine, and this is only a help
            shown = ", ".join(sorted(bounds, key=_as_number)[:_MOST_BOUNDS])
            found.trouble = f"there is no bucket le={float(source.threshold or 0):g}; there are: {shown or 'none'}"


class _Answers:
    """Values by SLI and part; what is wrong by SLI."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, Points]] = {}
        self.troubles: dict[str, str] = {}

    def take(self, query: Query, series: Sequence[Series]) -> None:
        """Give each series to those who wait for it."""
        names = query.labels or (SLOT,)
        seen: set[tuple[tuple[str, str], ...]] = set()
        for one in series:
            key = tuple((name, one.labels.get(name, "")) for name in names)
            members = query.waiting.get(key, ())
            for wanted in members:
                if key in seen:
                    self.troubles[wanted.sli] = f"the query of {wanted.part} gives several series: put sum() around it"
                self.parts.setdefault(wanted.sli, {})[wanted.part] = {
                    round(at) // _MINUTE_S - 1: value for at, value in one.points
                }
            seen.add(key)


def _judge(source: Prometheus, parts: Mapping[str, Points], notes: dict[str, Any]) -> Fetched:  # Any: JSON
    """Minutes with their bad and all events.

    Where `total` is absent there is no data. An absent `bad` series means that nothing has failed yet. An absent `good`
    series means that everything failed, if it was ever there; before that nothing is counted, for the query may be wrong.
    """
    if source.value is not None:
        return _slices(source, parts.get("value", {}))
    found = Fetched()
    scale = timedelta(minutes=1) / source.window
    total, bad, good = parts.get("total", {}), parts.get("bad", {}), parts.get("good", {})
    if good:
        notes["seen_good"] = True
    by_good = source.bad is None
    if by_good and total and not notes.get("seen_good") and any(total.values()):
        found.trouble = "the query of good events has never returned anything, so nothing is counted: is it right?"
        return found
    for minute, events in total.items():
        part = (good if by_good else bad).get(minute, 0.0)
        if not (math.isfinite(events) and math.isfinite(part)) or events < 0 or part < 0:
            found.rejected += 1
        elif part > events * (1 + _SLACK):
            found.rejected += 1
            found.trouble = f"{'good' if by_good else 'bad'} is more than total in some minutes, which are left out"
        else:
            failed = max(0.0, events - part) if by_good else min(part, events)
            found.minutes[minute] = (failed * scale, events * scale)
    return found


def _slices(source: Prometheus, values: Points) -> Fetched:
    """A gauge: each minute with a value is good or bad."""
    sign = "".join(letter for letter in source.good_if or "" if letter in "<>=")
    limit = float((source.good_if or "").removeprefix(sign))
    found = Fetched(rejected=sum(math.isnan(value) for value in values.values()))
    found.minutes = {
        minute: (0.0 if _COMPARE[sign](value, limit) else 1.0, 1.0)
        for minute, value in values.items()
        if not math.isnan(value)
    }
    return found


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.inf
