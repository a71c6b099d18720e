"""Puts together what people do with watchbill's hands: commands and webhooks, walks through runbooks, ways to mitigate."""

from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.act.patterns import occurs
from watchbill.adapters.store.executions import ExecutionRecords
from watchbill.execution.service import ExecutionService, Working

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["Acting"]


class Acting:
    """The services of one transaction, built on first use."""

    def __init__(self, s: "Services") -> None:
        self._s = s

    @cached_property
    def executions(self) -> ExecutionService:
        """Asking for commands and webhooks, approving and looking."""
        s = self._s
        return ExecutionService(
            allowed=s.app.executor.allowed,
            store=ExecutionRecords(s.connection),
            events=s.events,
            ids=s.ids,
            clock=s.clock,
        )

    @cached_property
    def working(self) -> Working:
        """The worker's side of them."""
        return Working(self.executions, occurs)
