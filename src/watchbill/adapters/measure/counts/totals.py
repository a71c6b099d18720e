"""Totals of whole days, kept beside the day files, so that a start reads megabytes instead of gigabytes.

A totals file is only ever written at a checkpoint, before the checkpoint counts; whatever changes a day afterwards is in the
journal, and whoever applies that journal drops the totals of its days first. So one that is there is right.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["load_totals", "save_totals", "totals_path"]


def totals_path(day: Path) -> Path:
    """Where the totals of a day file lie."""
    return day.with_suffix(".totals")


def load_totals(day: Path) -> NDArray[np.int64] | None:
    """(3, columns): good, total, covered of the whole day; None where they have to be added up."""
    try:
        raw = np.fromfile(totals_path(day), dtype="<i8")
    except FileNotFoundError:
        return None
    return raw.reshape(3, -1) if len(raw) and len(raw) % 3 == 0 else None


def save_totals(day: Path, totals: NDArray[np.int64]) -> None:
    """Replace them; whoever reads finds the old ones or the new ones, whole."""
    fresh = totals_path(day).with_suffix(".totals-new")
    totals.astype("<i8").tofile(fresh)
    fresh.replace(totals_path(day))
