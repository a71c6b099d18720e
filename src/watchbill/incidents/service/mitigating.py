"""Ways to mitigate: what fits the incident, taking one (dry or in earnest), and what came of those that were taken."""

from collections.abc import Callable, Mapping, Sequence

from watchbill.catalog.model import Change
from watchbill.execution.model import AllowedCommand, Execution, Wanted
from watchbill.execution.rules.arguments import placeholders
from watchbill.execution.service import ExecutionService
from watchbill.incidents.model import Incident, Mitigation, Offer
from watchbill.incidents.ports import Mitigations
from watchbill.incidents.rules.mitigations import evidence, fitting
from watchbill.incidents.rules.phases import require_open
from watchbill.kernel.errors import NotFound, WatchbillError
from watchbill.people.model import Actor

__all__ = ["Mitigating"]

Facts = Callable[[Incident], Mapping[str, str]]  # what placeholders hold for an incident
_LOOKED_AT = 200


class Mitigating:
    """Over one transaction. `changes` are those around the incident's start."""

    def __init__(
        self,
        definitions: Mitigations,
        executions: ExecutionService,
        find: Callable[[str], Incident],
        changes: Callable[[Incident], Sequence[Change]],
        facts: Facts,
    ) -> None:
        self._definitions = definitions
        self._executions = executions
        self._find = find
        self._changes = changes
        self._facts = facts

    def offers(self, reference: str) -> list[Offer]:
        """All ways that fit, the fastest first, each with what speaks for it and what stands in its way."""
        incident = self._find(reference)
        changes = self._changes(incident)
        taken = self._executions.store.find(incident=incident.id, limit=_LOOKED_AT)
        return [self._offer(one, incident, changes, taken) for one in fitting(incident, self._definitions.list())]

    def take(
        self,
        reference: str,
        name: str,
        who: Actor,
        *,
        dry_run: bool = False,
        values: Mapping[str, str] | None = None,
    ) -> Execution:
        """Ask for it to be run; another person approves where it or the settings say so."""
        incident = self._find(reference)
        require_open(incident, "mitigating")
        known = {one.name: one for one in fitting(incident, self._definitions.list())}
        if name not in known:
            hint = f"it has {', '.join(known)}" if known else "no mitigation is defined for its services"
            raise NotFound("mitigation", name, known=known, hint=hint)
        return self._executions.ask(self._wanted(known[name], incident, values or {}, dry_run=dry_run), who)

    def _wanted(
        self, mitigation: Mitigation, incident: Incident, values: Mapping[str, str], *, dry_run: bool
    ) -> Wanted:
        return Wanted(
            title=mitigation.title,
            command=mitigation.command,
            webhook=mitigation.webhook,
            values={**self._facts(incident), **mitigation.values, **values},
            incident=incident.id,
            mitigation=mitigation.name,
            expected=mitigation.expected,
            if_unexpected=mitigation.if_unexpected,
            approval=mitigation.approval,
            dry_run=dry_run,
        )

    def _offer(
        self, mitigation: Mitigation, incident: Incident, changes: Sequence[Change], taken: Sequence[Execution]
    ) -> Offer:
        latest = next((one for one in taken if one.mitigation == mitigation.name), None)
        speaks = evidence(mitigation, incident, changes)
        wanted = self._wanted(mitigation, incident, {}, dry_run=False)
        needs = tuple(name for name in placeholders(wanted.command or "") if name not in wanted.values)
        try:
            if needs and wanted.command is not None:
                return Offer(mitigation, speaks, "", needs, *self._unfilled(mitigation, wanted.command), latest)
            plan = self._executions.plan(wanted)
        except WatchbillError as wrong:
            return Offer(mitigation, speaks, obstacle=wrong.message, latest=latest)
        allowed = plan.allowed
        is_command = isinstance(allowed, AllowedCommand)
        words = " ".join((allowed.name, *plan.argv[1:])) if is_command else f"webhook {allowed.name}"
        rehearses = allowed.dry_run is not None if isinstance(allowed, AllowedCommand) else allowed.rehearses
        return Offer(mitigation, speaks, "", (), plan.needs_approval, rehearses, words, latest)

    def _unfilled(self, mitigation: Mitigation, command: str) -> tuple[bool, bool, str]:
        """Whether it needs approval, whether it rehearses, and how it reads, before its placeholders are filled."""
        allowed = self._executions.allowed_program(command)
        return mitigation.approval or allowed.approval, allowed.dry_run is not None, command
