"""What may be done to a service in which state of its budget: the playbook's actions (ph. 3), as far as a machine can check.

    state      deploy                                                     chaos   launch
    healthy    go                                                         go      go
    warning    high risk in business hours only                           stop    as a deploy
    critical   reliability work, approved by an SRE, with a rollback plan stop    stop
    exhausted  stop                                                       stop    stop
    frozen     stop, whatever the state beside it says                    stop    stop
    unknown    as warning: nobody knows how much is left                  stop    stop

Exceptions of the policy (security, regulatory, preventing data loss) with a written reason pass every deploy.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from watchbill.budget.model import BudgetPolicy, BudgetState, GateAction, GateAsk, GateException, WorkKind
from watchbill.budget.rules.hours import in_business_hours
from watchbill.catalog.model import Risk
from watchbill.kernel.errors import Invalid
from watchbill.people.model import Organisation
from watchbill.slo.sentences import remaining_words

__all__ = ["BudgetFacts", "House", "Ruling", "excepts", "rule", "worst_of"]

# How a policy says in prose which exceptions it knows; one of the words is enough.
_WORDS: dict[GateException, tuple[str, ...]] = {
    GateException.SECURITY: ("security", "vulnerab"),
    GateException.REGULATORY: ("regulat", "complian", "legal"),
    GateException.DATA_LOSS: ("data loss", "data-loss", "losing data", "loss of data"),
}
_ORDER = list(BudgetState)


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """One budget of the service as it stands now; state None: nothing is known."""

    slo: str
    state: BudgetState | None
    frozen: bool
    remaining_pct: Fraction | None
    why_unknown: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """What is asked of the house: the moment, its hours and holidays, and who may approve as an SRE (empty: nobody is named)."""

    at: datetime
    organisation: Organisation
    holidays: Collection[date] = ()
    sres: Collection[str] = ()

    @property
    def works(self) -> bool:
        """Whether it is within business hours."""
        return in_business_hours(self.at, self.organisation, self.holidays)

    @property
    def hours(self) -> str:
        """The business hours, in words."""
        hours = self.organisation.business_hours
        return f"{hours.start:%H:%M}-{hours.end:%H:%M} {', '.join(hours.days)} ({self.organisation.timezone.key})"


@dataclass(frozen=True, slots=True)
class Ruling:
    """Go or stop, why, and by which budget."""

    allowed: bool
    state: BudgetState | None
    frozen: bool
    reasons: tuple[str, ...]


def worst_of(budgets: Sequence[BudgetFacts]) -> BudgetFacts | None:
    """The budget that decides: frozen before any state, then the worst state; an unknown one counts like warning."""
    return max(budgets, key=_badness, default=None)


def rule(ask: GateAsk, budgets: Sequence[BudgetFacts], policy: BudgetPolicy, house: House) -> Ruling:
    """The decision. Raises Invalid for an exception without a reason, and for one that no deploy can claim."""
    worst = worst_of(budgets)
    state, frozen = (worst.state, any(one.frozen for one in budgets)) if worst else (None, False)
    if ask.exception is not None:
        passes, why = _excepted(ask, policy)
        if passes:
            return Ruling(allowed=True, state=state, frozen=frozen, reasons=(why, *_situation(worst)))
        return Ruling(allowed=False, state=state, frozen=frozen, reasons=(why, *_situation(worst)))
    if worst is None:
        return _without_promise(ask)
    faults, notes = _faults(ask, worst, house)
    reasons = (*faults, *notes, *_situation(worst))
    return Ruling(allowed=not faults, state=state, frozen=frozen, reasons=reasons)


def excepts(policy: BudgetPolicy, exception: GateException) -> bool:
    """Whether the policy knows the exception. One that names none leaves the playbook's three standing."""
    said = " ".join(policy.exceptions).lower()
    return not policy.exceptions or any(word in said for word in _WORDS[exception])


