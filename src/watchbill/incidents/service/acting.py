"""What was run and walked through, into the timeline of the incident that it was for, with its output."""

from collections.abc import Mapping
from datetime import datetime

from watchbill.execution.model import ExecutionApproved, ExecutionAsked, ExecutionEnded
from watchbill.execution.service import ExecutionService
from watchbill.incidents.model import Source
from watchbill.incidents.service.desk import Book, Desk
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import IncidentId
from watchbill.oncall.model import RunbookAdvanced

__all__ = ["OUTPUT_KEPT", "Acted"]

OUTPUT_KEPT = 4_000  # characters of an output that the timeline keeps; the execution keeps what the settings allow


class Acted:
    """The reactions' side. It is written down although the incident may be over by then: it happened."""

    def __init__(self, desk: Desk, book: Book) -> None:
        self._desk = desk
        self._book = book

    def ran(self, recorded: Recorded, executions: ExecutionService) -> None:
        """Something was asked for and waits, was only shown, was approved, or came to an end."""
        event = recorded.event
        assert isinstance(event, ExecutionAsked | ExecutionApproved | ExecutionEnded)
        if event.incident is None:
            return
        text, data = event.words, {"execution": str(event.execution)}
        if isinstance(event, ExecutionApproved):
            text = f"{event.by} approved {text}"
        if isinstance(event, ExecutionEnded):
            found = executions.find(event.execution)
            data |= {"output": found.output[:OUTPUT_KEPT], "status": str(event.status)}
            if event.matched is False and found.if_unexpected:
                text += f". Then: {found.if_unexpected}"
        self._write(event.incident, text, event.by, recorded.at, cause=event.execution, data=data)

    def advanced(self, recorded: Recorded) -> None:
        """A walk through a runbook went on."""
        event = recorded.event
        assert isinstance(event, RunbookAdvanced)
        if event.incident is not None:
            data = {"run": str(event.run), "runbook": event.runbook}
            self._write(event.incident, event.text, event.by, recorded.at, cause=event.run, data=data)

    def _write(  # noqa: PLR0917 - an entry's parts
        self, incident: str, text: str, by: str, at: datetime, cause: str, data: Mapping[str, object]
    ) -> None:
        found = self._book.locked(IncidentId(incident))
        self._book.save(self._book.write(found, Source.ACTION, text, by=by, at=at, cause=cause, data=data))
