"""A promise in the words of its users: what its events do while it is kept."""

__all__ = ["KEPT", "promise_words"]

# Type of SLI -> what its events do while the promise is kept.
KEPT: dict[str, str] = {
    "availability": "succeed",
    "latency": "are fast enough",
    "quality": "are whole",
    "freshness": "are fresh",
    "correctness": "are right",
    "completeness": "are complete",
    "throughput": "keep up",
    "durability": "last",
    "saturation": "have room",
}


def promise_words(noun: str, kind: str | None, target_pct: float) -> str:
    """`99.9 % of orders succeed`."""
    return f"{target_pct:g}\u00a0% of {noun} {KEPT.get(kind or '', 'are good')}"
