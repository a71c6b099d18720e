"""Use cases of executions."""

from watchbill.execution.service.executions import ExecutionService, Plan
from watchbill.execution.service.working import LEASE, Working

__all__ = ["LEASE", "ExecutionService", "Plan", "Working"]
