"""Use cases of alerts: fold claims into alerts, look at them, silence them."""

from watchbill.alerts.service.alerts import AlertService
from watchbill.alerts.service.folding import Fold, Folded
from watchbill.alerts.service.silences import SilenceService

__all__ = ["AlertService", "Fold", "Folded", "SilenceService"]
