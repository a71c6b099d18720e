"""Probes and heartbeats from their specs."""

from collections.abc import Mapping

from watchbill.adapters.resources.kinds.heartbeat import HeartbeatSpec
from watchbill.adapters.resources.kinds.probe import ProbeSpec
from watchbill.kernel.units import duration
from watchbill.slo.model import BeatRule, DnsCheck, HttpCheck, ProbeRule, TcpCheck, TlsCheck

__all__ = ["beat", "probe"]


def probe(spec: ProbeSpec, names: Mapping[str, str]) -> ProbeRule:
    """A probe; `names` turns aliases of services into their names."""
    way = spec.http or spec.tcp or spec.dns or spec.tls
    assert way is not None
    check: HttpCheck | TcpCheck | DnsCheck | TlsCheck
    if spec.http is not None:
        http = spec.http
        check = HttpCheck(http.url, http.method, tuple(http.expect_status), http.expect_body)
    elif spec.tcp is not None:
        check = TcpCheck(spec.tcp.host, spec.tcp.port)
    elif spec.dns is not None:
        check = DnsCheck(spec.dns.name, spec.dns.record, tuple(spec.dns.expect), spec.dns.server)
    else:
        assert spec.tls is not None
        check = TlsCheck(spec.tls.host, spec.tls.port, spec.tls.min_days)
    service = names.get(spec.service, spec.service)
    return ProbeRule(spec.name, service, check, duration(spec.every), duration(way.timeout))


def beat(spec: HeartbeatSpec, names: Mapping[str, str]) -> BeatRule:
    """A heartbeat."""
    return BeatRule(
        name=spec.name,
        service=names.get(spec.service, spec.service),
        every=duration(spec.every),
        grace=duration(spec.grace, allow_zero=True),
        max_duration=duration(spec.max_duration) if spec.max_duration else None,
        severity=spec.severity,
    )
