"""Verdicts of every minute turned into spans of firing: what the live engine would have decided, for weeks at once.

A row holds one Verdict a minute. Two rows are laid over each other as two large numbers, so that a month is decided by a
handful of operations, and the decision itself is asked from the very function that the live engine asks.
"""

import re
from collections.abc import Callable

from watchbill.slo.model import NoData, Verdict
from watchbill.slo.rules.burn import stands

__all__ = ["Spans", "firing_spans", "latched", "overlaid"]

# [start, end) in minutes from the first one of the row.
Spans = list[tuple[int, int]]

_BITS = 3  # a Verdict is below 8
_CALM, _FIRES, _HOLDS = 0, 1, 2
_FIRING = re.compile(rb"\x01[\x01\x02]*")


def firing_spans(short: bytes, long: bytes, no_data: NoData) -> Spans:
    """When a tier with these verdicts of its two windows fires; what fired when the row begins is not known, and is calm."""
    return latched(overlaid(short, long), lambda pair: _decided(*pair, no_data))


def overlaid(*rows: bytes) -> bytes:
    """Rows of Verdicts as one row of codes: the first one in the highest bits. Two rows at most fit into a byte."""
    assert len(rows) * _BITS <= 8, "codes must fit into a byte"  # noqa: PLR2004 - bits of a byte
    whole = 0
    for row in rows:
        # No byte ever carries into the next one: each stays below 8 before it is shifted.
        whole = (whole << _BITS) | int.from_bytes(row, "big")
    return whole.to_bytes(len(rows[0]), "big")


def latched(codes: bytes, decide: Callable[[tuple[Verdict, Verdict]], int]) -> Spans:
    """Spans that begin where `decide` says 1 and go on as long as it says 1 or 2."""
    table = bytes(
        decide((Verdict(code >> _BITS), Verdict(code & 7))) if max(code >> _BITS, code & 7) <= Verdict.ABOVE else _CALM
        for code in range(1 << (2 * _BITS))
    )
    return [found.span() for found in _FIRING.finditer(codes.translate(table + bytes(256 - len(table))))]


def _decided(short: Verdict, long: Verdict, no_data: NoData) -> int:
    if stands(short, long, firing=False, no_data=no_data):
        return _FIRES
    return _HOLDS if stands(short, long, firing=True, no_data=no_data) else _CALM
