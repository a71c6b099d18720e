"""The table of nines, computed: what a target allows in a month, in four weeks and in a year (playbook ph. 2)."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from watchbill.catalog.model import Tier
from watchbill.kernel.units import Ratio

__all__ = ["FIT_FOR", "FOUR_WEEKS", "MONTH", "TARGET_OF_TIER", "YEAR", "NinesRow", "allowed_down_time", "down_time_words", "nines_row", "nines_table"]  # fmt: skip

YEAR = timedelta(days=365.25)
MONTH = YEAR / 12  # 30.4375 d: the month of the playbook's column (99.9 % -> 43m 50s)
FOUR_WEEKS = timedelta(days=28)  # our windows (99.9 % -> 40.32 min)

# playbook ph. 2, SLO target selection guide: from which target on a level is what; each nine costs about ten times more.
FIT_FOR: tuple[tuple[Ratio, str], ...] = (
    (Ratio.percent("99.999"), "Life-safety, financial clearing"),
    (Ratio.percent("99.99"), "Critical services, payments, auth"),
    (Ratio.percent("99.95"), "Important customer-facing services"),
    (Ratio.percent("99.9"), "Standard production services"),
    (Ratio.percent("99.5"), "Non-critical services, backoffice"),
    (Ratio.percent("99"), "Internal tools, dev environments"),
    (Ratio.percent("0"), "Experiments; nothing that people wait for"),
)

TARGET_OF_TIER: dict[Tier, Ratio] = {
    Tier.CRITICAL: Ratio.percent("99.99"),
    Tier.IMPORTANT: Ratio.percent("99.95"),
    Tier.STANDARD: Ratio.percent("99.9"),
    Tier.EXPERIMENTAL: Ratio.percent("99"),
}


@dataclass(frozen=True, slots=True)
class NinesRow:
    """One target and the down time that it allows."""

    target: Ratio
    month: timedelta
    four_weeks: timedelta
    year: timedelta
    fit_for: str


def allowed_down_time(target: Ratio, period: timedelta) -> timedelta:
    """Period x (1 - target), to the microsecond."""
    micros = Fraction(period // timedelta(microseconds=1))
    return timedelta(microseconds=round(micros * (1 - target.value)))


def nines_row(target: Ratio) -> NinesRow:
    """What that target allows."""
    return NinesRow(
        target,
        allowed_down_time(target, MONTH),
        allowed_down_time(target, FOUR_WEEKS),
        allowed_down_time(target, YEAR),
        next(words for least, words in FIT_FOR if target >= least),
    )


def nines_table(extra: Ratio | None = None) -> list[NinesRow]:
    """The guide's six targets, from low to high, and one more where it is asked for."""
    targets = {least for least, _ in FIT_FOR[:-1]} | ({extra} if extra is not None else set())
    return [nines_row(target) for target in sorted(targets)]


def down_time_words(span: timedelta) -> str:
    """As the playbook writes it: `7h 18m`, `43m 50s`, `26s`; the two largest units, rounded to the smaller one."""
    seconds = round(span.total_seconds())
    if seconds >= 86_400:
        days, hours = divmod(round(span.total_seconds() / 3600), 24)
        return f"{days}d {hours}h" if hours else f"{days}d"
    if seconds >= 3600:
        hours, minutes = divmod(round(span.total_seconds() / 60), 60)
        return f"{hours}h {minutes}m" if minutes else f"{hours}h"
    if seconds >= 60:
        minutes, rest = divmod(seconds, 60)
        return f"{minutes}m {rest}s" if rest else f"{minutes}m"
    return f"{seconds}s" if span >= timedelta(seconds=10) or not span else f"{span.total_seconds():.3g}s"
