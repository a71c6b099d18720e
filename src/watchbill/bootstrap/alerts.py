"""The parts of alerts that a process keeps between transactions: inbox, fold, routing tree, silences."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from watchbill.adapters.notify.render import render
from watchbill.adapters.resources.snapshot import Definitions
from watchbill.adapters.store.committer import Inbox, InboxBounds
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.fold import FoldCycle
from watchbill.adapters.store.fold_owned import OwnedFold
from watchbill.adapters.store.fold_shared import SharedFold
from watchbill.adapters.store.inbox import InboxStore
from watchbill.adapters.store.patterns import Re2Matchers
from watchbill.adapters.store.payloads import PARCEL, parcel_body
from watchbill.adapters.store.silences import SilenceShelf
from watchbill.alerts.model import Parcel
from watchbill.alerts.rules.routing import Router
from watchbill.config import Config
from watchbill.kernel.clock import Clock

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["AlertParts"]

_LOOK_EVERY_S = 0.05
Open = Callable[[], AbstractContextManager["Services"]]


@dataclass(eq=False)
class AlertParts:
    """One set for each process."""

    inbox: Inbox
    fold: FoldCycle
    matchers: Re2Matchers
    silences: SilenceShelf
    opened_at: datetime
    _router: Router | None = None

    @classmethod
    def build(
        cls,
        config: Config,
        clock: Clock,
        database: Database,
        *,
        transaction: Open,
        reading: Open,
        wake: Callable[[], None],
    ) -> "AlertParts":
        """The parts of a process over its database; `wake` is called when something lies in the inbox."""
        inbox = Inbox(database, clock, wake=wake, bounds=InboxBounds(backlog_bytes=config.intake_backlog_bytes))
        kind = SharedFold if database.is_postgresql else OwnedFold
        matchers = Re2Matchers()
        return cls(
            inbox=inbox,
            fold=kind(transaction, reading, is_idle=lambda: inbox.is_idle),
            matchers=matchers,
            silences=SilenceShelf(matchers.compile),
            opened_at=clock.now(),
        )

    async def take_in(self, parcel: Parcel) -> int:
        """Put what came over another protocol on disk; its position in the inbox. Raises Unavailable."""
        return await self.inbox.receive(PARCEL, parcel_body(parcel), len(parcel.claims))

    @staticmethod
    def render(template: str, facts: Mapping[str, object]) -> str:
        """A user's template over facts, within its limits; raises Invalid."""
        return render(template, facts)

    def wait(self, reading: Open, timeout_s: float) -> bool:
        """Wait until all that is in the inbox now is folded, here or by another process; False when the time is over."""
        with reading() as s:
            store = InboxStore(s.connection)
            wanted, folded = store.last_position(), self.fold.passed(store.folded())
        looks = round(timeout_s / _LOOK_EVERY_S)  # by real time, also where the clock stands still
        while folded < wanted and looks > 0:
            if self.fold.wait_for(wanted, _LOOK_EVERY_S):
                return True
            with reading() as s:
                folded = self.fold.passed(InboxStore(s.connection).folded())
            looks -= 1
        return folded >= wanted

    def close(self) -> None:
        """Commit what waits in memory."""
        self.inbox.close()
        self.fold.stop()

    def router(self, definitions: Definitions) -> Router:
        """The routing tree over the resources that a transaction sees; made anew when they have changed."""
        version = str(definitions.routes.version)
        known = self._router
        if known is not None and known.version == version:
            return known
        services = {name: one for one in definitions.services.list() for name in (*one.aliases, one.name)}
        rotations = {one.oncall_rotation for one in services.values() if one.oncall_rotation}
        paging = {schedule: definitions.policy_names.for_schedule(schedule) for schedule in rotations}
        self._router = Router(
            definitions.routes.list(),
            compile_matcher=self.matchers.compile,
            service=services.get,
            policies=frozenset(definitions.policy_names.names()),
            policy_for_schedule=paging.get,
            version=version,
        )
        return self._router
