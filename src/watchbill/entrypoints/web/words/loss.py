"""What a broken promise costs, in the words of its users: a sentence for each type of SLI."""

from fractions import Fraction

from watchbill.entrypoints.web.words.amounts import in_counts

__all__ = ["LOSSES", "loss_words", "promise_words"]

# Type of SLI -> (what it does to users, what it happens to, how the promise reads).
LOSSES: dict[str, tuple[str, str, str]] = {
    "availability": ("fails", "requests", "requests succeed"),
    "latency": ("is too slow for", "requests", "requests are fast enough"),
    "quality": ("answers poorly to", "requests", "answers are whole"),
    "freshness": ("is stale in", "checks", "data is fresh"),
    "correctness": ("gets wrong", "results", "results are right"),
    "completeness": ("loses", "records", "records arrive"),
    "throughput": ("falls behind in", "minutes", "minutes keep up"),
    "durability": ("loses", "objects", "objects last"),
    "saturation": ("is saturated in", "minutes", "minutes have room"),
}
_OTHER = ("breaks its promise in", "events", "events are good")


def loss_words(kind: str | None, share: Fraction) -> str:
    """`fails 15 in 1,000 requests`, `is too slow for half of all requests`."""
    verb, noun, _ = LOSSES.get(kind or "", _OTHER)
    return f"{verb} {in_counts(share)} {noun}"


def promise_words(kind: str | None, target_pct: float) -> str:
    """`requests succeed, 99.9 %`."""
    return f"{LOSSES.get(kind or '', _OTHER)[2]}, {target_pct:g}\u00a0%"
