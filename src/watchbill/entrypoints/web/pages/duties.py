"""What budgets ask of people: duties with a button each, reviews that are due, and what gates decided."""

from pydantic import ValidationError

from watchbill.bootstrap import Services
from watchbill.budget.model import GateAction, ReviewDecision
from watchbill.entrypoints.web.visit import Go, Shown, Visit, moment_of
from watchbill.entrypoints.web.words import duties as words
from watchbill.kernel.errors import Invalid
from watchbill.operations import budget_kept, gates, reviews

__all__ = ["agree", "ask_gate", "done", "index", "put_back", "review", "take_out"]

OPEN, DONE, DECISIONS, REVIEWS = 100, 20, 20, 30
_GATE = ("action", "kind", "risk", "approved_by", "rollback_plan", "exception", "reason")


def index(s: Services, visit: Visit) -> Shown:
    """Open duties first, of one promise or of all; then reviews and decisions."""
    slo = visit.ask("slo")
    waiting = budget_kept.duties(s, visit.who, budget_kept.ListDuties(slo=slo, open=True, limit=OPEN))
    lately = budget_kept.duties(s, visit.who, budget_kept.ListDuties(slo=slo, limit=OPEN))
    standing = [one for one in reviews.due(s, visit.who, reviews.DueReviews()) if slo in {None, one.slo}]
    decided = gates.list_all(s, visit.who, gates.ListDecisions(limit=DECISIONS, cursor=visit.ask("cursor")))
    planned = [one for one in standing if one.due_at is not None]
    return Shown(
        "duties.html",
        {
            "headline": words.headline(waiting, planned),
            "more": words.more(waiting, planned, decided.items, visit.local),
            "waiting": waiting,
            "done": [one for one in lately if not one.open][:DONE],
            "planned": planned[:REVIEWS],
            "unplanned": sum(one.due_at is None for one in standing),
            "decisions": decided.items,
            "next": decided.next,
            "slo": slo or "",
        },
    )


def done(s: Services, visit: Visit) -> Go:
    """Somebody did it; back to the page on which the button was."""
    given = budget_kept.DutyDone(duty=visit.params["duty"], note=visit.form.get("note", "").strip())
    duty = budget_kept.done(s, visit.who, given)
    return Go(f"/slos/{duty.slo}" if visit.form.get("back") == "slo" else "/duties", said="done")


def ask_gate(s: Services, visit: Visit) -> Go:
    """Ask whether something may go ahead; the decision is kept and stands on the service's page, whatever it is."""
    given = {name: value for name in _GATE if (value := visit.maybe(name)) is not None}
    try:
        asked = gates.AskGate.model_validate({"service": visit.params["name"], "action": GateAction.DEPLOY, **given})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise Invalid(str(first["loc"][0]), first["msg"]) from wrong
    return Go(f"/services/{gates.ask(s, visit.who, asked).service}#gate", said="decided")


def review(s: Services, visit: Visit) -> Go:
    """Keep what a review of a promise came to."""
    decision = visit.need("decision")
    if decision not in set(ReviewDecision):
        raise Invalid("decision", f"{decision!r} is none", hint=", ".join(ReviewDecision))
    given = reviews.ReviewSlo(
        name=visit.params["name"], decision=ReviewDecision(decision), note=visit.form.get("note", "").strip()
    )
    return Go(f"/slos/{reviews.review(s, visit.who, given).slo}", said="reviewed")


def agree(s: Services, visit: Visit) -> Go:
    """Keep a stakeholder's agreement to the present target."""
    given = reviews.AgreeSlo(name=visit.params["name"], stakeholder=visit.need("stakeholder"))
    return Go(f"/slos/{reviews.agree(s, visit.who, given).slo}", said="agreed")


def take_out(s: Services, visit: Visit) -> Go:
    """Take a stretch of time out of a budget; times are on the viewer's clock."""
    given = budget_kept.AdjustBudget(
        slo=visit.params["name"],
        start=moment_of(visit, "start"),
        end=moment_of(visit, "end"),
        reason=visit.need("reason"),
    )
    return Go(f"/slos/{budget_kept.adjust(s, visit.who, given).slo}", said="taken-out")


def put_back(s: Services, visit: Visit) -> Go:
    """Let it count again."""
    given = budget_kept.WithdrawAdjustment(adjustment=visit.params["adjustment"])
    return Go(f"/slos/{budget_kept.withdraw(s, visit.who, given).slo}", said="put-back")
