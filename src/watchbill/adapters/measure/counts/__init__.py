"""The embedded counts store: good and total events of each series at 1-minute grain, durable, with running window sums.

Built by the lead; the port is `slo.ports.Counts` and `CountsIntake`. docs/explanation/counts-store.md tells the layout.
"""

from watchbill.adapters.measure.counts.batch import Batch, Cell, Source
from watchbill.adapters.measure.counts.store import CountsStore

__all__ = ["Batch", "Cell", "CountsStore", "Source"]
