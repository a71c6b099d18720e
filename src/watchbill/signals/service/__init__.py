"""Use cases about signals."""

from watchbill.signals.service.log_check import Findings, LogCheck, Service, Spot, Violation

__all__ = ["Findings", "LogCheck", "Service", "Spot", "Violation"]
