"""What begins and ends escalations: alerts, incidents, people who page people, and tests of a pager."""

from dataclasses import dataclass, replace
from datetime import timedelta

from watchbill.alerts.model import AlertChanged, AlertNotice, AlertOpened, Severity
from watchbill.alerts.service.notices import notice as notice_of
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Invalid, NotFound, Unavailable
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import EscalationId, IncidentId
from watchbill.oncall.model import (
    Escalation,
    EscalationJoined,
    EscalationKind,
    EscalationPolicy,
    EscalationResolved,
    EscalationStatus,
    PageUnroutable,
    PolicyStep,
    Target,
    TargetKind,
)
from watchbill.oncall.rules.restraint import RECOVERY_WAIT, storm_group
from watchbill.oncall.rules.walk import joins, worst
from watchbill.oncall.service.calling import Calling
from watchbill.oncall.service.desk import Desk
from watchbill.oncall.service.reach import admins_policy, policy_of_service, recipients
from watchbill.oncall.service.restraining import Restraining
from watchbill.oncall.service.walking import Walking
from watchbill.people.model import Actor

__all__ = ["Intake", "NewPage"]


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page that a person, or an incident, asks for: by a named policy, or to targets at once (`person:ann`, `ann`)."""

    title: str
    sentence: str = ""
    severity: Severity = Severity.P1
    service: str | None = None
    policy: str | None = None
    to: tuple[str, ...] = ()
    runbook: str | None = None


class Intake:
    """Begins escalations and ends them."""

    def __init__(self, desk: Desk, calling: Calling, walking: Walking) -> None:
        self._desk = desk
        self._calling = calling
        self._walking = walking
        self._restraining = Restraining(desk)

    def page_for_alert(self, recorded: Recorded) -> Escalation | None:
        """An alert opened, changed or came out of a silence: begin a walk, join one, or (P2, P3, silenced) none.

        Running it again changes nothing: an alert that its group holds already is not new. Running it late calls nobody for
        what is over by now.
        """
        notice = recorded.event
        assert isinstance(notice, AlertNotice)
        if not notice.notify:
            if isinstance(notice, AlertChanged):
                self.stand_down(recorded)
            return None
        self._desk.escalations.one_at_a_time(notice.alert)
        if self._is_over(notice):
            return None
        unanswered = self._desk.escalations.unanswered(notice.group_key)
        taken = self._desk.escalations.taken(notice.group_key)
        for escalation in (unanswered, *taken):
            if escalation is not None and self._desk.escalations.is_firing(escalation.id, notice.alert):
                return self._raise(escalation, notice.severity)
        joining = joins(unanswered, taken, notice.slo)
        if joining.joined is not None:
            return self._join(joining.joined, notice, recorded.subject)
        explained = self._restraining.upstream(notice.service)
        if explained is not None and not taken:
            return self._attach(explained, notice, recorded.subject)
        return self._begin_for(notice, recorded.subject, taken[0].id if taken else None)

    def page_for_incident(
        self, incident: IncidentId, new: NewPage, *, cause: str | None, by: Actor | None = None
    ) -> Escalation | None:
        """Call people for an incident; once a group of `incident:ID`. None where there is nobody to call (said by an event)."""
        group_key = f"incident:{incident}"
        running = self._desk.escalations.unanswered(group_key)
        if running is not None:
            return self._raise(running, new.severity)
        policy = self._policy(new)
        if policy is None:
            self._unroutable(incident, new.title, new.severity, new.service)
            return None
        begun = self._new(EscalationKind.INCIDENT, group_key, new, policy, cause or incident)
        return self._begin(replace(begun, incident=incident), by)

    def send(self, new: NewPage, who: Actor) -> Escalation:
        """Page people because a person says so; raises NotFound and Invalid where that would reach nobody."""
        policy = self._policy(new)
        if policy is None:
            raise Invalid("to", "names nobody", hint="write to: [person:ann] or policy: NAME")
        if not any(recipients(self._desk, step.notify) for step in policy.steps):
            raise NotFound(
                "person to reach in",
                ", ".join(new.to) or policy.name,
                hint="`watchbill oncall now` shows who stands watch",
            )
        identifier = self._desk.ids.new(EscalationId)
        begun = self._new(EscalationKind.MANUAL, f"manual:{identifier}", new, policy, None)
        return self._begin(replace(begun, id=identifier), who)

    def test(self, person: str, who: Actor, *, all_channels: bool = False) -> Escalation:
        """Try out somebody's pager: one step, no fallback, nobody else is called."""
        found = self._desk.people.person(person)
        policy = EscalationPolicy("test", (PolicyStep((Target(TargetKind.PERSON, found.name),)),))
        new = NewPage(
            title=f"Test page for {found.display_name}",
            sentence=f"{who.name} is trying out your pager. Acknowledge to show that it reaches you.",
        )
        identifier = self._desk.ids.new(EscalationId)
        begun = self._new(EscalationKind.TEST, f"test:{identifier}", new, policy, None)
        return self._begin(replace(begun, id=identifier, every_contact=all_channels), who)

    def stand_down(self, recorded: Recorded) -> list[Escalation]:
        """An alert ended, was silenced or no longer pages: a walk whose alerts are all like that ends."""
        notice = recorded.event
        assert isinstance(notice, AlertNotice)
        self._desk.escalations.one_at_a_time(notice.alert)
        changed: list[Escalation] = []
        for held in self._desk.escalations.holding(notice.alert):
            escalation = self._desk.escalations.get(held.id, lock=True)
            if escalation is None or not self._desk.escalations.end_alert(held.id, notice.alert, self._desk.now):
                continue
            escalation = replace(escalation, firing=escalation.firing - 1)
            if escalation.firing or escalation.status is EscalationStatus.RESOLVED:
                self._desk.escalations.save(escalation)
            else:
                escalation = self.resolve(escalation, cause=recorded.subject)
            changed.append(escalation)
            if escalation.firing and notice.service == escalation.service:
                self._release(escalation, recorded.subject)
        return changed

    def resolve(self, escalation: Escalation, *, by: str = "", cause: str | None = None) -> Escalation:
        """It is over: timers and pending deliveries are dropped. Once is enough; again changes nothing."""
        if escalation.status is EscalationStatus.RESOLVED:
            return escalation
        halted = self._walking.halt(escalation)
        resolved = replace(halted, status=EscalationStatus.RESOLVED, resolved_at=self._desk.now)
        self._desk.escalations.save(resolved)
        self._calling.call_off(resolved, self._desk.escalations.pages(resolved.id))
        self._desk.events.publish(EscalationResolved(resolved.id, by), subject=resolved.id, cause=cause)
        crashpoint("escalation.resolved")
        return resolved

    def _is_over(self, notice: AlertNotice) -> bool:
        """Whether the alert ended, or was silenced, after it gave this notice: its stand-down may have come first."""
        now = self._desk.alerts.get(notice.alert)
        return now is not None and (not now.is_firing or bool(now.silenced_by))

    def _begin_for(
        self, notice: AlertNotice, cause: str, follows: EscalationId | None, *, wait: timedelta = timedelta(0)
    ) -> Escalation | None:
        policy = self._policy_for(notice)
        if policy is None:
            if not self._desk.alerts.is_told_elsewhere(notice.alert):
                self._unroutable(notice.alert, notice.title, notice.severity, notice.service)
            return None
        alert = self._desk.alerts.get(notice.alert)
        new = NewPage(
            notice.title,
            alert.summary if alert else notice.title,
            notice.severity,
            notice.service,
            runbook=notice.runbook,
        )
        restraint = self._restraining.of(notice, policy)
        if restraint.storm:
            return self._storm(notice, new, policy, cause)
        new = replace(new, sentence=f"{new.sentence} ({restraint.words})") if restraint.words else new
        begun = self._new(EscalationKind.ALERT, notice.group_key, new, policy, cause)
        begun = replace(begun, first_alert=notice.alert, alerts=1, firing=1, slos=_slos(notice), follows=follows)
        return self._begin(begun, None, wait=max(wait, restraint.wait))

    def _storm(self, notice: AlertNotice, new: NewPage, policy: EscalationPolicy, cause: str) -> Escalation | None:
        """One walk for everything that floods a policy; whoever takes it is not called again for what still comes in."""
        group = storm_group(policy.name)
        running = self._desk.escalations.unanswered(group)
        taken = self._desk.escalations.taken(group)
        known = running or (taken[0] if taken else None)
        if known is not None:
            return self._join(known, notice, cause)
        title = f"Alert storm: many groups for {policy.name} at once"
        told = replace(new, title=title, sentence=f"It began with: {new.title}", service=None, runbook=None)
        begun = self._new(EscalationKind.ALERT, group, told, policy, cause)
        return self._begin(replace(begun, first_alert=notice.alert, alerts=1, firing=1), None)

    def _attach(self, escalation: Escalation, notice: AlertNotice, cause: str) -> Escalation:
        """Something that the service cannot do without is being worked on: its alert belongs there, and calls nobody."""
        locked = self._desk.escalations.get(escalation.id, lock=True)
        assert locked is not None, "it was just found"
        return self._join(locked, notice, cause)

    def _release(self, escalation: Escalation, cause: str) -> None:
        """What the walk was about is over; alerts of other services that were attached to it stand on their own again."""
        if escalation.service is None:
            return
        left = [self._desk.alerts.get(alert) for alert in self._desk.escalations.firing_alerts(escalation.id)]
        firing = [alert for alert in left if alert is not None and alert.service != escalation.service]
        if len(firing) < len(left):
            return  # some of its own still fires
        for alert in firing:
            self._desk.escalations.end_alert(escalation.id, alert.id, self._desk.now)
        self.resolve(replace(escalation, firing=0), cause=cause)
        for alert in firing:
            if alert.is_firing and alert.severity.pages and not alert.silenced_by:
                self._begin_for(notice_of(AlertOpened, alert), alert.id, None, wait=RECOVERY_WAIT)

    def _policy_for(self, notice: AlertNotice) -> EscalationPolicy | None:
        """The route's policy, the service's own rotation, the house's admins: no silence for want of a name, but where others are told."""
        named = self._desk.policies.get(notice.escalation_policy) if notice.escalation_policy else None
        found = named or policy_of_service(self._desk, notice.service)
        return found or (None if self._desk.alerts.is_told_elsewhere(notice.alert) else admins_policy(self._desk))

    def _policy(self, new: NewPage) -> EscalationPolicy | None:
        if new.policy is not None:
            found = self._desk.policies.get(new.policy)
            if found is None:
                raise NotFound("escalation policy", new.policy, known=[one.name for one in self._desk.policies.list()])
            return found
        if new.to:
            targets = tuple(Target.parse(text if ":" in text else f"person:{text}", field="to") for text in new.to)
            return EscalationPolicy("direct", (PolicyStep(targets),), repeat=1)
        return policy_of_service(self._desk, new.service) or admins_policy(self._desk)

    def _new(
        self, kind: EscalationKind, group_key: str, new: NewPage, policy: EscalationPolicy, cause: str | None
    ) -> Escalation:
        return Escalation(
            id=self._desk.ids.new(EscalationId),
            kind=kind,
            status=EscalationStatus.OPEN,
            group_key=group_key,
            title=new.title,
            sentence=new.sentence or new.title,
            severity=new.severity,
            service=new.service,
            runbook=new.runbook,
            policy=policy,
            started_at=self._desk.now,
            cause=cause,
        )

    def _begin(self, escalation: Escalation, who: Actor | None, *, wait: timedelta = timedelta(0)) -> Escalation:
        begun = replace(escalation, started_by=who.name if who else "")
        if not self._desk.escalations.add(begun):
            # Another transaction began one for the group a moment ago: let the reaction run again and join that.
            raise Unavailable(f"group {begun.group_key!r} is being paged by another worker", retry_after_s=1)
        if begun.first_alert is not None:
            self._desk.escalations.add_alert(begun.id, begun.first_alert, self._desk.now)
        crashpoint("escalation.saved")
        return self._walking.start(begun, wait=wait)

    def _join(self, escalation: Escalation, notice: AlertNotice, cause: str) -> Escalation:
        again = self._desk.escalations.has_held(escalation.id, notice.alert)
        self._desk.escalations.add_alert(escalation.id, notice.alert, self._desk.now)
        joined = replace(
            escalation,
            alerts=escalation.alerts + (not again),
            firing=escalation.firing + 1,
            slos=tuple(dict.fromkeys((*escalation.slos, *_slos(notice)))),
            severity=worst(escalation.severity, notice.severity),
        )
        self._desk.escalations.save(joined)
        event = EscalationJoined(joined.id, notice.alert, notice.severity)
        self._desk.events.publish(event, subject=joined.id, cause=cause)
        if joined.status is EscalationStatus.EXHAUSTED:
            return self._walking.restart(joined)
        return joined

    def _raise(self, escalation: Escalation, severity: Severity) -> Escalation:
        raised = replace(escalation, severity=worst(escalation.severity, severity))
        if raised != escalation:
            self._desk.escalations.save(raised)
        return raised

    def _unroutable(self, subject: str, title: str, severity: Severity, service: str | None) -> None:
        reason = "no escalation policy, no rotation of the service and no admin of the house says whom to call"
        event = PageUnroutable(None, title, severity, service, reason)
        self._desk.events.publish(event, subject=subject, cause=None)


def _slos(notice: AlertNotice) -> tuple[str, ...]:
    return (notice.slo,) if notice.slo else ()
