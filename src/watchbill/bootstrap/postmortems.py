"""Puts the postmortem desk together over one transaction."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from watchbill.adapters.resources.emit import document_text
from watchbill.adapters.store.postmortems import ActionItemRecords, PostmortemRecords
from watchbill.adapters.workdays import PublicHolidays
from watchbill.postmortems.service import Desk

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["postmortem_desk", "postmortem_yaml"]


def postmortem_desk(s: "Services") -> Desk:
    """Ports and neighbours of postmortems."""
    return Desk(
        store=PostmortemRecords(s.connection),
        action_items=ActionItemRecords(s.connection),
        holidays=PublicHolidays(),
        incidents=s.incidents,
        budget=s.budget,
        catalog=s.catalog,
        people=s.people,
        events=s.events,
        ids=s.ids,
        clock=s.clock,
    )


def postmortem_yaml(template: Mapping[str, object]) -> str:
    """The playbook's template as a YAML document, as `validate` and `apply` read it."""
    return document_text("postmortem", template)
