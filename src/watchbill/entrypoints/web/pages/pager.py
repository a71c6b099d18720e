"""The 3 AM page: opened from a page on a phone by a signed link, works without scripts, acts by POST only.

The link acts in the name of the person who was called. It shows this one page and nothing else of the installation.
Whoever is logged in sees the same page under `/pages/ID`.
"""

from typing import assert_never

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.minutes import Flag, Minute, Minutes, minutes
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import pager as words
from watchbill.incidents.model import DetectedBy
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import PageId
from watchbill.oncall.model import EscalationKind, LinkAction, PageFacts
from watchbill.operations import incidents, paging
from watchbill.operations.incident_given import StartIncident
from watchbill.people.model import Actor, Role

__all__ = ["act", "own_act", "own_page", "page"]

# What each button does, and what the page says afterwards.
ACTS: dict[str, tuple[LinkAction, str]] = {
    "ack": (LinkAction.ACK, "acked"),
    "help": (LinkAction.HELP, "helped"),
    "not-me": (LinkAction.NOT_ME, "declined"),
    "snooze": (LinkAction.SNOOZE, "snoozed"),
    "not-actionable": (LinkAction.NOT_ACTIONABLE, "not-actionable"),
}
CHANGES = 2


def page(s: Services, visit: Visit) -> Shown:
    """What the link shows; nothing changes, for mail scanners open links."""
    token = visit.params["token"]
    return _shown(s.paging.open_link(token), visit)


def act(s: Services, visit: Visit) -> Go:
    """Do what the thumb pressed; pressing twice is as good as once."""
    token, wanted = visit.params["token"], visit.form.get("act", "")
    if wanted == "declare":
        facts = s.paging.open_link(token)
        return _declare(s, facts, Actor(facts.person, Role.RESPONDER, "link"), visit.path)
    action, said = _known(wanted)
    facts = s.paging.act(token, action)
    return Go(visit.path, said="proved" if facts.about is EscalationKind.PROOF else said)


def own_page(s: Services, visit: Visit) -> Shown:
    """The same for whoever is logged in."""
    return _shown(s.paging.facts(PageId(visit.params["id"])), visit)


def own_act(s: Services, visit: Visit) -> Go:
    """The same buttons, in the name of whoever is logged in."""
    identifier, wanted = visit.params["id"], visit.form.get("act", "")
    if wanted == "declare":
        return _declare(s, s.paging.facts(PageId(identifier)), visit.who, visit.path)
    action, said = _known(wanted)
    match action:
        case LinkAction.ACK:
            paging.acknowledge(s, visit.who, paging.AcknowledgePage(id=identifier))
        case LinkAction.HELP:
            paging.escalate(s, visit.who, paging.Target(id=identifier))
        case LinkAction.NOT_ME:
            paging.decline(s, visit.who, paging.Target(id=identifier))
        case LinkAction.SNOOZE:
            paging.snooze(s, visit.who, paging.SnoozePage(id=identifier))
        case LinkAction.NOT_ACTIONABLE:
            paging.not_actionable(s, visit.who, paging.Target(id=identifier))
        case _:
            assert_never(action)
    return Go(visit.path, said=said)


def _known(wanted: str) -> tuple[LinkAction, str]:
    if wanted not in ACTS:
        raise Invalid("act", f"{wanted!r} is not something that this page does")
    return ACTS[wanted]


def _shown(facts: PageFacts, visit: Visit) -> Shown:
    if facts.about is EscalationKind.PROOF:
        return Shown("proof.html", {"facts": facts})
    situation = facts.situation
    return Shown(
        "pager.html",
        {
            "facts": facts,
            "state": words.state_words(facts.status),
            "headline": words.headline(facts),
            "subline": words.subline(facts),
            "budget": words.budget_line(situation.budget, visit.local) if situation.budget else None,
            "changes": [
                words.change_line(one, facts.firing_since)
                for one in situation.changes[: CHANGES if facts.status.is_unanswered else 1]
            ],
            "earlier": words.earlier_line(
                situation.earlier, visit.local.now, href=f"/incidents/{situation.earlier.number}" if visit.actor else ""
            )
            if situation.earlier
            else None,
            "next": words.next_line(facts, visit.name),
            "picture": _picture(facts, visit),
            "unanswered": facts.status.is_unanswered,
        },
    )


def _declare(s: Services, facts: PageFacts, who: Actor, back: str) -> Go:
    """An incident about what the page says, unless there is one already."""
    if facts.situation.incident is None:
        given = StartIncident(
            title=words.headline(facts).rstrip("."), service=facts.service, detected_by=DetectedBy.ALERT, confirm=True
        )
        incidents.start(s, who, given)
    return Go(back, said="declared")


def _picture(facts: PageFacts, visit: Visit) -> object:
    budget, series = facts.situation.budget, facts.situation.series
    if budget is None or not series:
        return None
    rows = [Minute(point.minute, point.good, point.total) for point in series]
    flags = [Flag(change.at, f"{change.kind} {change.summary}"[:24]) for change in facts.situation.changes[:CHANGES]]
    return minutes(Minutes(rows, 1 - budget.target.value, visit.local.zone, flags))
