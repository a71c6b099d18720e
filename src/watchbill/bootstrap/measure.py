"""What a process keeps of the measurements: the counts, the readers of sources, the plan of the tick."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlsplit

from watchbill.adapters.measure.asking import Credentials, Http
from watchbill.adapters.measure.beacons import Beacons
from watchbill.adapters.measure.checking import Beats, Rounds
from watchbill.adapters.measure.contributors import Contributors
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.counts.postgresql import PostgresqlMinutes
from watchbill.adapters.measure.counts.remote import RemoteMinutes
from watchbill.adapters.measure.counts.shared import SharedCounts
from watchbill.adapters.measure.follow import LogFollower
from watchbill.adapters.measure.otlp import Receiver, read_json, read_protobuf
from watchbill.adapters.measure.plugins import PluginReader
from watchbill.adapters.measure.prometheus import PrometheusReader
from watchbill.adapters.measure.protobuf import length_delimited, varint
from watchbill.adapters.measure.pulling import Ask, Puller
from watchbill.adapters.measure.pulling.puller import Pace
from watchbill.adapters.measure.remote import Allowed, Fetcher, RemoteLogs
from watchbill.adapters.measure.sources import Sources
from watchbill.adapters.measure.sql import SqlReader
from watchbill.adapters.store.budget import StandingMemory
from watchbill.adapters.store.engine import Database
from watchbill.config import Config
from watchbill.kernel.clock import Clock
from watchbill.slo.computed_counts import Memory
from watchbill.slo.model import Beacon, Heartbeat, Otlp, Plugin, Probe, Prometheus, Rolling, Sli, Slo, SourceState, Sql
from watchbill.slo.model.sli import Source
from watchbill.slo.service.tick import Plans

__all__ = ["MeasureParts"]

_PARTS = (
    "rounds",
    "sql",
    "sources",
    "follower",
    "remote_logs",
    "contributor_counts",
    "counts",
)  # what is closed, in this order


@dataclass(eq=False)
class MeasureParts:
    """One set for each process. Opened on first use: a command that asks for no numbers opens no counts."""

    config: Config
    clock: Clock
    database: Database
    plans: Plans = field(default_factory=Plans)
    memory: Memory = field(default_factory=Memory)
    standings: StandingMemory = field(default_factory=StandingMemory)

    @cached_property
    def counts(self) -> CountsStore:
        """Good and total events by the minute: in files, or shared by nodes where a metrics store is set up for them."""
        if not self.is_shared:
            return CountsStore(self.config.counts_path, self.clock)
        remote = RemoteMinutes(self._http, self.config.counts_url, self.config.counts_write_url)
        minutes = PostgresqlMinutes(self.database.begin, self.database.read)
        return SharedCounts(self.config.data / "counts-copy", self.clock, minutes, remote)

    @property
    def is_shared(self) -> bool:
        """Whether several nodes may count: on PostgreSQL, with a metrics store for what is final."""
        return self.config.is_postgresql and bool(self.config.counts_url)

    def keep(self, young: int | None = None) -> int:
        """Move what is final (older than `young` minutes), roll up what is old; how much. Called now and then, by one node."""
        moved = self.counts.settle(young) if isinstance(self.counts, SharedCounts) else 0
        return moved + self.counts.compact()

    # --- logs

    @cached_property
    def contributor_counts(self) -> CountsStore:
        """Bad events by dimension, apart from what ticks touch."""
        return CountsStore(self.config.counts_path / "contributors", self.clock)

    @property
    def contributors(self) -> Contributors:
        """Where bad events came from."""
        return Contributors(self.contributor_counts)

    @cached_property
    def follower(self) -> LogFollower:
        """Reads the logs of SLIs as they grow."""
        return LogFollower(self.counts, self.clock, contributors=self.contributors)

    def follow(self, slis: Sequence[Sli]) -> int:
        """One round over all logs, those of beacons too; the number of lines read."""
        logs = [sli for sli in slis if not isinstance(sli.source, Beacon)]
        heard = [sli for sli in slis if isinstance(sli.source, Beacon) and self.beacons.has_any(sli)]
        return self.follower.cycle([*logs, *map(self.beacons.as_log, heard)])

    @cached_property
    def beacons(self) -> Beacons:
        """Keeps what browsers report."""
        return Beacons(self.config.data / "beacons", self.clock)

    def _beacon_state(self, sli: Sli) -> SourceState:
        if self.beacons.has_any(sli):
            return self.sources.state(self.beacons.as_log(sli))
        return SourceState(measured=True, reason="no page has reported to /hooks/beacon yet", caught_up=False)

    @cached_property
    def allowed_logs(self) -> Allowed:
        """Which addresses logs may be read from."""
        return Allowed(self.config.log_addresses)

    @cached_property
    def remote_logs(self) -> RemoteLogs:
        """Reads the logs of SLIs that lie elsewhere."""
        fetcher = Fetcher(self._http, self.clock, self.allowed_logs, self.credentials)
        return RemoteLogs(self.counts, self.clock, fetcher, contributors=self.contributors)

    # --- sources that are asked

    @cached_property
    def credentials(self) -> Credentials:
        """Who we are to which source."""
        return Credentials(self.config.source_tokens)

    @cached_property
    def _http(self) -> Http:
        seconds = self.config.pull_timeout.total_seconds()
        return Http(self.clock.monotonic, timeout_s=seconds, credentials=self.credentials)

    @cached_property
    def sql(self) -> SqlReader:
        """Asks databases."""
        return SqlReader(
            self.clock.monotonic, timeout_s=self.config.pull_timeout.total_seconds(), credentials=self.credentials
        )

    @cached_property
    def pullers(self) -> Mapping[type[Source], Puller]:
        """Those who ask, by the class of the source."""
        return {
            Prometheus: self._puller(PrometheusReader(self._http).ask, _server),
            Sql: self._puller(self.sql.ask, lambda sli: f"sql/{sli.name}"),
            Plugin: self._puller(PluginReader().ask, lambda sli: f"plugin/{sli.name}"),
        }

    def pull(self, slis: Sequence[Sli], slos: Sequence[Slo]) -> int:
        """One round over all sources that are asked; the number of minutes counted. History goes back as far as windows reach."""
        windows: dict[str, timedelta] = {}
        for slo in slos:
            period = slo.window.length if isinstance(slo.window, Rolling) else slo.window.period(self.clock.now())
            windows[slo.sli] = max(period, windows.get(slo.sli, period))
        return sum(
            puller.cycle([sli for sli in slis if isinstance(sli.source, kind)], windows)
            for kind, puller in self.pullers.items()
        )

    def _puller(self, ask: Ask, group: Callable[[Sli], str]) -> Puller:
        return Puller(self.counts, self.clock, ask, group, Pace(delay=self.config.pull_delay))

    # --- what is asked by ourselves, waited for, and sent

    @cached_property
    def rounds(self) -> Rounds:
        """Runs the probes."""
        return Rounds(self.counts, self.clock)

    @cached_property
    def beats(self) -> Beats:
        """Waits for heartbeats."""
        return Beats(self.counts, self.clock)

    @cached_property
    def otlp(self) -> Receiver:
        """Takes OpenTelemetry metrics in."""
        return Receiver(self.counts, self.clock)

    def take_otlp(self, body: bytes, slis: Sequence[Sli], *, as_json: bool) -> tuple[int, str]:
        """Count a request of an exporter: the points that were left out, and why. Raises Invalid where it cannot be read."""
        taken = self.otlp.take(read_json(body) if as_json else read_protobuf(body), slis)
        return taken.rejected, taken.why

    def otlp_answer(self, rejected: int, why: str) -> bytes:
        """ExportMetricsServiceResponse: empty, or with its partial_success."""
        if not rejected:
            return b""
        inner = varint(1 << 3) + varint(rejected) + length_delimited(2, why.encode())
        return length_delimited(1, inner)

    @cached_property
    def sources(self) -> Sources:
        """How each source stands."""
        states: dict[type[Source], Callable[[Sli], SourceState]] = {
            Beacon: self._beacon_state,
            Probe: self.rounds.state,
            Heartbeat: self.beats.state,
            Otlp: self.otlp.state,
        }
        return Sources(
            self.counts,
            self.follower,
            self.contributors,
            states | {kind: puller.state for kind, puller in self.pullers.items()},
            remote=self.remote_logs,
        )

    def close(self) -> None:
        """Checkpoint the counts and give memory back; nothing that was never opened is opened for that."""
        for part in _PARTS:
            if part in self.__dict__:
                getattr(self, part).close()


def _server(sli: Sli) -> str:
    """SLIs on the same server are asked for together."""
    assert isinstance(sli.source, Prometheus)
    parts = urlsplit(sli.source.url)
    return f"prometheus/{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
