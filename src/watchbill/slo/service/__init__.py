"""Use cases of the SLO domain: how a promise stands, and the tick that judges them all."""

from watchbill.slo.service.service import SloService
from watchbill.slo.service.tick import Plans, Tick

__all__ = ["Plans", "SloService", "Tick"]
