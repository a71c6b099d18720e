"""The silences and maintenance windows for a replay: those in force at a moment of the past, and those in force now."""

from collections.abc import Callable, Sequence
from datetime import datetime

from watchbill.alerts.model import MaintenanceWindow, Matcher, Silence
from watchbill.alerts.model.matching import Compiled
from watchbill.alerts.rules.maintenance import next_change as next_opening
from watchbill.alerts.rules.silencing import Silencer, next_change

__all__ = ["PastSilences"]


class PastSilences:
    """What kept an alert quiet then keeps it quiet in a replay, and so does what would keep it quiet if it came now."""

    def __init__(
        self,
        silences: Sequence[Silence],
        windows: Sequence[MaintenanceWindow],
        compile_matcher: Callable[[Matcher], Compiled],
        now: datetime,
    ) -> None:
        self._silences, self._windows, self._compile = silences, windows, compile_matcher
        self._now = Silencer.of(silences, now, compile_matcher, windows)
        self._ready: tuple[datetime, datetime | None, Silencer] | None = None

    def at(self, moment: datetime) -> Silencer:
        """Those of that moment with those of now; made anew only where one begins or ends in between."""
        if self._ready is not None:
            since, until, silencer = self._ready
            if since <= moment and (until is None or moment < until):
                return silencer
        then = Silencer.of(self._silences, moment, self._compile, self._windows)
        both = Silencer(
            (*then.active, *(one for one in self._now.active if one[0] not in dict(then.active))),
            tuple(dict.fromkeys((*then.services, *self._now.services))),
        )
        changes = (next_change(self._silences, moment), next_opening(self._windows, moment))
        self._ready = (moment, min((one for one in changes if one), default=None), both)
        return both
