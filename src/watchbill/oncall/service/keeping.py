"""Keeps who really stood watch, and says when a watch passes on to somebody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watchbill.kernel.clock import Clock
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids, ShiftId
from watchbill.oncall.health_ports import KeptShifts
from watchbill.oncall.model import Schedule
from watchbill.oncall.model.handoffs import ShiftEnded
from watchbill.oncall.model.health import KeptShift
from watchbill.oncall.rules.stood import brought_up_to
from watchbill.oncall.service.schedules import ScheduleService

__all__ = ["FIRST_LOOK_BACK", "ShiftService"]

FIRST_LOOK_BACK = timedelta(days=70)  # for a schedule seen for the first time: two periods of review and a month
_SINCE_MOST = timedelta(days=399)  # a schedule is computed over a year at most
_JUST_AFTER = timedelta(microseconds=1)
_WORTH_SAYING = timedelta(days=1)  # a shift that ended longer ago, while nobody looked, is kept and not asked about

Change = tuple[KeptShift | None, list[KeptShift]]


@dataclass(eq=False, kw_only=True)
class ShiftService:
    """Shifts within one transaction."""

    kept: KeptShifts
    schedules: ScheduleService
    events: EventSink
    ids: Ids
    clock: Clock

    def is_due(self) -> bool:
        """Whether anybody's watch has begun or ended since the last time; reads only."""
        return any(ended or begun for ended, begun in self._changes().values())

    def keep(self) -> int:
        """Write down what changed; how many shifts began or ended."""
        done = 0
        known = self.kept.last()
        for schedule, (ended, begun) in self._changes().items():
            closed = [self._finish(ended)] if ended is not None else []
            opened = [self._begin(one) for one in begun]
            done += sum(one is not None for one in closed + opened)
            if schedule in known and schedule in self.first_level():
                self._say([*closed, *opened])
        return done

    def stood(self, since: datetime, until: datetime) -> list[KeptShift]:
        """Who stood watch in [since, until), as it was kept and, after that, as the schedules say; by start.

        A schedule of which nothing is kept yet counts as it is written now.
        """
        changes = self._changes()
        found = []
        for shift in self.kept.between(since, until):
            ended = changes.get(shift.schedule, (None, []))[0]
            found.append(ended if ended is not None and ended.id == shift.id else shift)
        found += [one for _ended, begun in changes.values() for one in begun]
        return sorted((one for one in found if one.clipped(since, until)), key=lambda one: (one.start, one.schedule))

    def first_level(self) -> Mapping[str, Schedule]:
        """Schedules whose people are called first: those that are nobody's second, by name."""
        every = self.schedules.list()
        seconds = {one.secondary for one in every}
        return {one.name: one for one in every if one.name not in seconds}

    def _changes(self) -> dict[str, Change]:
        now, last = self.clock.now(), self.kept.last()
        found: dict[str, Change] = {}
        for schedule in self.schedules.list():
            known = last.get(schedule.name)
            rows = self.schedules.final(schedule.name, self._known_until(known, now), now + _JUST_AFTER)
            running = known if known is not None and known.end is None else None
            found[schedule.name] = brought_up_to(now, schedule.name, running, rows)
        for name, shift in last.items():
            if name not in found and shift.end is None:  # the schedule is gone
                found[name] = (replace(shift, end=now), [])
        return found

    def _known_until(self, last: KeptShift | None, now: datetime) -> datetime:
        if last is None:
            return now - FIRST_LOOK_BACK
        return min(max(last.end or last.start, now - _SINCE_MOST), now)

    def _finish(self, shift: KeptShift) -> KeptShift | None:
        assert shift.id is not None
        assert shift.end is not None
        return shift if self.kept.finish(shift.id, shift.end) else None

    def _begin(self, shift: KeptShift) -> KeptShift | None:
        new = replace(shift, id=self.ids.new(ShiftId))
        return new if self.kept.begin(new) else None

    def _say(self, shifts: Sequence[KeptShift | None]) -> None:
        """Of the shifts that were just kept: the newest that ended, where it was passed on."""
        ended = [one for one in shifts if one is not None and one.end is not None]
        if not ended:
            return
        last = ended[-1]
        assert last.id is not None
        assert last.end is not None
        following = self._following(last, last.end)
        if following == last.person or self.clock.now() - last.end > _WORTH_SAYING:
            return
        event = ShiftEnded(last.id, last.schedule, last.person, last.start, last.end, following)
        self.events.publish(event, subject=last.id, cause=None)

    def _following(self, shift: KeptShift, end: datetime) -> str | None:
        """Who stands watch from the end on or, after a gap, next."""
        if self.schedules.definitions.get(shift.schedule) is None:
            return None
        watch = self.schedules.on_call(shift.schedule, end)
        if watch.primary is not None:
            return watch.primary
        following = self.schedules.following(shift.schedule, end)
        return following.person if following else None
