"""Which texts are about the same thing: words weighed by how rare they are, compared by the angle between them (tf-idf, cosine).

Plain arithmetic without a model: the same texts always give the same answer, and the shared words say why.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Alike", "Cluster", "Corpus", "Statement", "clusters", "cosine", "tokens"]

LEAST_ALIKE = 0.12  # cosine below which two postmortems have little more in common than their language
SAME = 0.34  # cosine from which a statement belongs to a cluster
_WORD = re.compile(r"[^\W_]{3,}")
_STOP = frozenset(
    [
        "about",
        "after",
        "all",
        "also",
        "and",
        "any",
        "are",
        "because",
        "been",
        "before",
        "but",
        "can",
        "could",
        "did",
        "does",
        "during",
        "each",
        "for",
        "from",
        "had",
        "has",
        "have",
        "her",
        "him",
        "his",
        "how",
        "into",
        "its",
        "just",
        "like",
        "more",
        "most",
        "much",
        "not",
        "now",
        "off",
        "one",
        "only",
        "other",
        "our",
        "out",
        "over",
        "own",
        "per",
        "she",
        "should",
        "since",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "too",
        "under",
        "until",
        "very",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "noticed",
        "mitigated",
        "resolved",
        "incident",
        "minutes",
        "alert",
        "took",
        "error",
        "budget",
        "helped",
    ]
)
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ed", "es", "s", "e")
_STEM = 3  # letters that a stem keeps at least

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Alike:
    """A text that is like another: how much (0 to 1), and the words that both hold, the weightiest first."""

    key: str
    score: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One root cause or contributing factor; `source` is where it was said."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """Statements of at least two sources that say much the same; `label` is the one nearest to them all."""

    label: str
    words: tuple[str, ...]
    statements: tuple[Statement, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it was said, each once, in the order in which they were given."""
        return tuple(dict.fromkeys(one.source for one in self.statements))


def tokens(text: str) -> list[str]:
    """Lower-case stems of the words that carry meaning."""
    words = (word for word in _WORD.findall(text.lower()) if word not in _STOP and not word.isdecimal())
    return [_stem(word) for word in words]


class Corpus:
    """Texts by key, from which the rarity of words is known."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._counts = {key: Counter(tokens(text)) for key, text in texts.items()}
        self._found_in = Counter(word for counts in self._counts.values() for word in counts)
        self._vectors = {key: self._vector(counts) for key, counts in self._counts.items()}

    def like(self, key: str, limit: int = 5) -> tuple[Alike, ...]:
        """The texts most like the one of that key, most alike first; equal ones by key, the newest id first."""
        mine = self._vectors[key]
        found = [self._alike(other, mine, vector) for other, vector in self._vectors.items() if other != key]
        near = [one for one in found if one.score >= LEAST_ALIKE]
        near.sort(key=lambda one: one.key, reverse=True)
        near.sort(key=lambda one: -one.score)
        return tuple(near[:limit])

    def vector(self, key: str) -> Vector:
        """The weights of a text's words, of length one."""
        return self._vectors[key]

    def _vector(self, counts: Counter[str]) -> Vector:
        total = len(self._counts)
        raw = {
            word: (1 + math.log(count)) * math.log(1 + total / self._found_in[word]) for word, count in counts.items()
        }
        return _unit(raw)

    def _alike(self, key: str, mine: Vector, other: Vector) -> Alike:
        shared = sorted((word for word in mine if word in other), key=lambda word: (-mine[word] * other[word], word))
        return Alike(key, round(cosine(mine, other), 4), tuple(shared[:5]))


def cosine(one: Vector, other: Vector) -> float:
    """Of vectors of length one."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def clusters(statements: Sequence[Statement]) -> tuple[Cluster, ...]:
    """What was said in several places, the most frequent first.

    Statements join, in the order given, the cluster whose middle is nearest, if it is near enough; else they begin one.
    """
    corpus = Corpus({str(index): one.text for index, one in enumerate(statements)})
    found: list[list[int]] = []
    middles: list[Vector] = []
    for index in range(len(statements)):
        vector = corpus.vector(str(index))
        near = max(((cosine(vector, middle), -place) for place, middle in enumerate(middles)), default=(0.0, 0))
        if vector and near[0] >= SAME:
            found[-near[1]].append(index)
            middles[-near[1]] = _middle(corpus, found[-near[1]])
        elif vector:
            found.append([index])
            middles.append(vector)
    made = [_cluster(corpus, statements, members, middle) for members, middle in zip(found, middles, strict=True)]
    several = [one for one in made if len(one.sources) > 1]
    return tuple(sorted(several, key=lambda one: (-len(one.sources), -len(one.statements), one.label)))


def _cluster(corpus: Corpus, statements: Sequence[Statement], members: Iterable[int], middle: Vector) -> Cluster:
    ranked = sorted(members, key=lambda index: (-round(cosine(corpus.vector(str(index)), middle), 9), index))
    words = sorted(middle, key=lambda word: (-middle[word], word))[:4]
    return Cluster(statements[ranked[0]].text, tuple(words), tuple(statements[index] for index in sorted(ranked)))


def _middle(corpus: Corpus, members: Iterable[int]) -> Vector:
    total: dict[str, float] = {}
    for index in members:
        for word, weight in corpus.vector(str(index)).items():
            total[word] = total.get(word, 0.0) + weight
    return _unit(total)


def _unit(raw: Mapping[str, float]) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in raw.values()))
    return {word: weight / length for word, weight in raw.items()} if length else {}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word
