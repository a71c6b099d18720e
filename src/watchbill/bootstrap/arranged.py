"""Puts arrangements together: swaps, leave, calendars and cover over one transaction."""

from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.calendars import IcalReader
from watchbill.adapters.solving import solver
from watchbill.adapters.store.arranged import AlarmRecords, FeedRecords, HandoffRecords, LeaveRecords, SwapRecords
from watchbill.adapters.workdays import PublicHolidays
from watchbill.oncall.service.coverage import CoverageService
from watchbill.oncall.service.feeds import CalendarService
from watchbill.oncall.service.leaves import LeaveService
from watchbill.oncall.service.planning import PlanningService
from watchbill.oncall.service.swaps import SwapService

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["Arranged"]


class Arranged:
    """What people arrange, over one transaction; each part is built on first use."""

    def __init__(self, s: "Services") -> None:
        self._s = s

    @cached_property
    def swaps(self) -> SwapService:
        """Swaps."""
        return SwapService(
            swaps=SwapRecords(self._s.connection),
            schedules=self._s.schedules,
            people=self._s.people,
            events=self._s.events,
            jobs=self._s.jobs,
            ids=self._s.ids,
            clock=self._s.clock,
        )

    @cached_property
    def leaves(self) -> LeaveService:
        """Leave."""
        return LeaveService(
            leaves=LeaveRecords(self._s.connection),
            people=self._s.people,
            reader=IcalReader(),
            events=self._s.events,
            ids=self._s.ids,
            clock=self._s.clock,
        )

    @cached_property
    def calendars(self) -> CalendarService:
        """Calendars."""
        return CalendarService(
            feeds=FeedRecords(self._s.connection),
            links=self._s.app.roads.feeds,
            reader=IcalReader(),
            schedules=self._s.schedules,
            people=self._s.people,
            ids=self._s.ids,
            clock=self._s.clock,
        )

    @cached_property
    def coverage(self) -> CoverageService:
        """Cover."""
        return CoverageService(
            schedules=self._s.schedules,
            leaves=LeaveRecords(self._s.connection),
            alarms=AlarmRecords(self._s.connection),
            people=self._s.people,
            events=self._s.events,
            clock=self._s.clock,
        )

    @cached_property
    def planning(self) -> PlanningService:
        """Fair rotations, and what is wrong with schedules."""
        return PlanningService(
            coverage=self.coverage,
            leaves=LeaveRecords(self._s.connection),
            holidays=PublicHolidays(),
            handoffs=HandoffRecords(self._s.connection),
            people=self._s.people,
            clock=self._s.clock,
            solver=solver(),
        )
