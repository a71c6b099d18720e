"""Use cases of the catalog: look services up, walk the dependency graph, record and list changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchbill.catalog.model import Change, ChangeKind, ChangeRecorded, Risk, Service
from watchbill.catalog.ports import Changes, Promises, ServiceDefinitions
from watchbill.catalog.rules.graph import Affected, Edge, Graph
from watchbill.catalog.rules.promise import Promise, promise
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import ChangeId, Ids

__all__ = ["CatalogService", "NewChange"]

# Clocks of build machines are off by minutes, not by hours; later than this is a wrong zone or a typing error.
_MAX_AHEAD = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change as it is reported; `at` None means now."""

    service: str
    kind: ChangeKind = ChangeKind.DEPLOY
    summary: str = ""
    version: str | None = None
    author: str | None = None
    risk: Risk = Risk.LOW
    rollback_plan: str | None = None
    url: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogService:
    """The catalog within one transaction."""

    services: ServiceDefinitions
    promises: Promises
    store: Changes
    events: EventSink
    ids: Ids
    clock: Clock

    def list(self) -> Sequence[Service]:
        """All services, by name."""
        return self.services.list()

    def find(self, name: str) -> Service:
        """The service of that name or alias; raises NotFound with the nearest name."""
        service = self.services.get(name)
        if service is None:
            known = [known for one in self.services.list() for known in (one.name, *one.aliases)]
            raise NotFound("service", name, known=known)
        return service

    def graph(self) -> Graph:
        """The dependency graph of all services."""
        return Graph(self.services.list())

    def upstream(self, name: str) -> Sequence[Edge]:
        """The edges to the services that this one calls, whoever declared them."""
        return self.graph().upstream(self.find(name).name)

    def downstream(self, name: str) -> Sequence[Edge]:
        """The edges from the services that call this one, whoever declared them."""
        return self.graph().downstream(self.find(name).name)

    def blast_radius(self, name: str) -> Sequence[Affected]:
        """Everybody who feels it when this service fails, nearest first."""
        return self.graph().blast_radius(self.find(name).name)

    def promise(self, name: str) -> Promise:
        """The service's availability target beside the product of its hard dependencies' targets."""
        service = self.find(name)
        hard = [edge.callee for edge in self.graph().upstream(service.name) if edge.hard]
        targets = {callee: self.promises.availability(callee) for callee in hard}
        return promise(self.promises.availability(service.name), hard, targets)

    def record_change(self, new: NewChange, *, by: str, cause: str | None = None) -> Change:
        """Save a change of a known service (name or alias) and say so; a time well ahead of now raises Invalid."""
        now = self.clock.now()
        at = new.at or now
        if at > now + _MAX_AHEAD:
            raise Invalid("at", "lies in the future", hint="a change is recorded when it took effect, or after")
        change = Change(
            id=self.ids.new(ChangeId),
            service=self.find(new.service).name,
            kind=new.kind,
            at=at,
            summary=new.summary or " ".join(filter(None, (new.kind.value, new.version))),
            recorded_by=by,
            version=new.version,
            author=new.author,
            risk=new.risk,
            rollback_plan=new.rollback_plan,
            url=new.url,
            cause=cause,
        )
        self.store.add(change)
        event = ChangeRecorded(change.id, change.service, change.kind, change.risk, change.at, change.summary)
        self.events.publish(event, subject=change.id, cause=cause)
        return change

    def changes(
        self,
        service: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 50,
        before: tuple[datetime, str] | None = None,
    ) -> Sequence[Change]:
        """Changes with since <= at < until, newest first, of one service (name or alias) or of all."""
        names = None if service is None else [self.find(service).name]
        return self.store.find(services=names, since=since, until=until, limit=limit, before=before)
