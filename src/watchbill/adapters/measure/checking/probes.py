"""The four checks: fetch a page, open a connection, resolve a name, look at a certificate. Each ends within its time."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

from watchbill.adapters.measure.asking import Http, words_of
from watchbill.kernel.errors import Unavailable
from watchbill.slo.model import DnsCheck, HttpCheck, ProbeRule, TcpCheck, TlsCheck

__all__ = ["Outcome", "run_check"]

_MOST_BYTES = 4 << 20
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it went well, in words how, and how long it took."""

    ok: bool
    said: str
    took_ms: int = 0


def run_check(rule: ProbeRule, *, now: datetime, monotonic: Callable[[], float]) -> Outcome:
    """Run it once; never raises for what the other side does. Slower than the timeout is bad, whatever came back."""
    began = monotonic()
    limit_s = rule.timeout.total_seconds()
    found = _checked(rule, limit_s, now, monotonic)
    took_ms = round((monotonic() - began) * 1000)
    if found.ok and took_ms > limit_s * 1000:
        found = Outcome(ok=False, said=f"answered, but not within {limit_s:g} s")
    return Outcome(found.ok, found.said, took_ms)


def _checked(rule: ProbeRule, limit_s: float, now: datetime, monotonic: Callable[[], float]) -> Outcome:
    match rule.check:
        case HttpCheck() as check:
            return _http(check, limit_s, monotonic)
        case TcpCheck() as check:
            return _tcp(check, limit_s)
        case DnsCheck() as check:
            return _dns(check, limit_s)
        case TlsCheck() as check:
            return _tls(check, limit_s, now)
        case other:
            assert_never(other)


def _http(check: HttpCheck, limit_s: float, monotonic: Callable[[], float]) -> Outcome:
    http = Http(monotonic, timeout_s=limit_s, most_bytes=_MOST_BYTES)
    try:
        reply = http.send(check.url, method=check.method)
    except Unavailable as wrong:
        return Outcome(ok=False, said=str(wrong))
    if reply.status not in check.statuses:
        wanted = " or ".join(str(status) for status in check.statuses)
        return Outcome(ok=False, said=f"status {reply.status}, and {wanted} is fine")
    if check.body is not None and check.body.encode() not in reply.body:
        return Outcome(ok=False, said=f"status {reply.status}, but the answer does not hold {check.body!r}")
    return Outcome(ok=True, said=f"status {reply.status}")


def _tcp(check: TcpCheck, limit_s: float) -> Outcome:
    try:
        socket.create_connection((check.host, check.port), timeout=limit_s).close()
    except OSError as wrong:
        return Outcome(ok=False, said=f"{check.host}:{check.port}: {words_of(wrong, limit_s)}")
    return Outcome(ok=True, said="connected")


def _tls(check: TlsCheck, limit_s: float, now: datetime) -> Outcome:
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((check.host, check.port), timeout=limit_s) as plain,
            context.wrap_socket(plain, server_hostname=check.host) as secured,
        ):
            certificate = secured.getpeercert() or {}
    except OSError as wrong:
        return Outcome(ok=False, said=f"{check.host}:{check.port}: {words_of(wrong, limit_s)}")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    days = int((ends - now).total_seconds() // _DAY_S)
    if days < check.min_days:
        return Outcome(ok=False, said=f"the certificate ends in {days} days, and {check.min_days} are wanted")
    return Outcome(ok=True, said=f"the certificate is good for {days} days")


def _dns(check: DnsCheck, limit_s: float) -> Outcome:
    import dns.exception
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configure=check.server is None)
        if check.server is not None:
            host, _, port = check.server.rpartition(":") if check.server.count(":") == 1 else (check.server, "", "53")
            resolver.nameservers, resolver.port = [socket.gethostbyname(host)], int(port)
        answer = resolver.resolve(check.name, check.record, lifetime=limit_s)
    except (dns.exception.DNSException, OSError, ValueError) as wrong:
        return Outcome(ok=False, said=f"{check.name} {check.record}: {wrong}")
    found = sorted(record.to_text().strip('"').rstrip(".") for record in answer)
    if check.expect and not {text.rstrip(".") for text in check.expect} & set(found):
        return Outcome(ok=False, said=f"{check.name} is {', '.join(found)}, and {' or '.join(check.expect)} is wanted")
    return Outcome(ok=True, said=f"{check.name} is {', '.join(found)}")
