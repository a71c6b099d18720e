"""Facts about signals."""

from watchbill.signals.model.log_lines import Exposed, Field, Kind, Weight, Wrong
from watchbill.signals.model.vitals import Metric, Vital

__all__ = ["Exposed", "Field", "Kind", "Metric", "Vital", "Weight", "Wrong"]
