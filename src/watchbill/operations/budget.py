"""Operations on error budgets: how much is left of every promise of a service, or of all."""

from pydantic import BaseModel, ConfigDict

from watchbill.bootstrap import Services
from watchbill.operations.slo_views import SloDetailView
from watchbill.operations.slo_views_of import detail_of
from watchbill.people.model import Actor

__all__ = ["ShowBudget", "show"]


class ShowBudget(BaseModel):
    """Input of `budget.show`: a service (name or alias), or nothing for all."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None


def show(s: Services, who: Actor, given: ShowBudget) -> list[SloDetailView]:
    """Every budget in full, the least left first. Who contributed the failures is looked up where one service is named."""
    slos = s.slo.list() if given.service is None else s.slo.for_service(s.catalog.find(given.service).name)
    return [detail_of(s, one, with_contributors=given.service is not None) for one in s.budget.worst_first(slos)]
