"""Who spent a budget: what spans took of it above the baseline before them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.budget.model import Attribution
from watchbill.budget.rules.attribution import Piece, Span, at_most, charge, pieces
from watchbill.kernel.errors import Invalid
from watchbill.kernel.instants import floor_minute, to_text
from watchbill.slo.model import Slo
from watchbill.slo.service import SloService

__all__ = ["BASELINE_OVER", "Attributing"]

_MINUTE = timedelta(minutes=1)
BASELINE_OVER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Attributing:
    """Over the counts of promises."""

    slos: SloService

    def each(self, slo: Slo, spans: Sequence[tuple[datetime, datetime]]) -> list[Attribution]:
        """What each span took, in order; where they overlap, each is charged its even share."""
        whole = [self._span(slo, start, end) for start, end in spans]
        charged = charge(whole, [self._counted(slo, piece) for piece in pieces(whole)])
        if whole and slo.composite is not None:
            first, last = min(one.start for one in whole), max(one.end for one in whole)
            charged = at_most(charged, self.slos.counts.between(slo.series, first, last).lost)
        return [self._attribution(slo, span, bad) for span, bad in zip(whole, charged, strict=True)]

    def _span(self, slo: Slo, start: datetime, end: datetime) -> Span:
        if end < start:
            raise Invalid("end", f"{to_text(end)} lies before {to_text(start)}")
        first = floor_minute(start)
        last = max(first + _MINUTE, -(-(min(end, self.slos.watermark) - first) // _MINUTE) * _MINUTE + first)
        bad, total = self._count(slo, first - BASELINE_OVER, first)
        return Span(first, last, bad / total if total else Fraction(0))

    def _counted(self, slo: Slo, piece: Piece) -> Piece:
        bad, total = self._count(slo, piece.start, piece.end)
        return replace(piece, bad=bad, total=total)

    def _count(self, slo: Slo, start: datetime, end: datetime) -> tuple[Fraction, int]:
        found = self.slos.counts.between(slo.series, start, end)
        return found.lost, found.total

    def _attribution(self, slo: Slo, span: Span, bad: Fraction) -> Attribution:
        inside = self.slos.counts.between(slo.series, span.start, span.end)
        after = self.slos.status(slo, span.end - timedelta(microseconds=1))
        budget = slo.allowed * after.total
        return Attribution(
            slo=slo.name,
            service=slo.service,
            start=span.start,
            end=span.end,
            good=inside.good,
            total=inside.total,
            bad_in_span=inside.bad,
            baseline_ratio=span.baseline,
            bad=bad,
            share_of_budget_pct=100 * bad / budget if budget else None,
            budget_remaining_pct=after.remaining_pct,
        )
