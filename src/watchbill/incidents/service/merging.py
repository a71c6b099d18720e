"""Two incidents that are one, and two that belong together."""

from dataclasses import replace

from watchbill.incidents.model import (
    Impact,
    Impairment,
    Incident,
    IncidentMerged,
    IncidentRole,
    IncidentUnmerged,
    Source,
    Status,
)
from watchbill.incidents.rules.cadence import next_update_at
from watchbill.incidents.rules.naming import text_block
from watchbill.incidents.rules.phases import require_open
from watchbill.incidents.service.desk import Book, Desk
from watchbill.incidents.service.taking import Taking
from watchbill.incidents.service.timers import Timers
from watchbill.incidents.service.triage import Triage
from watchbill.kernel.errors import Conflict
from watchbill.people.model import Actor

__all__ = ["Merging"]


class Merging:
    """Both records stay; one of them goes on."""

    def __init__(self, desk: Desk, book: Book, timers: Timers, taking: Taking, triage: Triage) -> None:
        self._desk = desk
        self._book = book
        self._timers = timers
        self._taking = taking
        self._triage = triage

    def merge(self, reference: str, into: str, who: Actor) -> Incident:
        """The first is the same as the second, which goes on with the alerts of both, the earlier start and the worse severity.

        Raises Conflict unless both are open and either both or none is a drill.
        """
        source, target = self._pair(reference, into)
        require_open(source, "merging")
        require_open(target, "merging into")
        if source.drill is not target.drill:
            raise Conflict("a drill and a real incident do not merge", hint="close the drill instead")
        moved = self._desk.store.move_alerts(source.id, target.id, self._desk.now)
        target = self._absorb(target, source, who, len(moved))
        source = replace(
            source, status=Status.MERGED, merged_into=target.id, closed_at=self._desk.now, next_update_at=None
        )
        source = self._book.write(source, Source.STATE, f"Merged into {target.name}, which goes on", by=who.name)
        self._desk.events.publish(
            IncidentMerged(source.id, target.id, tuple(moved), who.name), subject=source.id, cause=None
        )
        self._timers.stop(source)
        self._desk.pager.stand_down(source, who)
        self._book.save(source)
        return self._book.save(target)

    def unmerge(self, reference: str, reason: str, who: Actor) -> Incident:
        """It was another one after all: it goes on by itself, with the alerts that it brought. Raises Conflict unless it is merged."""
        source = self._book.find(reference)
        if source.merged_into is None:
            raise Conflict(f"{source.name} is not merged", hint=f"watchbill incident show {source.number}")
        source, target = self._pair(reference, source.merged_into)
        if source.merged_into != target.id:
            raise Conflict(f"{source.name} was taken out of {target.name} a moment ago")
        words = text_block(reason, field="reason")
        moved = self._desk.store.return_alerts(source.id, target.id, self._desk.now)
        source = replace(
            source,
            status=Status.OPEN if source.mitigated_at is None else Status.MITIGATED,
            merged_into=None,
            closed_at=None,
            next_update_at=next_update_at(source.severity, self._desk.now),
        )
        source = self._book.write(source, Source.STATE, f"Taken out of {target.name} again: {words}", by=who.name)
        event = IncidentUnmerged(source.id, target.id, tuple(moved), who.name)
        self._desk.events.publish(event, subject=source.id, cause=None)
        self._timers.start(source)
        self._let_go(target, source, who, len(moved))
        return self._book.save(source)

    def _let_go(self, target: Incident, source: Incident, who: Actor, alerts: int) -> None:
        """The one that went on keeps what was learnt meanwhile; services that only the other brought leave with it."""
        own = tuple(name for name in target.services if name == target.service or name not in source.services)
        text = f"{source.name} ({source.title}) was taken out of this one again{_with_alerts(alerts)}"
        target = self._book.write(replace(target, services=own), Source.STATE, text, by=who.name, cause=source.id)
        self._book.save(target)

    def relate(self, reference: str, to: str, who: Actor) -> Incident:
        """They belong together, and both go on; again changes nothing."""
        one, other = self._pair(reference, to)
        if not self._desk.store.relate(one.id, other.id, self._desk.now, who.name):
            return one
        self._book.save(
            self._book.write(other, Source.HUMAN, f"Belongs together with {one.name}: {one.title}", by=who.name)
        )
        return self._book.save(
            self._book.write(one, Source.HUMAN, f"Belongs together with {other.name}: {other.title}", by=who.name)
        )

    def _pair(self, reference: str, to: str) -> tuple[Incident, Incident]:
        """Both, locked in the order of their numbers, so that two merges at once cannot wait for each other."""
        one, other = self._book.find(reference), self._book.find(to)
        if one.id == other.id:
            raise Conflict(f"{one.name} is one incident, not two")
        locked = {
            found.id: self._book.locked(found.id) for found in sorted((one, other), key=lambda found: found.number)
        }
        return locked[one.id], locked[other.id]

    def _absorb(self, target: Incident, source: Incident, who: Actor, alerts: int) -> Incident:
        starts = [one.started_at for one in (target, source) if one.started_at is not None]
        services = tuple(dict.fromkeys((*target.services, *source.services)))
        target = replace(
            target,
            services=services,
            service=target.service or source.service,
            started_at=min(starts, default=None),
            detected_at=min(target.detected_at, source.detected_at),
            impact=_worse(target.impact, source.impact),
        )
        target = self._book.write(
            target,
            Source.STATE,
            f"{source.name} ({source.title}) was merged into this one{_with_alerts(alerts)}",
            by=who.name,
            cause=source.id,
        )
        if source.severity.is_worse_than(target.severity):
            why = f"{source.name} was {source.severity}"
            target = self._triage.set(target, source.severity, who.name, why, provisional=source.provisional)
        ic = [
            one.person for one in self._desk.store.roles(source.id) if one.role is IncidentRole.IC and one.accepted_at
        ]
        if ic:
            target = self._book.write(
                target, Source.ROLE, f"{ic[0]} commanded {source.name} and can tell what was done there", by=who.name
            )
        return self._take_over(target, source, who)

    def _take_over(self, target: Incident, source: Incident, who: Actor) -> Incident:
        """Whoever has the first has the second: nobody is called for what somebody is at work on."""
        if target.acknowledged_at is not None or source.acknowledged_by is None or source.acknowledged_at is None:
            return target
        self._desk.pager.acknowledge(target, self._desk.store.called_for(target.id), who)
        return self._taking.taken(target, source.acknowledged_by, source.acknowledged_at, cause=source.id)


