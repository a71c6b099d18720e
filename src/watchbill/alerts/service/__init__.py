"""Use cases of alerts: fold claims into alerts, look at them, silence them."""

from watchbill.alerts.service.alerts import AlertService
from watchbill.alerts.service.folding import Fold
from watchbill.alerts.service.silences import NewSilence, SilenceService
from watchbill.alerts.service.steps import Folded

__all__ = ["AlertService", "Fold", "Folded", "NewSilence", "SilenceService"]
