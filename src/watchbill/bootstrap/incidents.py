"""Puts the incident desk together over one transaction."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from watchbill.adapters.notify.render import render
from watchbill.adapters.store.incident_mails import MailRecords
from watchbill.adapters.store.incidents import IncidentRecords
from watchbill.adapters.store.oncall import EscalationRecords
from watchbill.incidents.service import Desk, OncallPager, SloMeasurements

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["incident_desk"]


class _Words:
    """incidents.ports.Words by the sandboxed Liquid of the notify adapter."""

    def render(self, template: str, facts: Mapping[str, object]) -> str:
        """The text; raises Invalid."""
        return render(template, facts)


def incident_desk(s: "Services") -> Desk:
    """Ports and neighbours of incidents."""
    return Desk(
        store=IncidentRecords(s.connection),
        measurements=SloMeasurements(slo=s.slo, budget=s.budget),
        pager=OncallPager(schedules=s.schedules, paging=s.paging, escalations=EscalationRecords(s.connection)),
        words=_Words(),
        communication=s.definitions.communication,
        mails=MailRecords(s.connection),
        alerts=s.alert_store,
        catalog=s.catalog,
        people=s.people,
        events=s.events,
        jobs=s.jobs,
        ids=s.ids,
        clock=s.clock,
        public_url=s.app.public_url,
    )
