"""Hand-overs: the list, one document to read, edit, sign and acknowledge; and the link of a message about one, or of a survey.

A link acts in the name of the person who got the message, so that whoever has no login can sign and answer as well.
"""

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.pages import pager
from watchbill.entrypoints.web.visit import Download, Go, Shown, Visit
from watchbill.entrypoints.web.words import handoffs as words
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import kind_of
from watchbill.oncall.model import Errand
from watchbill.oncall.model.handoffs import Heading
from watchbill.operations import handoffs
from watchbill.people.model import Actor, Role

__all__ = ["act", "answer", "export", "follow", "index", "link", "show"]

SCORES = ((1, "bad"), (2, "poor"), (3, "fair"), (4, "good"), (5, "very good"))


def index(s: Services, visit: Visit) -> Shown:
    """The newest first, with the questions that wait for the viewer."""
    found = handoffs.list_all(s, visit.who, handoffs.ListHandoffs(schedule=visit.ask("schedule"), cursor=visit.ask("cursor")))  # fmt: skip
    waiting = [one for one in found.items if one.status == "drafted"]
    return Shown(
        "handoffs.html",
        {
            "found": found.items,
            "cursor": found.next,
            "waiting": waiting,
            "schedule": visit.ask("schedule") or "",
            "surveys": handoffs.surveys(s, visit.who, handoffs.Nothing()),
            "scores": SCORES,
            "words": words,
        },
    )


def show(s: Services, visit: Visit) -> Shown:
    """One document."""
    one = handoffs.show(s, visit.who, handoffs.NamedHandoff(id=visit.params["id"]))
    return _document(one, visit, visit.who, "handoff.html")


def act(s: Services, visit: Visit) -> Go:
    """Save, sign or acknowledge, in the name of whoever is logged in."""
    return _act(s, visit, visit.who, visit.params["id"])


def export(s: Services, visit: Visit) -> Download:
    """The document as Markdown."""
    one = handoffs.show(s, visit.who, handoffs.NamedHandoff(id=visit.params["id"]))
    return Download(f"handoff-{one.schedule}-{one.ends_at:%Y-%m-%d}.md", "text/markdown; charset=utf-8", one.markdown)


def answer(s: Services, visit: Visit) -> Go:
    """Answer the question about a watch."""
    _answer(s, visit, visit.who, visit.params["id"])
    return Go("/handoffs", said="answered")


def link(s: Services, visit: Visit) -> Shown:
    """Whatever the link of a message leads to: a page, a hand-over or a question. Nothing changes."""
    errand = s.paging.errand(visit.params["token"])
    match kind_of(errand.about) if errand else None:
        case "hand-over":
            assert errand is not None
            who = _reader(errand)
            return _document(handoffs.show(s, who, handoffs.NamedHandoff(id=errand.about)), visit, who, "handed.html")
        case "survey":
            assert errand is not None
            return Shown("survey.html", {"one": s.duty.surveys.look(errand.about), "scores": SCORES})
        case _:
            return pager.page(s, visit)


def follow(s: Services, visit: Visit) -> Go:
    """Do what was tapped."""
    errand = s.paging.errand(visit.params["token"])
    match kind_of(errand.about) if errand else None:
        case "hand-over":
            assert errand is not None
            return _act(s, visit, _reader(errand), errand.about)
        case "survey":
            assert errand is not None
            _answer(s, visit, _reader(errand), errand.about)
            return Go(visit.path, said="answered")
        case _:
            return pager.act(s, visit)


def _reader(errand: Errand) -> Actor:
    return Actor(errand.person, Role.RESPONDER, "link")


def _document(one: handoffs.HandoffView, visit: Visit, who: Actor, template: str) -> Shown:
    mine = one.outgoing == who.name and not one.signed_at
    return Shown(
        template,
        {
            "one": one,
            "headline": words.headline(one, visit),
            "more": words.more(one, visit),
            "headings": [(heading, heading.printed, list(words.rows(one.texts[heading]))) for heading in Heading],
            "mine": mine,
            "takes": one.status == "signed" and who.name != one.outgoing and one.incoming in {None, who.name},
            "words": words,
        },
    )


def _act(s: Services, visit: Visit, who: Actor, identifier: str) -> Go:
    wanted = visit.need("act")
    texts = {heading: visit.form[heading].replace("\r\n", "\n") for heading in Heading if heading in visit.form}
    if wanted in {"save", "sign"} and texts:
        given = handoffs.EditHandoff(id=identifier, texts=texts, note=visit.form.get("note"))
        handoffs.edit(s, who, given)
    match wanted:
        case "save":
            return Go(visit.path, said="saved")
        case "sign":
            handoffs.sign(s, who, handoffs.NamedHandoff(id=identifier))
            return Go(visit.path, said="signed")
        case "acknowledge":
            handoffs.acknowledge(s, who, handoffs.NamedHandoff(id=identifier))
            return Go(visit.path, said="taken-over")
        case _:
            raise Invalid("act", f"{wanted!r} is not something that this page does")


def _answer(s: Services, visit: Visit, who: Actor, identifier: str) -> None:
    score = visit.need("score")
    if score not in map(str, range(1, 6)):
        raise Invalid("score", f"{score!r} is not between 1 and 5")
    handoffs.answer(s, who, handoffs.AnswerSurvey(id=identifier, score=int(score)))
