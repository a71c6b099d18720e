"""An `App` is one opened installation, shared by all threads of a process: settings, clock, ids, database, wake-ups."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import text

from watchbill.adapters.resources.snapshot import Shelf
from watchbill.adapters.store.committer import Inbox
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.integrity import check_file, copy_before_upgrade, quick_check
from watchbill.adapters.store.node import Measuring, NodeLock
from watchbill.adapters.store.owner import OwnerLock
from watchbill.adapters.store.queue import JobQueue
from watchbill.adapters.store.schema import is_current
from watchbill.adapters.store.signals import Signals
from watchbill.adapters.store.wakeups import INBOX, WORK, Wakeups
from watchbill.bootstrap.alerts import AlertParts
from watchbill.bootstrap.backup import Manifest, write_backup
from watchbill.bootstrap.chat import ChatParts
from watchbill.bootstrap.depth import Depth
from watchbill.bootstrap.execution import Executor
from watchbill.bootstrap.measure import MeasureParts
from watchbill.bootstrap.paging import Roads
from watchbill.bootstrap.receivers import ReceiverParts
from watchbill.bootstrap.rounds import MeasureRounds
from watchbill.bootstrap.services import Services
from watchbill.bootstrap.status import StatusParts
from watchbill.config import Config
from watchbill.kernel.clock import Clock, SystemClock
from watchbill.kernel.errors import Conflict
from watchbill.kernel.events import Event
from watchbill.kernel.ids import Ids, IdSource
from watchbill.kernel.jobs import SENDING
from watchbill.oncall.ports import Channels
from watchbill.reactions import REACTIONS, SENDINGS, TIMERS, Reaction, Sending, Timer, jobs_by_event

__all__ = ["App"]

# A file larger than this is checked by the nightly tidying only, so that starting stays quick.
_CHECK_AT_START_BYTES = 256 << 20


@dataclass(eq=False)
class App:
    """One opened installation. `transaction()` and `reading()` yield the Services of one transaction."""

    config: Config
    clock: Clock
    ids: Ids
    database: Database
    owner_lock: OwnerLock
    node_lock: NodeLock = field(default_factory=NodeLock)
    measuring: Measuring = field(default_factory=Measuring)
    reactions: tuple[Reaction, ...] = REACTIONS
    timers: tuple[Timer, ...] = TIMERS
    sendings: tuple[Sending, ...] = SENDINGS
    wakeups: Wakeups = field(default_factory=Wakeups)
    # Uses of sessions and tokens by id, noted in memory by readers and saved by the tidy loop.
    uses: dict[str, datetime] = field(default_factory=dict)
    # Definitions of the newest version of the resources, shared by all readers.
    shelf: Shelf = field(default_factory=Shelf)
    # Set when the process is about to end, so that answers that would go on for ever end by themselves.
    stopping: threading.Event = field(default_factory=threading.Event)
    address: str = ""  # where people reach this process; set by the server once it listens

    @classmethod
    def open(
        cls,
        config: Config,
        *,
        clock: Clock | None = None,
        ids: Ids | None = None,
        owner: str = "command",
        migrate: bool = True,
        shared: bool = False,
    ) -> "App":
        """Become the owner of the data directory, open the database and bring its schema up to date.

        `shared` reads beside an owner (a backup of a running server). Raises Conflict where another process owns the
        directory or the database is damaged or too new, Unavailable where it cannot be reached.
        """
        clock = clock or SystemClock()
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = OwnerLock(config.lock_path, clock)
        if not shared and not config.is_postgresql:
            lock.take(owner)
        try:
            if config.sqlite_path is not None:
                check_file(config.sqlite_path)
            database = Database(config.database_url, clock=clock, pool_size=config.job_threads + 8)
            app = cls(config=config, clock=clock, ids=ids or IdSource(clock), database=database, owner_lock=lock)
            app.prepare(migrate=migrate)
        except BaseException:
            lock.release()
            raise
        return app

    def prepare(self, *, migrate: bool) -> None:
        """Bring the schema up to date, after a copy of a SQLite file that holds data; refuse one that is too new."""
        if self.is_schema_current():
            return
        if not migrate:
            raise Conflict("the database has not the schema of this watchbill", hint="run `watchbill db upgrade`")
        copy_before_upgrade(self.database, self.config.data / "backups", self.clock.now())
        self.database.prepare()

    # --- transactions

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Services]:
        """The services over one write transaction: all of it is committed at the end of the block, or nothing."""
        with self.database.begin() as connection:
            services = Services(self, connection)
            yield services
            services.flush()
        if services.left_work:
            self.wake()
        if services.took_in:
            self.wake(INBOX)

    def wake(self, topic: str = WORK) -> None:
        """Let the loops that the topic concerns look at once, here and in other processes on the same database."""
        self.wakeups.wake(topic)
        self.signals.announce(topic)

    @cached_property
    def signals(self) -> Signals:
        """Wake-ups between processes."""
        return Signals(self.database, self.wakeups)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Services]:
        """The services over one read-only snapshot."""
        with self.database.read() as connection:
            yield Services(self, connection)

    @contextlib.contextmanager
    def queue(self, *, reading: bool = False) -> Iterator[JobQueue]:
        """The worker's side of the jobs, in a transaction of its own."""
        with self.database.read() if reading else self.database.begin() as connection:
            yield JobQueue(connection, now=self.database.now(connection))

    @cached_property
    def reaction_jobs(self) -> Callable[[Event], Sequence[str]]:
        """Tells which jobs an event sets off."""
        with_file = self.config.alertmanager_config is not None
        return jobs_by_event(self.reactions, with_file=with_file, with_chat=bool(self.chat.chats))

    # --- alerts

    @cached_property
    def alert_parts(self) -> AlertParts:
        """What a process keeps of alerts between transactions."""
        return AlertParts.build(
            self.config,
            self.clock,
            self.database,
            transaction=self.transaction,
            reading=self.reading,
            wake=lambda: self.wake(INBOX),
        )

    @property
    def inbox(self) -> Inbox:
        """Takes alerts in, durably."""
        return self.alert_parts.inbox

    def fold_once(self, *, live: bool = True) -> int:
        """One cycle of the fold: inbox into alerts, expiry, silences; how much it did. `live` False: inbox only."""
        return self.alert_parts.fold.step(live=live)

    def wait_for_fold(self, timeout_s: float) -> bool:
        """Wait until all that is in the inbox now is folded, wherever the fold runs; False when the time is over."""
        return self.alert_parts.wait(self.reading, timeout_s)

    @cached_property
    def chat(self) -> ChatParts:
        """Who speaks and hears in chats."""
        return ChatParts(self)

    @cached_property
    def receivers(self) -> ReceiverParts:
        """What its receivers are told, and how."""
        return ReceiverParts(self)

    @cached_property
    def status(self) -> StatusParts:
        """Status pages as they are drawn."""
        return StatusParts(self)

    @cached_property
    def executor(self) -> Executor:
        """What may be run for people, and how."""
        return Executor(self)

    # --- measuring

    @cached_property
    def measure(self) -> MeasureParts:
        """Counts, logs and the plan of the tick."""
        return MeasureParts(self.config, self.clock, self.database)

    @cached_property
    def rounds(self) -> MeasureRounds:
        """What one node does at a time: asking sources, probes, heartbeats, keeping counts."""
        return MeasureRounds(self)

    def follow_once(self) -> int:
        """One round over all logs that SLIs read; the number of lines read."""
        with self.reading() as s:
            slis = s.promised.slis()
        return self.measure.follow(slis)

    def evaluate_once(self) -> int:
        """One tick of judging every promise; how much moved."""
        return self.rounds.tick()

    # --- the process

    @cached_property
    def roads(self) -> Roads:
        """Channels, links and words of pages."""
        return Roads(self.config, self.clock, lambda: self.public_url, self.database)

    @cached_property
    def channels(self) -> Channels:
        """The channels over which pages leave; a drill puts a fake world in their place."""
        return self.roads.channels

    @property
    def public_url(self) -> str:
        """The address in links: as configured, else where the server listens; no slash at the end."""
        return (self.config.public_url or self.address or f"http://{self.config.listen}").rstrip("/")

    def claim_node(self) -> None:
        """Called by processes that stay: without a shared store of counts there can be one only. Raises Refused."""
        if self.config.is_postgresql and not self.config.counts_url:
            self.node_lock.take(self.database)

    def reclaim(self) -> None:
        """Called before the loops start: a process that is alone need not wait for the leases of one that died."""
        if self.node_lock.is_held or not self.config.is_postgresql:
            with self.queue() as queue:
                queue.reclaim()
            self.executor.give_up()

    def check(self) -> None:
        """Look for damage in the SQLite file, unless it is so large that this would delay the start; raises Conflict."""
        path = self.database.path
        if path is not None and path.stat().st_size <= _CHECK_AT_START_BYTES:
            with self.database.read() as connection:
                quick_check(connection)

    def is_schema_current(self) -> bool:
        """Whether no migration is missing; raises Conflict for a schema of a newer watchbill."""
        with self.database.read() as connection:
            return is_current(connection)

    def ping(self) -> None:
        """One trivial read; raises Unavailable where the database does not answer."""
        with self.database.read() as connection:
            connection.execute(text("SELECT 1"))

    def depth(self) -> Depth:
        """How much work lies in the queue."""
        with self.queue(reading=True) as queue:
            due = queue.next_due(WORK)
            lag = max(timedelta(0), queue.now - due) if due else timedelta(0)
            return Depth(queue.depth(), lag.total_seconds(), queue.waiting(SENDING))

    def backup(self, file: Path) -> Manifest:
        """Write one consistent cut over state and counts, while everything goes on."""
        with self.reading() as s:
            return write_backup(self, s, file)

    def close(self) -> None:
        """Give back what is open, the ownership last."""
        if "alert_parts" in self.__dict__:
            self.alert_parts.close()
        if "measure" in self.__dict__:
            self.measure.close()
        self.signals.close()
        self.node_lock.release()
        self.measuring.release()
        self.database.close()
        self.owner_lock.release()