def _excepted(ask: GateAsk, policy: BudgetPolicy) -> tuple[bool, str]:
    assert ask.exception is not None
    if ask.action is not GateAction.DEPLOY:
        raise Invalid("exception", f"there is no exception for {ask.action}", hint="exceptions are for deploys")
    if not ask.reason.strip():
        raise Invalid(
            "reason", "an exception needs a written reason", hint='write --reason "CVE-2026-1234 in the parser"'
        )
    if not excepts(policy, ask.exception):
        return False, f"the policy {policy.name} knows no {ask.exception} exception ({'; '.join(policy.exceptions)})"
    return True, f"{ask.exception} exception of the policy {policy.name}: {ask.reason.strip()}"


def _without_promise(ask: GateAsk) -> Ruling:
    if ask.action is GateAction.DEPLOY:
        return Ruling(
            allowed=True,
            state=None,
            frozen=False,
            reasons=("the service promises nothing: there is no budget to protect",),
        )
    what = "an experiment" if ask.action is GateAction.CHAOS else "a launch"
    return Ruling(
        allowed=False,
        state=None,
        frozen=False,
        reasons=(f"the service promises nothing: {what} needs an SLO that is measured",),
    )


def _faults(ask: GateAsk, worst: BudgetFacts, house: House) -> tuple[list[str], list[str]]:
    """What stands against it, and what is to be known about a yes."""
    if worst.frozen:
        return ["frozen: nothing goes out until 10 % of the budget are back"], []
    match worst.state:
        case BudgetState.EXHAUSTED:
            return ["the budget is exhausted: nothing goes out"], []
        case BudgetState.HEALTHY:
            return [], []
        case _ if ask.action is GateAction.CHAOS:
            return [f"experiments run in healthy budgets only, this one is {worst.state or 'unknown'}"], []
        case BudgetState.CRITICAL if ask.action is GateAction.LAUNCH:
            return ["nothing new is launched on a critical budget"], []
        case BudgetState.CRITICAL:
            return _critical(ask, house)
        case None if ask.action is GateAction.LAUNCH:
            return [f"nobody knows how much is left: {worst.why_unknown or 'no data'}"], []
        case _:
            return _risky(ask, house), []


def _risky(ask: GateAsk, house: House) -> list[str]:
    if ask.risk is not Risk.HIGH or house.works:
        return []
    return [f"high risk goes out in business hours only: {house.hours}"]


def _critical(ask: GateAsk, house: House) -> tuple[list[str], list[str]]:
    faults, notes = [], []
    if ask.kind is not WorkKind.RELIABILITY:
        faults.append("feature freeze: reliability work only (--kind reliability)")
    if not ask.approved_by.strip():
        faults.append("every deploy needs the approval of an SRE (--approved-by)")
    elif house.sres and ask.approved_by.strip().lstrip("@") not in house.sres:
        faults.append(f"{ask.approved_by} is no SRE of this house: {', '.join(sorted(house.sres))} are")
    elif not house.sres:
        notes.append(f"approval of {ask.approved_by} as given: organisation.roles names no SRE (sre_lead: NAME)")
    if not ask.rollback_plan.strip():
        faults.append("every change needs a rollback plan (--rollback-plan)")
    return faults, notes


def _situation(worst: BudgetFacts | None) -> tuple[str, ...]:
    if worst is None:
        return ()
    if worst.remaining_pct is None:
        return (f"{worst.slo}: how much is left is not known ({worst.why_unknown or 'no data'})",)
    kept = ", frozen" if worst.frozen else ""
    return (f"{worst.slo} is {worst.state}{kept} with {remaining_words(worst.remaining_pct)} of its budget left",)


def _badness(one: BudgetFacts) -> tuple[bool, int, Fraction]:
    state = BudgetState.WARNING if one.state is None else one.state
    return one.frozen, _ORDER.index(state), -(one.remaining_pct or Fraction(0))
