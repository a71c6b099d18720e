"""Status pages from within: how they stand, what visitors report, and a form that publishes."""

from datetime import timedelta

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words.phrase import Part, Sentence, say
from watchbill.incidents.model import Status
from watchbill.incidents.model.status import Stage
from watchbill.incidents.ports import Search
from watchbill.operations import status as operations

__all__ = ["index", "publish"]

_REPORTED = timedelta(days=7)


def index(s: Services, visit: Visit) -> Shown:
    """Every page, open incidents that could be published, and the reports of a week."""
    pages = operations.list_all(s, visit.who, operations.ListStatusPages())
    shown = {one.service for page in s.publishing.pages() for one in page.components}
    incidents = [
        one
        for one in s.incidents.list(Search(statuses=(Status.OPEN, Status.MITIGATED), drill=False))
        if shown & set(one.services)
    ]
    return Shown(
        "status.html",
        {
            "headline": _headline(pages),
            "pages": pages,
            "incidents": [(str(one.number), f"{one.name} {one.title}") for one in incidents],
            "stages": [("", "as the incident stands"), *((str(one), str(one)) for one in Stage)],
            "reports": operations.reports(s, visit.who, operations.ListReports(since=s.now - _REPORTED)),
        },
    )


def publish(s: Services, visit: Visit) -> Go:
    """Tell outsiders."""
    stage = visit.maybe("stage")
    given = operations.Publish(
        id=visit.need("incident"),
        text=visit.need("text"),
        title=visit.maybe("title"),
        stage=Stage(stage) if stage else None,
    )
    operations.publish(s, visit.who, given)
    return Go("/status", said="published")


def _headline(pages: list[operations.PageRow]) -> Sentence:
    if not pages:
        return say("Nobody outside can see how you are doing.")
    bad = [one for one in pages if one.open]
    if not bad:
        return say("Outsiders read that all is well.")
    return say(f"{bad[0].title} says: ", Part(bad[0].sentence, tone="strong"))
