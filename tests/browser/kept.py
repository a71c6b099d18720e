"""What people of the shop decided lately: a ticket, a silence, gates, an adjustment, reviews, and checks from outside."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from watchbill.bootstrap import Services
from watchbill.budget.model import GateAction, ReviewDecision
from watchbill.catalog.model import Risk
from watchbill.operations import (
    action_items,
    alerts,
    budget_kept,
    checks,
    gates,
    postmortem_talk,
    postmortems,
    resources,
    reviews,
    silences,
)
from watchbill.operations.postmortem_talk_views import CommentPostmortem, DecisionGiven, HoldMeeting
from watchbill.operations.postmortem_views import AddAction, BoneView, EditPostmortem, WhyView
from watchbill.people.model import Actor
from watchbill.postmortems.model import ActionPriority, ActionStatus, FishboneCategory

__all__ = ["decide", "learn"]

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


def learn(s: Services, who: Actor, now: datetime) -> None:
    """What was learnt from INC-1: the chain, the bones, what is to be done, what readers say, and the meeting."""
    today = now.date()
    for text, owner, priority, days in (
        ("Check the query plans of migrations in CI", "bob", ActionPriority.P0, 1),
        ("Probe the checkout from outside every minute", None, ActionPriority.P1, 21),
        ("Let a retry give up after three attempts", "ana", ActionPriority.P1, None),
    ):
        postmortems.add_action(
            s,
            who,
            AddAction(
                postmortem="INC-1",
                description=text,
                owner=owner,
                priority=priority,
                deadline=None if days is None else today + timedelta(days=days),
            ),
        )
    action_items.edit(s, who, action_items.EditAction(id="3", status=ActionStatus.IN_PROGRESS))
    chain = (
        ("Why did users see errors?", "The API answered 500", "https://graphs.shop.test/1"),
        ("Why did the API answer 500?", "The pool of database connections was exhausted", None),
        ("Why was the pool exhausted?", "A long query held its connections", "the slow log"),
    )
    bones = {
        FishboneCategory.PEOPLE: "One engineer on a night shift",
        FishboneCategory.PROCESS: "The runbook does not name the pool",
        FishboneCategory.TECHNOLOGY: "No index on the new column of the orders table",
        FishboneCategory.TESTING: "Staging holds too few rows for a slow query to show",
    }
    postmortems.edit(
        s,
        who,
        EditPostmortem(
            id="INC-1",
            five_whys=[WhyView(question=ask, answer=answer, evidence=shown) for ask, answer, shown in chain],
            root_cause="No automated check of query plans before a migration is deployed",
            root_cause_action="1",
            fishbone=[BoneView(category=category, cause=cause) for category, cause in bones.items()],
            contributing_factors=["Trigger: deploy 839 added a column", "Detection: no probe from outside"],
            what_went_wrong=["somebody forgot the index"],
            reviewers=["ana"],
        ),
    )
    postmortem_talk.comment(s, who, CommentPostmortem(id="INC-1", text="Which graph shows the pool?", field="whys"))
    held = HoldMeeting(
        id="INC-1",
        held_at=now - timedelta(days=2),
        attendees=["ana", "bob"],
        minutes=["Read together.", "Agreed.", "", ""],
        decisions=[DecisionGiven(text="Name the pool in the runbook", owner="bob")],
    )
    postmortem_talk.hold(s, who, held)
