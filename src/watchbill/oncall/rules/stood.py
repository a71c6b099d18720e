"""Shifts as they were really stood: what a schedule says now must not rewrite who was awake last week.

The record is brought up to date by comparing the shift that was running with what the schedule says meanwhile.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from watchbill.oncall.model import Shift
from watchbill.oncall.model.health import KeptShift

__all__ = ["brought_up_to"]


def brought_up_to(
    now: datetime, schedule: str, running: KeptShift | None, rows: Sequence[Shift]
) -> tuple[KeptShift | None, list[KeptShift]]:
    """What became of the running shift (None: nothing has changed, or there was none), and the shifts that began since.

    `rows` is the final schedule from the start of the running shift (or the end of what is known) to just after `now`.
    Where the schedule no longer knows of the running shift, somebody changed it: the shift was stood until now.
    """
    blocks = list(_by_person(schedule, rows, now))
    if running is None:
        return None, blocks
    first = next(iter(blocks), None)
    if first is not None and first.person == running.person and first.start <= running.start:
        ended, rest = replace(running, end=first.end), blocks[1:]
    else:
        ended, rest = replace(running, end=now), list(_from(now, blocks))
        if rest and rest[0].start == now and rest[0].person == running.person:
            ended, rest = replace(running, end=rest[0].end), rest[1:]  # changed behind us; the same person stands on
    return (ended if ended.end is not None else None), rest


def _by_person(schedule: str, rows: Sequence[Shift], now: datetime) -> Iterator[KeptShift]:
    """Adjoining rows of one person are one shift, whatever layers they come from; the one that holds `now` has no end."""
    held: KeptShift | None = None
    for row in rows:
        if row.start > now:
            break
        if held and held.end == row.start and held.person == row.person:
            held = replace(held, end=row.end)
            continue
        if held:
            yield held
        held = KeptShift(schedule, row.person, row.start, row.end)
    if held:
        yield replace(held, end=None) if held.end is not None and held.end > now else held


def _from(start: datetime, blocks: Sequence[KeptShift]) -> Iterator[KeptShift]:
    """What of these lies at or after the moment."""
    for block in blocks:
        if block.end is None or block.end > start:
            yield replace(block, start=max(block.start, start))
