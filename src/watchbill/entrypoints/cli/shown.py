"""How answers look on a terminal: aligned tables, plain when piped, and never a control character of somebody else's text."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from watchbill.kernel.units import pct_text

__all__ = ["facts", "line", "parse_when", "pct", "plain", "table", "when"]

_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd") | {9: " ", 10: " "}


def plain(value: object) -> str:
    """One line of text without control characters: alert labels must not move the cursor or colour the screen."""
    return "" if value is None else str(value).translate(_CONTROLS)


def line(text: str = "") -> None:
    """One line on standard output."""
    sys.stdout.write(text + "\n")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Columns under heads; `empty` is said instead of an empty table. On a pipe nothing is cut or coloured."""
    cells = [[plain(cell) for cell in row] for row in rows]
    if not cells:
        line(empty)
        return
    if not sys.stdout.isatty():
        widths = [max(len(text) for text in column) for column in zip(heads, *cells, strict=True)]
        for row in [list(heads), *cells]:
            line("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
        return
    _on_a_terminal(heads, cells)


def _on_a_terminal(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """A coloured table; nothing is cut: long cells are folded, and on a narrow terminal each row becomes a paragraph."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    widths = [max(len(text) for text in column) for column in zip(heads, *cells, strict=True)]
    if sum(widths) + 2 * len(widths) > console.width and console.width < _NARROW:
        for row in cells:
            facts((head.capitalize(), text) for head, text in zip(heads, row, strict=True))
            line()
        return
    grid = Table(box=None, pad_edge=False, header_style="dim")
    for head, width in zip(heads, widths, strict=True):
        grid.add_column(head, overflow="fold", no_wrap=width <= _WHOLE)
    for row in cells:
        grid.add_row(*(Text(text, style=_STYLES.get(text, "")) for text in row))
    console.print(grid)


_NARROW, _WHOLE = (
    100,
    12,
)  # columns of a terminal below which a wide table reads badly; width of cells that are never folded
# Words of state that get a colour on a terminal; the word itself always carries the meaning.
_STYLES = {
    "healthy": "green", "warning": "yellow", "critical": "bold red", "exhausted": "bold red", "firing": "bold red",
    "P0": "bold red", "P1": "red", "SEV1": "bold red", "SEV2": "red", "resolved": "green", "kept": "green",
}  # fmt: skip


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Name and value, aligned; unknown values are left out."""
    known = [(name, plain(value)) for name, value in pairs if value not in (None, "", [])]
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        line(f"{name:<{width}}  {value}")


def when(moment: object) -> str:
    """A moment of an answer in the reader's own zone, to the second; empty where unknown."""
    if not moment:
        return ""
    return datetime.fromisoformat(str(moment)).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def pct(value: object) -> str:
    """A percentage of an answer with its sign, or `unknown`."""
    if value is None:
        return "unknown"
    from fractions import Fraction

    return f"{pct_text(Fraction(str(value)))} %".replace("-", "\u2212")


def parse_when(text: str | None, *, field: str) -> datetime | None:
    """A moment that a person typed: RFC 3339, or a local `2026-11-24 09:00`; None stays None."""
    from watchbill.kernel.errors import Invalid

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid(
            field, f"{text!r} is not a time", hint='write 2026-11-24T09:00:00Z or "2026-11-24 09:00"'
        ) from wrong
    return (moment if moment.tzinfo else moment.astimezone()).astimezone(UTC)
