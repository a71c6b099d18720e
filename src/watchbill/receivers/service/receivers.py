"""Use cases of receivers within one transaction: alerts join groups, groups are flushed, integrations are told."""

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from watchbill.alerts.model import Alert, AlertNotice
from watchbill.kernel.clock import Clock
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.events import EventSink, Recorded
from watchbill.kernel.ids import AlertId
from watchbill.kernel.jobs import Job, Jobs, sending_lane
from watchbill.receivers.model import (
    Group,
    Integration,
    Log,
    Notification,
    ReceiverFailed,
    ReceiverTold,
    RouteNode,
    Telling,
)
from watchbill.receivers.ports import Alerts, Groups
from watchbill.receivers.rules.data import in_order, notification_data, truncated
from watchbill.receivers.rules.routing import key_of
from watchbill.receivers.rules.telling import first_flush, forgettable, is_due, retry_s
from watchbill.receivers.service.loaded import Loaded

__all__ = ["FLUSH", "NOTIFY", "ReceiverService"]

FLUSH, NOTIFY = "receivers.flush", "receivers.notify"
LEAST_PATIENCE = timedelta(seconds=10)  # for an attempt to be told, however short the group's interval
BUSY_AGAIN = timedelta(milliseconds=500)
ANOTHER_FILE = timedelta(seconds=5)
_LANES = 8
_URGENT = 1
Covering: TypeAlias = Callable[[Mapping[str, str], str | None], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverService:
    """`loaded` is None where no file is configured: then nothing here does anything."""

    loaded: Loaded | None
    groups: Groups
    alerts: Alerts
    covering: Covering
    events: EventSink
    jobs: Jobs
    clock: Clock
    external_url: str

    # --- alerts join groups

    def place(self, recorded: Recorded) -> None:
        """An alert opened or changed: it joins the groups of its routes, and leaves those that it has no part in any more."""
        assert isinstance(recorded.event, AlertNotice)
        alert = self.alerts.get(recorded.event.alert)
        if alert is not None:
            self._place(alert, recorded.at)

    def adopt(self) -> int:
        """After the file was read: groups of another version are made anew. The number of alerts that were placed."""
        if self.loaded is None:
            return 0
        left = self.groups.drop_other_versions(self.loaded.configuration.version)
        now = self.clock.now()
        placed = {alert.fingerprint: alert for alert in self.alerts.latest_of(left)}
        placed |= {alert.fingerprint: alert for alert in self.alerts.firing()}
        for alert in placed.values():
            self._place(alert, now)
        return len(placed)

    def takes(self, alert: AlertId) -> bool:
        """Whether a receiver of the file is told of the alert, so that it is not lost where no policy takes it."""
        found = self.alerts.get(alert) if self.loaded else None
        return found is not None and self.loaded is not None and self.loaded.takes(found.labels)

    def _place(self, alert: Alert, at: datetime) -> None:
        if self.loaded is None:
            return
        before, joined = set(self.groups.of(alert.fingerprint)), set[str]()
        for node in self.loaded.tree.taking(alert.labels):
            joined.add(self._join(node, alert, at))
        for group in before - joined:
            self.groups.leave([alert.fingerprint], group=group)

    def _join(self, node: RouteNode, alert: Alert, at: datetime) -> str:
        assert self.loaded is not None
        labels, key = key_of(node, alert.labels)
        identity = hashlib.sha256(f"{node.id}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        group = Group(identity, node.id, key, labels, self.loaded.configuration.version, at)
        is_new = self.groups.add(group)
        self.groups.join(identity, alert.fingerprint, at)
        now = self.clock.now()
        due = first_flush(at, alert.starts_at, node.group_wait, now)
        if is_new:
            self._schedule(identity, due)
        elif due <= now and (known := self.groups.get(identity)) is not None and not known.flushed:
            self._schedule(identity, now)
        return identity

    # --- groups are flushed

    def flush(self, job: Job) -> None:
        """The group's time has come: tell whoever has to be told, and look again after its interval."""
        group, now = self.groups.get(job.key), self.clock.now()
        if self.loaded is None or group is None:
            self.groups.drop(job.key)  # without a file; should one be set again, its groups are made anew
            return
        node = self.loaded.tree.node(group.route)
        if node is None or group.version != self.loaded.configuration.version:
            self._schedule(group.id, now + ANOTHER_FILE)  # a process that has read that file will do it
            return
        alerts = in_order(self.alerts.latest_of(self.groups.members(group.id)))
        if not alerts:
            self.groups.drop(group.id)
            return
        if self.groups.pending(group.id, now):
            self._schedule(group.id, now + BUSY_AGAIN)
            return
        # Counted from when it was due, so that being a little late does not add up; after a stop, from now.
        beat = job.due_at if now - job.due_at < node.group_interval else now
        self._schedule(group.id, beat + node.group_interval)
        if not group.flushed:
            self.groups.flushed(group.id)
        muted = self._muted(node, alerts)
        told = [alert for alert in alerts if alert.fingerprint not in muted]
        for integration in self._integrations(node):
            self._consider(group, node, integration, told)
        self._forget(group, node, alerts, muted)
        crashpoint("receivers.flushed")

    def _integrations(self, node: RouteNode) -> Sequence[Integration]:
        assert self.loaded is not None
        return self.loaded.configuration.receivers.get(node.receiver, ())

    def _muted(self, node: RouteNode, alerts: Sequence[Alert]) -> frozenset[str]:
        """Alerts that are not told now: outside of the route's hours, inhibited, or silenced."""
        assert self.loaded is not None
        if self.loaded.is_muted(node, self.clock.now()):
            return frozenset(alert.fingerprint for alert in alerts)
        inhibitor = self.loaded.inhibitor(self.alerts.firing_labels)
        return frozenset(
            alert.fingerprint
            for alert in alerts
            if inhibitor.inhibiting(alert.labels) or self.covering(alert.labels, alert.service)
        )

    def _consider(self, group: Group, node: RouteNode, integration: Integration, told: Sequence[Alert]) -> None:
        """Tell the integration if it is due."""
        if not told:
            return
        now = self.clock.now()
        firing = frozenset(alert.fingerprint for alert in told if alert.is_firing)
        resolved = frozenset(alert.fingerprint for alert in told if not alert.is_firing)
        if not is_due(
            self.groups.log(group.key, integration.key, now),
            firing,
            resolved,
            send_resolved=integration.send_resolved,
            repeat_interval=node.repeat_interval,
            now=now,
        ):
            return
        forget_at = now + 2 * node.repeat_interval
        said = [alert for alert in told if alert.is_firing or integration.send_resolved]
        if not said:  # only ends, which it does not want to hear of: it counts as told
            self.groups.write_log(group.key, integration.key, Log(firing, resolved, now), forget_at)
            return
        listed, left_out = truncated(said, integration.max_alerts)
        notification = Notification(
            group=group.id,
            integration=integration.key,
            key=group.key,
            firing=firing,
            resolved=resolved,
            at=now,
            until=now + max(node.group_interval, LEAST_PATIENCE),
            forget_at=forget_at,
            data=notification_data(group, node.receiver, listed, external_url=self.external_url, left_out=left_out),
        )
        self.groups.save(notification)
        self._try(notification, now)

    def _forget(self, group: Group, node: RouteNode, alerts: Sequence[Alert], muted: frozenset[str]) -> None:
        """Let alerts go that are over and that nobody is still to be told of; with the last one the group goes."""
        now = self.clock.now()
        if self.groups.pending(group.id, now):
            return
        logs = [self.groups.log(group.key, one.key, now) for one in self._integrations(node)]
        over = [alert.fingerprint for alert in alerts if not alert.is_firing]
        gone = forgettable(over, muted, logs)
        if len(gone) == len(alerts):
            self.groups.drop(group.id)
            self.jobs.cancel(FLUSH, group.id)
        elif gone:
            self.groups.leave(gone, group=group.id)

    # --- integrations are told

    def begin(self, job: Job) -> Telling | None:
        """Count an attempt and say what to tell; None where it has become pointless."""
        group, _, integration = job.key.partition("/")
        found = self.groups.notification(group, integration)
        if found is None:
            return None
        known = self.loaded.integrations.get(integration) if self.loaded else None
        now = self.clock.now()
        if known is None or now > found.until:
            self.groups.done(found)
            return None
        begun = replace(found, attempts=found.attempts + 1)
        self.groups.save(begun)
        return Telling(begun, known, now)

    def finish(self, telling: Telling, *, delivered: bool, permanent: bool, answer: str, wait_s: float | None) -> None:
        """Note what came of an attempt: told, tried again within the group's interval, or left to its next flush."""
        found = self.groups.notification(telling.notification.group, telling.notification.integration)
        if found is None or found.at != telling.notification.at:
            return  # the file was changed meanwhile
        now = self.clock.now()
        if delivered:
            self._told(found)
            return
        next_at = now + timedelta(seconds=max(retry_s(found.attempts), wait_s or 0.0))
        if not permanent and next_at <= found.until:
            self._try(found, next_at)
            return
        self.groups.done(found)
        failed = ReceiverFailed(found.integration, found.key, found.attempts, answer)
        self.events.publish(failed, subject=found.group, cause=None)

    def _told(self, notification: Notification) -> None:
        log = Log(notification.firing, notification.resolved, notification.at)
        self.groups.write_log(notification.key, notification.integration, log, notification.forget_at)
        self.groups.done(notification)
        told = ReceiverTold(
            notification.integration,
            notification.key,
            str(notification.data.get("status")),
            tuple(sorted(notification.firing | notification.resolved)),
            notification.attempts,
        )
        self.events.publish(told, subject=notification.group, cause=None)
        group = self.groups.get(notification.group)
        node = self.loaded.tree.node(group.route) if self.loaded and group else None
        if group is not None and node is not None:
            self._forget(group, node, self.alerts.latest_of(self.groups.members(group.id)), frozenset())

    def _try(self, notification: Notification, at: datetime) -> None:
        lane = sending_lane(f"receiver-{zlib.crc32(notification.integration.encode()) % _LANES}")
        self.jobs.schedule(NOTIFY, notification.id, at, priority=_URGENT, lane=lane)

    def _schedule(self, group: str, at: datetime) -> None:
        self.jobs.schedule(FLUSH, group, at, priority=_URGENT)
