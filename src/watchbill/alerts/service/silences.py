"""Use cases on silences: set, expire, list, and preview what one would hide."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from watchbill.alerts.model import Alert, Matcher, Silence, SilenceEnding, SilenceExpired, SilenceSet, SilenceState
from watchbill.alerts.ports import Alerts, Matchers, Silences
from watchbill.alerts.rules.silencing import Silencer, can_update, check, expired, order, remind_at
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import EventId, Ids
from watchbill.kernel.jobs import Job, Jobs

__all__ = ["ENDING", "NewSilence", "SilenceService"]

ENDING = "silence.ending"  # the timer, by the silence's id


@dataclass(frozen=True, slots=True)
class NewSilence:
    """A silence as it is asked for; with an `id` it changes that one."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    id: str = ""
    annotations: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceService:
    """Silences within one transaction; the fold applies them to alerts right after the commit."""

    store: Silences
    alerts: Alerts
    matchers: Matchers
    events: EventSink
    jobs: Jobs
    ids: Ids
    clock: Clock

    def get(self, silence: str) -> Silence:
        """The silence of that id; raises NotFound."""
        found = self.store.get(silence)
        if found is None:
            raise NotFound("silence", silence, hint="`watchbill silence list` shows ids")
        return found

    def list(self) -> Sequence[Silence]:
        """All that are kept: active ones by their end, pending ones by their start, then expired ones, the latest first."""
        return order(self.store.list(), self.clock.now())

    def check(self, new: NewSilence) -> None:
        """Raise Invalid unless it could be set now."""
        check(new.matchers, self.matchers.compile)
        if new.starts_at >= new.ends_at:
            raise Invalid("ends_at", "start time must be before end time")
        if new.ends_at < self.clock.now():
            raise Invalid("ends_at", "end time can't be in the past")

    def set(self, new: NewSilence) -> Silence:
        """Make or change a silence. A change that may not keep the id expires the old one and makes a new one.

        A start in the past becomes now. Raises Invalid, and NotFound for an id that nobody has.
        """
        self.check(new)
        now = self.clock.now()
        wanted = Silence(
            id=new.id,
            matchers=new.matchers,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            created_by=new.created_by,
            comment=new.comment,
            updated_at=now,
            annotations=dict(new.annotations or {}),
        )
        if new.id:
            old = self.get(new.id)
            if can_update(old, wanted, now):
                return self._save(replace(wanted, starts_at=old.starts_at if old.starts_at < now else wanted.starts_at))
            self.store.save(expired(old, now))
            self.jobs.cancel(ENDING, old.id)
        return self._save(replace(wanted, id=self._new_id(), starts_at=max(wanted.starts_at, now)))

    def expire(self, silence: str, *, by: str) -> Silence:
        """End it now; one that is over already stays as it is. Raises NotFound."""
        found = self.get(silence)
        now = self.clock.now()
        if found.state(now) is SilenceState.EXPIRED:
            return found
        ended = expired(found, now)
        self.store.save(ended)
        self.jobs.cancel(ENDING, ended.id)
        self.events.publish(SilenceExpired(ended.id, by), subject=ended.id, cause=None)
        return ended

    def hides(self, matchers: Sequence[Matcher]) -> Sequence[Alert]:
        """The firing alerts that such a silence would cover, if it were active."""
        now = self.clock.now()
        trial = Silence("trial", tuple(matchers), now, datetime.max.replace(tzinfo=now.tzinfo), "", "", now)
        silencer = Silencer.of([trial], now, self.matchers.compile)
        return [alert for alert in self.alerts.firing() if silencer.covering(alert.labels)]

    def ending(self, job: Job) -> None:
        """It is about to end: say so, with what it hides. One that was ended or changed meanwhile is passed over."""
        silence, now = self.store.get(job.key), self.clock.now()
        if silence is None or silence.state(now) is not SilenceState.ACTIVE:
            return
        due = remind_at(silence)
        if due is None or due > now:
            return
        said = SilenceEnding(
            silence.id,
            silence.created_by,
            silence.ends_at,
            tuple(str(matcher) for matcher in silence.matchers),
            silence.comment,
            len(self.hides(silence.matchers)),
        )
        self.events.publish(said, subject=silence.id, cause=None)

    def _save(self, silence: Silence) -> Silence:
        self.store.save(silence)
        self.jobs.cancel(ENDING, silence.id)
        if (due := remind_at(silence)) is not None and due > self.clock.now():
            self.jobs.schedule(ENDING, silence.id, due)
        said = SilenceSet(
            silence.id,
            tuple(str(matcher) for matcher in silence.matchers),
            silence.starts_at,
            silence.ends_at,
            silence.created_by,
            silence.comment,
        )
        self.events.publish(said, subject=silence.id, cause=None)
        return silence

    def _new_id(self) -> str:
        """A UUID, as Alertmanager's clients demand; drawn from the source of ids, so that tests get the same ones."""
        return str(uuid.UUID(bytes=hashlib.sha256(self.ids.new(EventId).encode()).digest()[:16], version=4))
