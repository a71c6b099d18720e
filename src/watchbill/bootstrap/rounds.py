"""Rounds of measuring that the worker steps: sources that are asked, probes, heartbeats, and keeping counts.

Of several nodes one does all of them (`measures`); the others serve pages and take in what is sent.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchbill.bootstrap.beats import call_in

if TYPE_CHECKING:
    from watchbill.bootstrap.app import App

__all__ = ["MeasureRounds"]

_SETTLING = 5  # minutes that a final minute still stays where it can be changed


@dataclass(frozen=True)
class MeasureRounds:
    """Over one application."""

    app: "App"

    def measures(self) -> bool:
        """Whether this node is the one that reads sources and evaluates; with counts in its own files it always is."""
        return not self.app.measure.is_shared or self.app.measuring.is_ours(self.app.database)

    def follow(self) -> int:
        """One round over all logs; the number of lines read."""
        return self.app.follow_once() if self.measures() else 0

    def evaluate(self) -> int:
        """One tick; how much moved."""
        return self.tick() if self.measures() else 0

    def tick(self) -> int:
        """One tick: judge every promise now, save what moved, and put its alerts into the inbox; how much moved.

        Ticks that were missed while nothing ran are not made up for.
        """
        with self.app.reading() as s:
            tick = s.slo.evaluate(s.budget.edges)
            if not (tick.moved or tick.standings or tick.cleared or s.budget.moves(tick)):
                return 0
        with self.app.transaction() as s:
            # What the reading found is saved as it is: looking up who contributed may take a second, and is not done here.
            claims = s.slo.settle(tick)
            for one in claims:
                s.alerts.receive_internal(
                    one.labels,
                    one.annotations,
                    starts_at=one.starts_at,
                    ends_at=one.ends_at,
                    generator_url=f"{self.app.public_url}/slos/{one.slo}",
                    source="slo",
                    cause=one.cause,
                )
            return len(claims) + len(s.budget.observe(tick))

    def snapshot(self) -> int:
        """Keep how every budget stood when the week began, unless that was done; how many were kept."""
        if not self.measures():
            return 0
        with self.app.reading() as s:
            if not s.budgets.snapshots.is_due():
                return 0
        with self.app.transaction() as s:
            return s.budgets.snapshots.take()

    def shifts(self) -> int:
        """Keep whose watch began or ended; how many did. Any node may do it: each change is kept once."""
        with self.app.reading() as s:
            if not s.duty.shifts.is_due():
                return 0
        with self.app.transaction() as s:
            return s.duty.shifts.keep()

    def fetch(self) -> int:
        """One round over the logs that lie elsewhere; the number of lines read."""
        if not self.measures():
            return 0
        with self.app.reading() as s:
            slis = s.promised.slis()
        return self.app.measure.remote_logs.cycle(slis)

    def pull(self) -> int:
        """One round over the sources that are asked (Prometheus, SQL, plug-ins); the number of minutes counted."""
        if not self.measures():
            return 0
        with self.app.reading() as s:
            slis, slos = s.promised.slis(), s.definitions.slos.slos()
        return self.app.measure.pull(slis, slos)

    def probe(self) -> int:
        """Start the probes that are due; the number of them."""
        if not self.measures():
            return 0
        with self.app.reading() as s:
            rules, slis = s.definitions.checks.probes(), s.definitions.slos.slis()
        return self.app.measure.rounds.cycle(rules, slis) if rules else 0

    def beat(self) -> int:
        """Count what heartbeats say, and alert for those that stay away; the number of alerts sent or ended."""
        if not self.measures():
            return 0
        with self.app.reading() as s:
            rules, slis = s.definitions.checks.beats(), s.definitions.slos.slis()
        calls = self.app.measure.beats.cycle(rules, slis) if rules else []
        for call in calls:
            with self.app.transaction() as s:
                call_in(s, call)
            self.app.measure.beats.told(call)  # an alert that is sent again after a crash here is the same alert
        return len(calls)

    def keep(self) -> int:
        """Move and roll up counts that are final; how many minutes and days."""
        if not self.measures():
            return 0
        if not self.app.measure.is_shared:
            return self.app.measure.keep()
        with self.app.reading() as s:
            latest = max((sli.late_minutes for sli in s.promised.slis()), default=0)
        return self.app.measure.keep(latest + _SETTLING)
