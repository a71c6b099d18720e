"""Burn tiers as people type them on a command line: `5m/1h=14.4`, `6h/3d=10%:ticket`."""

import re
from fractions import Fraction

from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration
from watchbill.slo.model import BurnTier, TierSeverity

__all__ = ["parse_tiers"]

_FORM = re.compile(r"(?P<short>[^/=:]+)/(?P<long>[^/=:]+)=(?P<rate>[0-9.]+)(?P<pct>%?)(:(?P<severity>[a-z]+))?")
_HINT = "write 5m/1h=14.4,30m/6h=6,6h/3d=1:ticket (SHORT/LONG=RATE, or =PCT% of the budget)"


def parse_tiers(text: str, *, field: str = "windows") -> tuple[BurnTier, ...]:
    """Tiers in the order in which they are written, named after their long windows; `page` where no severity is said."""
    tiers = []
    for part in text.split(","):
        found = _FORM.fullmatch(part.strip())
        if found is None or found["rate"].count(".") > 1 or found["rate"] == ".":
            raise Invalid(field, f"{part.strip()!r} is no tier", hint=_HINT)
        if found["severity"] not in {None, *TierSeverity}:
            raise Invalid(field, f"{found['severity']!r} is no severity of tiers", hint="page or ticket")
        rate = Fraction(found["rate"])
        tiers.append(
            BurnTier(
                name=f"burn_{found['long'].strip()}",
                short_window=duration(found["short"].strip(), field=field),
                long_window=duration(found["long"].strip(), field=field),
                severity=TierSeverity(found["severity"] or TierSeverity.PAGE),
                burn_rate=None if found["pct"] else rate,
                budget_pct=rate if found["pct"] else None,
            )
        )
    if len({tier.name for tier in tiers}) < len(tiers):
        raise Invalid(field, "two tiers have the same long window", hint=_HINT)
    return tuple(tiers)
