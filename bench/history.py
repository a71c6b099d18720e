"""Counts of the past, written straight into the store's files: what 28 days of following would have left behind."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from watchbill.adapters.measure.counts.batch import Source
from watchbill.adapters.measure.counts.day import DAY, DayFile
from watchbill.adapters.measure.counts.state import State, save_state

__all__ = ["EPOCH", "minute_of", "specs", "write_history", "write_specs"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_FILE = 500  # SLOs; more files than that slow nothing down


def minute_of(moment: datetime) -> int:
    """Minutes since 1970."""
    return (moment - EPOCH) // timedelta(minutes=1)


def write_history(folder: Path, names: Sequence[str], end: datetime, days: int, *, trouble: float = 0.02) -> None:
    """`days` days of counts up to `end`: about 1,000 events a minute, 2 in 10,000 bad; a share of series has bad hours."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    last = minute_of(end)
    first = last - days * DAY
    columns = max(16, 1 << (len(names) - 1).bit_length())
    random = np.random.default_rng(7)
    for day in range(first // DAY, (last - 1) // DAY + 1):
        file = DayFile(folder / f"{day}.day", day, columns=columns)
        rows = slice(max(first - day * DAY, 0), min(last - day * DAY, DAY))
        shape = rows.stop - rows.start, len(names)
        total = random.integers(900, 1100, shape, np.uint32)
        bad = (random.random(shape, np.float32) < 0.2).astype(np.uint32)
        hurt = random.random(len(names)) < trouble
        bad[: shape[0] // 24, hurt] = 60  # an hour at 6 %
        for plane, values in zip(file.planes, (total - bad, total, 1), strict=True):
            plane[rows, : len(names)] = values
        file.flush()
        file.close()
    sources = {f"push:{name}": Source(mark=last - 1, read=1) for name in names}
    save_state(
        folder / "state.json",
        State(series={name: n for n, name in enumerate(names)}, first=dict.fromkeys(names, first), sources=sources),
    )


def specs(numbers: range) -> str:
    """Services, SLIs with pushed counts and SLOs at 99.9 % with the default tiers, as one file."""
    service = f"service-{numbers.start}"
    documents = [f"service: {{name: {service}}}\n"]
    for number in numbers:
        documents.append(f"sli:\n  name: sli-{number}\n  measurement: {{source: {{push: {{}}}}}}\n")
        documents.append(
            f"slo:\n  name: slo-{number}\n  service: {service}\n  sli: sli-{number}\n  target: 99.9\n"
            "  runbook: https://wiki.example/runbook\n"
        )
    return "---\n".join(documents)


def write_specs(folder: Path, count: int) -> list[str]:
    """Files for so many SLOs; the names of their SLIs."""
    folder.mkdir(parents=True)
    for start in range(0, count, _A_FILE):
        (folder / f"{start:06}.yaml").write_text(specs(range(start, min(count, start + _A_FILE))), "utf-8")
    return [f"sli-{number}" for number in range(count)]
