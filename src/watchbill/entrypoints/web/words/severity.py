"""The severity matrix as two taps (playbook ph. 5): what is broken, for how many. The table itself is the domain's."""

from watchbill.incidents.model import Impairment, Reach, Severity
from watchbill.incidents.rules.severity import MATRIX
from watchbill.kernel.errors import Invalid

__all__ = ["COLUMNS", "ROWS", "cell"]

# In the order of the playbook's table, with the words on the buttons.
ROWS: tuple[tuple[Impairment, str], ...] = (
    (Impairment.CORE_DOWN, "Core function down"),
    (Impairment.DEGRADED, "Degraded performance"),
    (Impairment.NON_CORE, "Non-core feature down"),
    (Impairment.COSMETIC, "Cosmetic or minor"),
)
COLUMNS: tuple[tuple[Reach, str], ...] = (
    (Reach.ONE_USER, "1 user"),
    (Reach.BELOW_QUARTER, "< 25 %"),
    (Reach.QUARTER_OR_MORE, "25 % or more"),
    (Reach.ALL, "All users"),
)


def cell(row: str, column: str) -> Severity:
    """What the matrix says; raises Invalid for a cell that it does not have."""
    try:
        return MATRIX[Impairment(row)][Reach(column)]
    except ValueError as wrong:
        raise Invalid("severity", f"the matrix has no cell {row!r}, {column!r}") from wrong
