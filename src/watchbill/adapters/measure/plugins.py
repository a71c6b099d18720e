"""Sources of other people's packages: entry points of the group `watchbill.sources`.

An entry point names a function that takes the options of the resource and returns a function of two aware times, which gives
(minute, good, total) for the minutes between them. docs/reference/sources.md shows one whole.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points

from watchbill.adapters.measure.pulling import Fetched, Ledger
from watchbill.adapters.measure.pulling.rows import fetched
from watchbill.slo.model import Plugin, Sli

__all__ = ["GROUP", "PluginReader"]

GROUP = "watchbill.sources"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)

Minutes = Callable[[datetime, datetime], Iterable[Sequence[object]]]
Factory = Callable[[Mapping[str, object]], Minutes]


class PluginReader:
    """Answers the puller's question with what installed packages say."""

    def __init__(self, find: Callable[[], Mapping[str, Callable[[], Factory]]] | None = None) -> None:
        self._find = find or _installed
        self._made: dict[str, tuple[Plugin, Minutes]] = {}

    def ask(self, slis: Sequence[Sli], start: int, end: int, _ledgers: Mapping[str, Ledger]) -> dict[str, Fetched]:
        """Minutes [start, end), one SLI after the other."""
        return {sli.name: self._one(sli.name, sli.source, start, end) for sli in slis if isinstance(sli.source, Plugin)}

    def _one(self, name: str, source: Plugin, start: int, end: int) -> Fetched:
        try:
            made = self._made.get(name)
            if made is None or made[0] != source:
                known = self._find()
                if source.name not in known:
                    there = ", ".join(sorted(known)) or "none"
                    return Fetched(
                        trouble=f"no installed package brings the source {source.name!r} (there are: {there})",
                        failed=True,
                    )
                made = self._made[name] = (source, known[source.name]()(source.options))
            return fetched(made[1](_EPOCH + start * _MINUTE, _EPOCH + end * _MINUTE))
        except Exception as wrong:  # noqa: BLE001 - somebody else's code: whatever it raises is its SLI's trouble and nobody else's
            return Fetched(trouble=f"the plug-in {source.name} failed: {type(wrong).__name__}: {wrong}", failed=True)


def _installed() -> Mapping[str, Callable[[], Factory]]:
    return {point.name: point.load for point in entry_points(group=GROUP)}
