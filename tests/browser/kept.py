"""What people of the shop decided lately: a ticket, a silence, gates, an adjustment, reviews, and checks from outside."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from watchbill.bootstrap import Services
from watchbill.budget.model import GateAction, ReviewDecision
from watchbill.catalog.model import Risk
from watchbill.operations import alerts, budget_kept, checks, gates, resources, reviews, silences
from watchbill.people.model import Actor

__all__ = ["decide"]

LATER = Path(__file__).parent / "shop-later.yaml"


def decide(s: Services, who: Actor, now: datetime) -> None:
    """All of it, through the use cases, at one moment."""
    later = resources.FileModel(path=LATER.name, text=LATER.read_text("utf-8"))
    at_home = replace(who, via="cli")  # probes may ask other hosts only where the machine's owner says so
    resources.apply(s, at_home, resources.ApplyResources(files=[later]))
    checks.ping(s, who, checks.PingHeartbeat(name="nightly-export", duration="12m", message="41,208 rows"))
    alerts.send(
        s,
        who,
        alerts.SendAlert(
            name="IndexGrows", service="search", severity="P2", summary="The index fills its disk by Friday"
        ),
    )
    silences.add(
        s,
        who,
        silences.AddSilence(matchers=['service="flags"'], duration="6h", comment="Flags move to another cluster"),
    )
    for action, service, risk in (
        (GateAction.DEPLOY, "checkout", Risk.LOW),
        (GateAction.CHAOS, "exports", Risk.HIGH),
        (GateAction.LAUNCH, "search", Risk.LOW),
    ):
        gates.ask(s, who, gates.AskGate(service=service, action=action, risk=risk))
    loaded = now - timedelta(days=9)
    budget_kept.adjust(
        s,
        who,
        budget_kept.AdjustBudget(
            slo="search-latency", start=loaded, end=loaded + timedelta(hours=3), reason="A load test that was announced"
        ),
    )
    reviews.review(
        s,
        who,
        reviews.ReviewSlo(name="login-availability", decision=ReviewDecision.KEEP, note="Nobody noticed the rest"),
    )
