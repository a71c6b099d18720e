"""Finding what was learnt before: by words, by likeness, and what comes back again and again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from watchbill.kernel.ids import PostmortemId
from watchbill.postmortems.model import FactorKind, FishboneCategory, Postmortem
from watchbill.postmortems.ports import Hit, PostmortemSearch
from watchbill.postmortems.rules.analysis import factor_kind
from watchbill.postmortems.rules.similarity import Alike, Cluster, Corpus, Statement, clusters
from watchbill.postmortems.rules.words import terms
from watchbill.postmortems.service.desk import Desk

__all__ = ["Finding", "Recurring"]

Kind = TypeVar("Kind")
COMPARED = 500  # the newest postmortems that are compared with one another


@dataclass(frozen=True, slots=True)
class Recurring:
    """What the newest postmortems have in common."""

    compared: int
    clusters: tuple[Cluster, ...]
    kinds: Mapping[FactorKind, int]  # in how many postmortems a factor of the kind stands
    bones: Mapping[FishboneCategory, int]  # in how many a cause of the category stands


class Finding:
    """Looks through all postmortems."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def search(self, query: str, limit: int) -> Sequence[tuple[Postmortem, Hit]]:
        """Those that hold every word and every "quoted phrase", best first."""
        hits = self._desk.texts.find(terms(query), limit)
        return [(found, hit) for hit in hits if (found := self._desk.store.get(hit.postmortem)) is not None]

    def similar(self, postmortem: Postmortem, limit: int = 5) -> Sequence[tuple[Postmortem, Alike]]:
        """Past ones whose words are most like this one's."""
        texts = {str(one.postmortem): f"{one.title}\n{one.title}\n{one.body}" for one in self._desk.texts.newest(COMPARED)}  # fmt: skip
        mine = self._desk.texts.of(postmortem.id)
        if mine is not None:
            texts[mine.postmortem] = f"{mine.title}\n{mine.title}\n{mine.body}"
        found = Corpus(texts).like(postmortem.id, limit) if mine else ()
        by_id = {one.id: one for one in self._newest()} if found else {}
        return [(by_id[PostmortemId(one.key)], one) for one in found if one.key in by_id]

    def recurring(self) -> Recurring:
        """Root causes and factors that several postmortems name, and which kinds of them."""
        every = self._newest()[::-1]
        statements = [Statement(one.id, text) for one in every for text in _said(one)]
        return Recurring(
            compared=len(every),
            clusters=clusters(statements),
            kinds=_counted(
                {kind for kind, _ in map(factor_kind, one.judged.contributing_factors) if kind} for one in every
            ),
            bones=_counted({bone.category for bone in one.judged.fishbone} for one in every),
        )

    def _newest(self) -> Sequence[Postmortem]:
        return self._desk.store.find(PostmortemSearch(limit=COMPARED))


def _said(one: Postmortem) -> list[str]:
    causes = [one.judged.root_cause] if one.judged.root_cause else []
    factors = [factor_kind(text)[1] for text in one.judged.contributing_factors]
    return [*causes, *factors, *(bone.cause for bone in one.judged.fishbone)]


def _counted(found: Iterable[set[Kind]]) -> Mapping[Kind, int]:
    return Counter(kind for kinds in found for kind in kinds)
