"""Layers whose turns go by the clock alone, written so that ours, which count only periods with allowed hours, do the same.

Elsewhere a daily rotation that counts on Mon-Fri still turns on Saturday. Here it does not: the list of people is written out
over one whole cycle, in the order in which they stand in the periods that count.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from watchbill.adapters.resources.kinds.schedule import LayerSpec
from watchbill.adapters.resources.snapshot.oncall import layer
from watchbill.kernel.units import duration_text
from watchbill.oncall.rules.turns import periods_that_count

__all__ = ["MOST_WRITTEN_OUT", "layer_spec"]

MOST_WRITTEN_OUT = 2_000
_NAMES = {timedelta(days=1): "daily", timedelta(weeks=1): "weekly"}


def layer_spec(
    name: str,
    *,
    phase: datetime,
    start: datetime,
    turn: timedelta,
    people: Sequence[str],
    restrictions: Sequence[dict[str, Any]],  # Any: JSON
) -> dict[str, Any]:  # Any: as above
    """The spec of a layer whose turn 0 began at `phase` (wall time) and which counts from `start` on: from the hand-off at or
    before it. Raises pydantic's and the domain's errors for what no layer can be.
    """
    passed = max(0, (start - phase) // turn)
    begins = phase + passed * turn
    ring = [people[(passed + index) % len(people)] for index in range(len(people))]
    spec: dict[str, Any] = {"name": name, "rotation": _NAMES.get(turn, "custom")}  # Any: as above
    if turn not in _NAMES:
        spec["every"] = duration_text(turn)
    spec |= {"start": begins.isoformat(timespec="seconds"), "people": ring}
    if restrictions:
        spec["restrictions"] = list(restrictions)
    cycle, allowed = periods_that_count(layer(LayerSpec.model_validate(spec)))
    if len(allowed) < cycle and allowed and len(ring) > 1:
        whole = math.lcm(cycle, len(ring))
        written = [ring[period % len(ring)] for period in range(whole) if period % cycle in set(allowed)]
        if len(written) <= MOST_WRITTEN_OUT:
            spec["people"] = written
    return spec
