"""Final minutes in a Prometheus-compatible store: written by remote write, read back as raw samples over the query API.

A minute is a sample at its start of `watchbill_good` and `watchbill_total`, with the labels `sli` and `part`. A part's samples
rise in time, so stores that take no sample older than the last one can hold them; the value of a minute is the sum over parts.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from watchbill.adapters.measure.asking import Http
from watchbill.adapters.measure.counts.postgresql import Moving
from watchbill.adapters.measure.prometheus.client import PrometheusClient
from watchbill.adapters.measure.protobuf import length_delimited, varint, write_double
from watchbill.kernel.errors import Unavailable

__all__ = ["RemoteMinutes", "snappy", "write_request"]

_GOOD, _TOTAL = "watchbill_good", "watchbill_total"
_MINUTE_MS = 60_000
_SPAN = 360  # minutes read at once
_OK = range(200, 300)
_LONGEST_LITERAL = 60


class RemoteMinutes:
    """`write_url` takes remote write 1.0 (VictoriaMetrics and Prometheus: `/api/v1/write`)."""

    def __init__(self, http: Http, url: str, write_url: str = "") -> None:
        self._http = http
        self._client = PrometheusClient(http, url)
        self._write_url = write_url or url.rstrip("/") + "/api/v1/write"

    def write(self, minutes: Sequence[Moving]) -> None:
        """Send minutes; sending them again changes nothing. Raises Unavailable where they are not taken."""
        headers = {
            "Content-Type": "application/x-protobuf",
            "Content-Encoding": "snappy",
            "X-Prometheus-Remote-Write-Version": "0.1.0",
        }
        reply = self._http.send(self._write_url, snappy(write_request(minutes)), headers)
        if reply.status not in _OK:
            said = reply.body[:300].decode("utf-8", "replace").strip()
            raise Unavailable(f"the counts store does not take minutes (HTTP {reply.status}): {said}")

    def read(self, start: int, end: int) -> Iterator[Moving]:
        """Every minute of [start, end), part by part. Raises Unavailable where the store cannot be asked."""
        for lower in range(start, end, _SPAN):
            yield from self._span(lower, min(lower + _SPAN, end))

    def _span(self, start: int, end: int) -> Iterator[Moving]:
        good: dict[tuple[str, int, int], int] = {}
        total: dict[tuple[str, int, int], int] = {}
        # Ends a second before the next minute: whether a range holds its own start differs between versions.
        for series in self._client.samples(f'{{__name__=~"{_GOOD}|{_TOTAL}"}}', (end - start) * 60, end * 60 - 1):
            values = good if series.labels["__name__"] == _GOOD else total
            for at, value in series.points:
                minute = round(at) // 60
                if start <= minute < end:
                    values[series.labels["sli"], minute, int(series.labels["part"])] = round(value)
        for key, events in total.items():
            if key in good:  # a half that is not there yet is still in PostgreSQL
                yield Moving(*key, good[key], events)


def write_request(minutes: Iterable[Moving]) -> bytes:
    """prometheus.WriteRequest: time series with sorted labels, samples in the order of time."""
    message = bytearray()
    rows = sorted(minutes, key=lambda one: (one.series, one.part, one.minute))
    for (series, part), group in groupby(rows, key=lambda one: (one.series, one.part)):
        samples = list(group)
        for name, values in ((_GOOD, [one.good for one in samples]), (_TOTAL, [one.total for one in samples])):
            labels = b"".join(
                length_delimited(1, length_delimited(1, key.encode()) + length_delimited(2, value.encode()))
                for key, value in (("__name__", name), ("part", str(part)), ("sli", series))
            )
            points = b"".join(
                length_delimited(2, write_double(1, value) + varint(2 << 3) + varint(one.minute * _MINUTE_MS))
                for one, value in zip(samples, values, strict=True)
            )
            message += length_delimited(1, labels + points)
    return bytes(message)


def snappy(data: bytes) -> bytes:
    """Snappy's block format, all of it literals: any reader takes it, and nothing but the standard library writes it."""
    parts = [varint(len(data))]
    for start in range(0, len(data), 1 << 16):
        chunk = data[start : start + (1 << 16)]
        size = len(chunk) - 1
        if size < _LONGEST_LITERAL:
            parts.append(bytes([size << 2]))
        else:
            parts.append(bytes([61 << 2]) + size.to_bytes(2, "little"))
        parts.append(chunk)
    return b"".join(parts)
