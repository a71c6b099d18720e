"""Puts the postmortem desk together over one transaction."""

from typing import TYPE_CHECKING

from watchbill.adapters.store.action_links import ActionLinkRecords
from watchbill.adapters.store.postmortem_talk import PostmortemTalk
from watchbill.adapters.store.postmortem_texts import PostmortemTexts
from watchbill.adapters.store.postmortems import ActionItemRecords, PostmortemRecords
from watchbill.adapters.workdays import PublicHolidays
from watchbill.postmortems.service import Desk

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["postmortem_desk"]


def postmortem_desk(s: "Services") -> Desk:
    """Ports and neighbours of postmortems."""
    return Desk(
        store=PostmortemRecords(s.connection),
        action_items=ActionItemRecords(s.connection),
        talk=PostmortemTalk(s.connection),
        texts=PostmortemTexts(s.connection),
        links=ActionLinkRecords(s.connection),
        trackers=s.app.roads.trackers,
        holidays=PublicHolidays(),
        incidents=s.incidents,
        budget=s.budget,
        catalog=s.catalog,
        people=s.people,
        events=s.events,
        jobs=s.jobs,
        ids=s.ids,
        clock=s.clock,
        public_url=s.app.public_url,
    )
