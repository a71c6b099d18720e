"""Error messages that say the same thing, counted together: a small fixed-depth clustering in the manner of Drain.

What varies by nature (numbers, ids, addresses, times, quoted text) is masked first; lines of equally many words that begin
alike and agree in most words then share a signature, and the words in which they differ become `<*>`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

__all__ = ["ErrorLine", "Signature", "signatures"]

_WILD = "<*>"
_ALIKE = 0.6  # share of words in which a line must agree with a signature
_MOST_SIGNATURES, _MOST_WORDS, _LONGEST = 200, 40, 400
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<address>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b"), "<id>"),
    (re.compile(r"'[^']{1,80}'|\"[^\"]{1,80}\""), "<text>"),
    (re.compile(r"(?<![A-Za-z_])\d+(?:\.\d+)?(?:ms|s|us|%|[KMG]i?B)?(?![A-Za-z_])"), "<n>"),
)


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """One line that tells of an error; `at` is None where it names no time."""

    text: str
    at: datetime | None = None
    code: int | None = None  # an HTTP status, kept apart from what is masked


@dataclass(frozen=True, slots=True)
class Signature:
    """Lines that say the same: how many since the trouble began and before it, and the newest of them as it stands."""

    pattern: str
    since: int
    before: int
    first_at: datetime | None
    last_at: datetime | None
    sample: str

    @property
    def is_new(self) -> bool:
        """Whether it was not seen before the trouble began."""
        return self.since > 0 and self.before == 0


@dataclass(slots=True)
class _Cluster:
    words: list[str]
    found: Signature


def signatures(lines: Iterable[ErrorLine], began: datetime, *, limit: int = 10) -> list[Signature]:
    """Signatures of the lines, new ones first, then by how often they came since it began; lines without a time count as since."""
    tree: dict[tuple[int, str], list[_Cluster]] = {}
    clusters: list[_Cluster] = []
    for line in lines:
        words = _words(line)
        leaf = tree.setdefault((len(words), words[0] if words else ""), [])
        found = _best(leaf, words)
        if found is None:
            if len(clusters) >= _MOST_SIGNATURES:
                continue
            found = _Cluster(words, Signature("", 0, 0, line.at, line.at, ""))
            leaf.append(found)
            clusters.append(found)
        _add(found, words, line, began)
    made = [replace(one.found, pattern=" ".join(one.words)) for one in clusters]
    return sorted((one for one in made if one.since), key=lambda one: (not one.is_new, -one.since, one.pattern))[:limit]


def _words(line: ErrorLine) -> list[str]:
    text = line.text[:_LONGEST]
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    words = text.split()[:_MOST_WORDS]
    return [str(line.code), *words] if line.code is not None else words


def _best(leaf: Sequence[_Cluster], words: Sequence[str]) -> _Cluster | None:
    """The cluster that agrees in most words, if it agrees in enough."""

    def agreement(one: _Cluster) -> int:
        return sum(mine == theirs for mine, theirs in zip(one.words, words, strict=True))

    best = max(leaf, key=agreement, default=None)
    return best if best is not None and agreement(best) >= _ALIKE * max(1, len(words)) else None


def _add(cluster: _Cluster, words: Sequence[str], line: ErrorLine, began: datetime) -> None:
    cluster.words = [mine if mine == theirs else _WILD for mine, theirs in zip(cluster.words, words, strict=True)]
    old, earlier = cluster.found, line.at is not None and line.at < began
    times = [at for at in (old.first_at, old.last_at, line.at) if at is not None]
    cluster.found = replace(
        old,
        since=old.since + (not earlier),
        before=old.before + earlier,
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        sample=line.text[:_LONGEST],
    )
