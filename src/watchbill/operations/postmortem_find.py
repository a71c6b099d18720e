"""Operations that look through all postmortems: by words, by likeness, and what recurs."""

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.operations.postmortem_views import PostmortemRow
from watchbill.operations.postmortem_views_of import postmortem_row
from watchbill.people.model import Actor
from watchbill.postmortems.model import FactorKind, FishboneCategory
from watchbill.postmortems.rules.analysis import BONE_QUESTIONS, FACTOR_QUESTIONS


class SearchPostmortems(BaseModel):
    """Input of `postmortem.search`: words, and "quoted phrases", all of which have to be there."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(min_length=1, max_length=500)
    limit: int = Field(default=20, ge=1, le=100)


class SimilarPostmortems(BaseModel):
    """Input of `postmortem.similar`: its id, or its incident."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)
    limit: int = Field(default=5, ge=1, le=50)


class RecurringGiven(BaseModel):
    """Input of `postmortem.recurring`: nothing."""

    model_config = ConfigDict(extra="forbid")


class Piece(BaseModel):
    """A piece of an excerpt; `hit`: it is what was looked for."""

    text: str
    hit: bool


class FoundView(BaseModel):
    """A postmortem that was found, and where."""

    postmortem: PostmortemRow
    excerpt: list[Piece]


class SimilarView(BaseModel):
    """A postmortem like another: how much (0 to 1), and what both speak of."""

    postmortem: PostmortemRow
    score: float
    shared: list[str]


class SaidView(BaseModel):
    """One statement of a cluster."""

    postmortem: str
    text: str


class ClusterView(BaseModel):
    """A cause or factor that several postmortems name."""

    label: str
    words: list[str]
    times: int
    said: list[SaidView]
    postmortems: list[PostmortemRow]


class CountView(BaseModel):
    """In how many postmortems something of this kind stands; `question` is what the kind asks."""

    kind: str
    question: str
    postmortems: int


class RecurringView(BaseModel):
    """What the newest postmortems have in common."""

    compared: int
    clusters: list[ClusterView]
    factors: list[CountView]
    fishbone: list[CountView]


def search(s: Services, who: Actor, given: SearchPostmortems) -> list[FoundView]:
    """Full-text search over everything in postmortems, their action items and comments."""
    return [
        FoundView(
            postmortem=postmortem_row(s, found),
            excerpt=[Piece(text=text, hit=is_hit) for text, is_hit in hit.excerpt],
        )
        for found, hit in s.postmortems.finding.search(given.q, given.limit)
    ]


def similar(s: Services, who: Actor, given: SimilarPostmortems) -> list[SimilarView]:
    """Past ones that are about much the same."""
    found = s.postmortems.finding.similar(s.postmortems.find(given.id), given.limit)
    return [
        SimilarView(postmortem=postmortem_row(s, one), score=alike.score, shared=list(alike.shared))
        for one, alike in found
    ]


def recurring(s: Services, who: Actor, given: RecurringGiven) -> RecurringView:
    """Root causes and factors that come back."""
    found = s.postmortems.finding.recurring()
    rows = {
        source: postmortem_row(s, s.postmortems.find(source))
        for source in {source for cluster in found.clusters for source in cluster.sources}
    }
    return RecurringView(
        compared=found.compared,
        clusters=[
            ClusterView(
                label=cluster.label,
                words=list(cluster.words),
                times=len(cluster.sources),
                said=[SaidView(postmortem=one.source, text=one.text) for one in cluster.statements],
                postmortems=[rows[source] for source in cluster.sources],
            )
            for cluster in found.clusters
        ],
        factors=[
            CountView(kind=kind, question=FACTOR_QUESTIONS[kind], postmortems=found.kinds.get(kind, 0))
            for kind in FactorKind
        ],
        fishbone=[
            CountView(kind=one, question=BONE_QUESTIONS[one], postmortems=found.bones.get(one, 0))
            for one in FishboneCategory
        ],
    )
