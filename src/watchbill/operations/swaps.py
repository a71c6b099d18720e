"""Operations on shift swaps: ask, answer, list."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.oncall.model.arranged import Swap, SwapStatus
from watchbill.oncall.service.swaps import NewSwap
from watchbill.people.model import Actor

__all__ = [
    "AnswerSwap",
    "AskSwap",
    "Given",
    "ListSwaps",
    "SwapView",
    "accept_swap",
    "ask_swap",
    "decline_swap",
    "swaps",
    "withdraw_swap",
]


class Given(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class AskSwap(Given):
    """Input of `oncall.swap`. No start: the asker's next watch; no end: to its end. `back`: a moment of a watch of `taker`.

    Without a taker everybody of the schedule is asked, and the first who accepts takes it.
    """

    schedule: str
    taker: str | None = None
    asker: str | None = Field(default=None, description="In whose name; only an editor may speak for another person")
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    back: AwareDatetime | None = None
    back_end: AwareDatetime | None = None
    reason: str = Field(default="", max_length=500)
    expires_at: AwareDatetime | None = None


class AnswerSwap(Given):
    """Input of `oncall.swap.accept`, `.decline` and `.withdraw`; `person`: in whose name an editor speaks."""

    swap: str
    person: str | None = None


class ListSwaps(Given):
    """Input of `oncall.swaps`: of a schedule, of a person, or all that are not long over."""

    schedule: str | None = None
    person: str | None = None


class SwapView(BaseModel):
    """One swap; without a taker it is an offer to everybody of the schedule."""

    id: str
    schedule: str
    asker: str
    taker: str | None
    start: datetime
    end: datetime
    back_start: datetime | None
    back_end: datetime | None
    status: SwapStatus
    asked_at: datetime
    expires_at: datetime
    reason: str
    answered_at: datetime | None
    answered_by: str | None


def ask_swap(s: Services, who: Actor, given: AskSwap) -> SwapView:
    """Ask for a swap; nothing changes before the other one accepts."""
    return _swap(s.arranged.swaps.ask(NewSwap(**given.model_dump()), who))


def accept_swap(s: Services, who: Actor, given: AnswerSwap) -> SwapView:
    """Agree, and take the watch."""
    return _swap(s.arranged.swaps.accept(given.swap, who, person=given.person))


def decline_swap(s: Services, who: Actor, given: AnswerSwap) -> SwapView:
    """Say no; the asker keeps the watch."""
    return _swap(s.arranged.swaps.decline(given.swap, who, person=given.person))


def withdraw_swap(s: Services, who: Actor, given: AnswerSwap) -> SwapView:
    """Take it back before anybody accepted."""
    return _swap(s.arranged.swaps.withdraw(given.swap, who, person=given.person))


def swaps(s: Services, who: Actor, given: ListSwaps) -> list[SwapView]:
    """Swaps, newest first."""
    return [_swap(one) for one in s.arranged.swaps.find(schedule=given.schedule, person=given.person)]


def _swap(found: Swap) -> SwapView:
    return SwapView(**{name: getattr(found, name) for name in SwapView.model_fields})
