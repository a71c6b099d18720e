"""Facts about signals."""

from watchbill.signals.model.log_lines import Exposed, Field, Kind, Weight, Wrong

__all__ = ["Exposed", "Field", "Kind", "Weight", "Wrong"]
