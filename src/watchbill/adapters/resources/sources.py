"""Which files and servers a resource would have watchbill read."""

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.probe import ProbeSpec
from watchbill.adapters.resources.kinds.sli import SliSpec, SourceSpec
from watchbill.adapters.resources.parsed import Parsed

__all__ = ["foreign_hosts", "foreign_paths"]

Place = tuple[str, ...]


def foreign_paths(resource: Parsed, may_read: Callable[[str], bool]) -> Iterator[Finding]:
    """A finding for a log file that only the owner of the machine may name."""
    spec = resource.spec
    source = spec.measurement.source if isinstance(spec, SliSpec) else None
    if isinstance(source, SourceSpec) and source.logs is not None and not may_read(source.logs.path):
        reason = f"{source.logs.path!r} lies outside of the folders that may be read over the network"
        hint = "apply it on the machine itself, or add the folder to WATCHBILL_LOG_ROOTS"
        yield Finding(("measurement", "source", "logs", "path"), reason, hint)


def foreign_hosts(resource: Parsed, may_ask: Callable[[str], bool]) -> Iterator[Finding]:
    """A finding for each server that only the owner of the machine may have asked: a source's or a probe's."""
    spec = resource.spec
    named: Iterable[tuple[Place, str]] = ()
    if isinstance(spec, SliSpec) and isinstance(spec.measurement.source, SourceSpec):
        named = _of_source(spec.measurement.source)
    elif isinstance(spec, ProbeSpec):
        named = _of_probe(spec)
    for loc, host in named:
        if not may_ask(host):
            reason = f"{host!r} is not among the hosts that may be asked when they are named over the network"
            hint = "apply it on the machine itself, or add the host to WATCHBILL_SOURCE_HOSTS"
            yield Finding(loc, reason, hint)


def _of_source(source: SourceSpec) -> Iterator[tuple[Place, str]]:
    loc = ("measurement", "source")
    if source.prometheus is not None:
        yield (*loc, "prometheus", "url"), urlsplit(source.prometheus.url).hostname or ""
    if source.sql is not None:  # a URL without a host is a file on this machine
        yield (*loc, "sql", "url"), urlsplit(source.sql.url).hostname or ""
    if source.plugin is not None:  # what a package asks is its own affair, so only the owner says that it may
        yield (*loc, "plugin", "name"), f"plugin:{source.plugin.name}"


def _of_probe(spec: ProbeSpec) -> Iterator[tuple[Place, str]]:
    if spec.http is not None:
        yield ("http", "url"), urlsplit(spec.http.url).hostname or ""
    if spec.tcp is not None:
        yield ("tcp", "host"), spec.tcp.host
    if spec.tls is not None:
        yield ("tls", "host"), spec.tls.host
    if spec.dns is not None and spec.dns.server is not None:
        yield ("dns", "server"), spec.dns.server
