"""Puts the postmortem desk together over one transaction."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.trackers import Trackers, read_trackers
from watchbill.adapters.resources.emit import document_text
from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.validation import parse_files
from watchbill.adapters.store.action_links import ActionLinkRecords
from watchbill.adapters.store.postmortem_talk import PostmortemTalk
from watchbill.adapters.store.postmortem_texts import PostmortemTexts
from watchbill.adapters.store.postmortems import ActionItemRecords, PostmortemRecords
from watchbill.adapters.workdays import PublicHolidays
from watchbill.config import Config
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Faults, Invalid
from watchbill.postmortems.service import Desk

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["Trackers", "postmortem_desk", "postmortem_yaml", "read_postmortem", "trackers"]


def postmortem_desk(s: "Services") -> Desk:
    """Ports and neighbours of postmortems."""
    return Desk(
        store=PostmortemRecords(s.connection),
        action_items=ActionItemRecords(s.connection),
        talk=PostmortemTalk(s.connection),
        texts=PostmortemTexts(s.connection),
        links=ActionLinkRecords(s.connection),
        trackers=s.app.trackers,
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


def postmortem_yaml(template: Mapping[str, object]) -> str:
    """The playbook's template as a YAML document, as `validate` and `apply` read it."""
    return document_text("postmortem", template)


def read_postmortem(
    text: str, path: str = "postmortem.yaml"
) -> Mapping[str, Any]:  # Any: YAML, checked against its schema
    """Only the fields that stand in the file; raises Faults with their places, Invalid where it is not one postmortem."""
    report = parse_files([SourceFile(path, text)])
    if report.faults:
        raise Faults(list(report.faults))
    if [one.kind.word for one in report.resources] != ["postmortem"]:
        raise Invalid("content", "is not one postmortem", hint="begin with what `watchbill postmortem export` writes")
    return report.resources[0].spec.model_dump(mode="python", exclude_unset=True)


def trackers(config: Config, clock: Clock) -> Trackers:
    """Those of the file; none without one. They may lie anywhere: the operator wrote the file."""
    if config.trackers is None:
        return Trackers()
    return read_trackers(config.trackers, HttpCaller(Fence(("0.0.0.0/0", "::/0")), monotonic=clock.monotonic))
