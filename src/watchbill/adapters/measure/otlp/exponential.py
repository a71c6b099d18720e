"""OpenTelemetry's exponential histograms: buckets whose bounds grow by a factor, instead of bounds that somebody chose."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from watchbill.adapters.measure.protobuf import fields, varints, zigzag
from watchbill.kernel.errors import Invalid

__all__ = ["Exponential", "read_buckets"]

_OFFSET, _COUNTS = 1, 2  # fields of a message `Buckets`
_MOST_BUCKETS = 20_000
_SCALES = range(-10, 21)  # those that OpenTelemetry knows
_ON_A_BOUND = 1e-9  # floats that should be whole numbers


@dataclass(frozen=True, slots=True)
class Exponential:
    """Bucket i counts values in (base^i, base^(i+1)], base = 2^(2^-scale); `counts` begin with bucket `offset`.

    `below` are the values around zero and under it.
    """

    scale: int
    below: int
    offset: int
    counts: Sequence[int]

    def __post_init__(self) -> None:
        if self.scale not in _SCALES:
            raise Invalid("scale", f"a histogram of scale {self.scale} is not known", hint="-10 to 20")
        if len(self.counts) > _MOST_BUCKETS:
            raise Invalid("bucket_counts", f"{len(self.counts)} buckets are too many", hint=f"at most {_MOST_BUCKETS}")

    @property
    def total(self) -> int:
        """All values."""
        return self.below + sum(self.counts)

    def at_most(self, threshold: float) -> float:
        """How many values are at most the threshold (above 0).

        Exact where it is a bound. Else its bucket is divided as Prometheus divides those of native histograms: as if values
        lay evenly on the logarithmic scale; at most one bucket's values can be on the wrong side.
        """
        place = math.log2(threshold) * 2.0**self.scale
        if abs(place - round(place)) <= _ON_A_BOUND * max(1.0, abs(place)):
            place = float(round(place))
        bucket = math.ceil(place) - 1
        within = bucket - self.offset
        if within >= len(self.counts):
            return float(self.total)
        whole = self.below + sum(self.counts[: max(0, within)])
        return whole + (self.counts[within] * (place - bucket) if within >= 0 else 0.0)


def read_buckets(data: bytes) -> tuple[int, tuple[int, ...]]:
    """Offset and counts of a message `Buckets`."""
    offset, counts = 0, list[int]()
    for number, value in fields(data):
        if number == _OFFSET and isinstance(value, int):
            offset = zigzag(value)
        elif number == _COUNTS:
            counts += varints(value) if isinstance(value, bytes) else [value]
    return offset, tuple(counts)