def _with_alerts(count: int) -> str:
    return f" with {count} alert{'' if count == 1 else 's'}" if count else ""


def _worse(one: Impact, other: Impact) -> Impact:
    """What is known of either, the worse of the two where both say something."""
    return replace(
        one.learn(Impact(sla_imminent=other.sla_imminent)),
        impairment=_broken(one.impairment, other.impairment),
        seen=_broken(one.seen, other.seen),
        users_affected=_most(one.users_affected, other.users_affected),
        users_total=_most(one.users_total, other.users_total),
        affected_ratio=max(
            (ratio for ratio in (one.affected_ratio, other.affected_ratio) if ratio is not None), default=None
        ),
        data_loss=_either(one.data_loss, other.data_loss),
        pii_breach=_either(one.pii_breach, other.pii_breach),
        revenue=_either(one.revenue, other.revenue),
        revenue_per_minute=one.revenue_per_minute or other.revenue_per_minute,
        customer_tickets=_most(one.customer_tickets, other.customer_tickets),
    )


def _broken(one: Impairment | None, other: Impairment | None) -> Impairment | None:
    return other if one is None else one.at_least(other)


def _most(one: int | None, other: int | None) -> int | None:
    return max((count for count in (one, other) if count is not None), default=None)


def _either(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - three-valued facts, not modes
    if one or other:
        return True
    return one if one is not None else other
