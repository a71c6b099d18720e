"""Which files and servers a resource would have watchbill read."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.probe import ProbeSpec
from watchbill.adapters.resources.kinds.sli import SliSpec, SourceSpec
from watchbill.adapters.resources.parsed import Parsed

__all__ = ["foreign_hosts", "foreign_paths"]


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
    named: list[tuple[tuple[str, ...], str]] = []
    if isinstance(spec, SliSpec) and isinstance(spec.measurement.source, SourceSpec):
        source, loc = spec.measurement.source, ("measurement", "source")
        if source.prometheus is not None:
            named.append(((*loc, "prometheus", "url"), urlsplit(source.prometheus.url).hostname or ""))
        if source.sql is not None:  # a URL without a host is a file on this machine
            named.append(((*loc, "sql", "url"), urlsplit(source.sql.url).hostname or ""))
        if source.plugin is not None:  # what a package asks is its own affair, so only the owner says that it may
            named.append(((*loc, "plugin", "name"), f"plugin:{source.plugin.name}"))
    if isinstance(spec, ProbeSpec):
        if spec.http is not None:
            named.append((("http", "url"), urlsplit(spec.http.url).hostname or ""))
        for way in (spec.tcp, spec.tls):
            if way is not None:
                named.append((("tcp" if way is spec.tcp else "tls", "host"), way.host))
        if spec.dns is not None and spec.dns.server is not None:
            named.append((("dns", "server"), spec.dns.server))
    for loc, host in named:
        if not may_ask(host):
            reason = f"{host!r} is not among the hosts that may be asked when they are named over the network"
            hint = "apply it on the machine itself, or add the host to WATCHBILL_SOURCE_HOSTS"
            yield Finding(loc, reason, hint)
