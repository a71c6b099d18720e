"""Calling whom a runbook names when it has not helped, with what they need to know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watchbill.alerts.model import Severity
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.oncall.model import RunbookRun, StepState, Target
from watchbill.oncall.rules.steps import tried
from watchbill.oncall.service.intake import NewPage
from watchbill.oncall.service.paging import PagingService
from watchbill.people.model import Actor, Role

__all__ = ["ContactCaller"]

Words = Callable[[str, Mapping[str, object]], str]  # a template of people, filled; raises Invalid
_HOUSE = Actor("watchbill", Role.RESPONDER, "runbook")


class ContactCaller:
    """Over one transaction. Prose that names nobody is shown to whoever walks: they call."""

    def __init__(self, paging: PagingService, words: Words, now: datetime, is_drill: Callable[[str], bool]) -> None:
        self._paging = paging
        self._words = words
        self._now = now
        self._is_drill = is_drill

    def __call__(self, run: RunbookRun, found: Sequence[StepState], by: str) -> tuple[RunbookRun, str]:
        """The run with the call's id, and what was done."""
        contact, context = run.runbook.escalation.contact, self.context(run, found)
        minutes = int((self._now - run.started_at).total_seconds() // 60)
        why = f"The runbook {run.runbook.title!r} has not helped for {minutes} min"
        if run.rehearsal or (run.incident is not None and self._is_drill(run.incident)):
            return run, f"{why}. An exercise: {contact or 'nobody'} would be called now. {context}".strip()
        try:
            target = Target.parse(contact)
        except Invalid:
            return (
                run,
                f"{why}. Call {contact}: {context}".strip() if contact else f"{why}, and it names nobody to call",
            )
        page = NewPage(
            title=f"{run.runbook.title}: help is needed",
            sentence=f"{why}. {context}".strip(),
            severity=Severity.P1,
            service=run.service,
            to=(str(target),),
            runbook=run.runbook.name,
        )
        try:
            made = self._paging.send(page, _HOUSE if by == "watchbill" else Actor(by, Role.RESPONDER, "runbook"))
        except (Invalid, NotFound) as nobody:
            return run, f"{why}. {contact} reaches nobody ({nobody.message}): call somebody yourself. {context}".strip()
        return replace(run, escalation=made.id), f"{why}: {contact} is being called. {context}".strip()

    def context(self, run: RunbookRun, found: Sequence[StepState]) -> str:
        """`context_to_provide` filled from what is known, then what was tried."""
        done = tried(found)
        facts: dict[str, object] = {
            **run.values,
            "service": run.service or "",
            "incident": f"INC-{run.incident_number}" if run.incident_number else "",
            "runbook": run.runbook.title,
            "started_by": run.started_by,
            "minutes": int((self._now - run.started_at).total_seconds() // 60),
            "tried": "; ".join(done),
        }
        template = run.runbook.escalation.context_to_provide.strip()
        try:
            words = self._words(template, facts) if template else ""
        except Invalid:  # a name that is not known here must not keep anybody from being called
            words = template
        about = f"{facts['incident']}. " if facts["incident"] and str(facts["incident"]) not in words else ""
        steps = "" if "tried" in template else f" Tried: {'; '.join(done) or 'nothing yet'}."
        return f"{about}{words}{steps}".strip()
