"""How much work lies in the queue, for /metrics and the doctor."""

from dataclasses import dataclass

__all__ = ["Depth"]


@dataclass(frozen=True, slots=True)
class Depth:
    """Counts of one moment."""

    jobs: dict[str, int]  # waiting, due, leased, parked
    lag_s: float  # age of the oldest due job
    deliveries: int  # open ones, due or not
