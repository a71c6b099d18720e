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


# The two units that a span is written in, from this length on: (from seconds, unit, seconds of it, lower unit, seconds of it).
_UNITS = ((86_400, "d", 86_400, "h", 3_600), (3_600, "h", 3_600, "m", 60), (60, "m", 60, "s", 1))
_WHOLE_SECONDS_FROM = 10


def down_time_words(span: timedelta) -> str:
    """As the playbook writes it: `7h 18m`, `43m 50s`, `26s`; the two largest units, rounded to the smaller one."""
    exact = span.total_seconds()
    for least, unit, size, lower, lower_size in _UNITS:
        if round(exact) >= least:
            count, rest = divmod(round(exact / lower_size) * lower_size, size)
            return f"{count}{unit} {rest // lower_size}{lower}" if rest else f"{count}{unit}"
    return f"{round(exact)}s" if exact >= _WHOLE_SECONDS_FROM or not exact else f"{exact:.3g}s"
