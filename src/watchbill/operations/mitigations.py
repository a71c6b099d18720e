"""Operations on ways to mitigate: what is offered for an incident, and taking one."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.incidents.model import MitigationKind, Offer
from watchbill.operations.execution import ExecutionView, view_of
from watchbill.people.model import Actor

__all__ = ["ListMitigations", "OfferView", "TakeMitigation", "offers", "take"]


class ListMitigations(BaseModel):
    """Input of `incident.mitigations`."""

    model_config = ConfigDict(extra="forbid")

    id: str


class TakeMitigation(ListMitigations):
    """Input of `incident.mitigations.take`. `values` fill placeholders that the incident says nothing about."""

    mitigation: str
    dry_run: bool = False
    values: Annotated[dict[str, str], Field(default_factory=dict, max_length=50)]


class OfferView(BaseModel):
    """One way for this incident. `evidence` speaks for it, `obstacle` is why it cannot be taken as it stands."""

    name: str
    title: str
    kind: MitigationKind
    when: str
    evidence: str
    obstacle: str
    needs: list[str]  # placeholders that somebody has to fill first
    command: str
    needs_approval: bool
    rehearses: bool
    latest: ExecutionView | None


def offers(s: Services, who: Actor, given: ListMitigations) -> list[OfferView]:
    """Ways that fit the incident, the fastest first."""
    return [_view(one) for one in s.acting.mitigating.offers(given.id)]


def take(s: Services, who: Actor, given: TakeMitigation) -> ExecutionView:
    """Run one, or ask for another person's approval; a dry run rehearses or shows it."""
    done = s.acting.mitigating.take(given.id, given.mitigation, who, dry_run=given.dry_run, values=given.values)
    return view_of(done)


def _view(offer: Offer) -> OfferView:
    way = offer.mitigation
    return OfferView(
        name=way.name, title=way.title, kind=way.kind, when=way.when, evidence=offer.evidence, obstacle=offer.obstacle,
        needs=list(offer.needs),
        command=offer.words, needs_approval=offer.needs_approval, rehearses=offer.rehearses,
        latest=view_of(offer.latest) if offer.latest else None,
    )  # fmt: skip
