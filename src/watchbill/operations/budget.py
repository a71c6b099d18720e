"""Operations on error budgets: how much is left of every promise of a service, or of all."""

from pydantic import BaseModel, ConfigDict

from watchbill.bootstrap import Services
from watchbill.operations.slos import SloDetailView
from watchbill.people.model import Actor

__all__ = ["ShowBudget", "show"]


class ShowBudget(BaseModel):
    """Input of `budget.show`: a service (name or alias), or nothing for all."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None


def show(s: Services, who: Actor, given: ShowBudget) -> list[SloDetailView]: ...
