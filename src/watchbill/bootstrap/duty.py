"""The services of health and hand-over over one transaction, built on first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.store.handoffs import HandoffRecords, SurveyRecords
from watchbill.adapters.store.oncall_health import KeptShiftRecords, MitigationHistory, PageHistory
from watchbill.adapters.workdays import PublicHolidays
from watchbill.bootstrap.handoff_sources import ServiceSources
from watchbill.oncall.service.asking import SurveyService
from watchbill.oncall.service.handing import HandoffService
from watchbill.oncall.service.health import HealthService
from watchbill.oncall.service.keeping import ShiftService
from watchbill.oncall.service.paying import PayService
from watchbill.people.model import Actor

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["Duty"]


class Duty:
    """What is kept about watches, and what people say about them."""

    def __init__(self, services: "Services") -> None:
        self._s = services

    @cached_property
    def shifts(self) -> ShiftService:
        """Who really stood watch."""
        s = self._s
        kept = KeptShiftRecords(s.connection)
        return ShiftService(kept=kept, schedules=s.schedules, events=s.events, ids=s.ids, clock=s.clock)

    @cached_property
    def health(self) -> HealthService:
        """How it was."""
        s = self._s
        return HealthService(
            shifts=self.shifts,
            pages=PageHistory(s.connection),
            mitigations=MitigationHistory(s.connection),
            surveys=SurveyRecords(s.connection),
            holidays=PublicHolidays(),
            people=s.people,
            catalog=s.catalog,
            clock=s.clock,
        )

    @cached_property
    def pay(self) -> PayService:
        """What it is worth."""
        s = self._s
        return PayService(
            shifts=self.shifts,
            pages=PageHistory(s.connection),
            holidays=PublicHolidays(),
            people=s.people,
            clock=s.clock,
        )

    @cached_property
    def handoffs(self) -> HandoffService:
        """Passing it on."""
        s = self._s
        return HandoffService(
            store=HandoffRecords(s.connection),
            sources=ServiceSources(s),
            schedules=s.schedules,
            tell=s.paging.tell,
            is_person=self._is_person,
            events=s.events,
            jobs=s.jobs,
            ids=s.ids,
            clock=s.clock,
        )

    @cached_property
    def surveys(self) -> SurveyService:
        """Asking how it was."""
        s = self._s
        return SurveyService(
            store=SurveyRecords(s.connection),
            people=s.people,
            tell=s.paging.tell,
            is_person=self._is_person,
            ids=s.ids,
            clock=s.clock,
        )

    def _is_person(self, who: Actor) -> bool:
        """A token speaks for a person only if every token of that name was made by that very person."""
        if who.via != "token":
            return True
        return all(one.created_by == one.name for one in self._s.people.tokens() if one.name == who.name)
