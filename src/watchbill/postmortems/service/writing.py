"""A postmortem's file, changed by people, becomes its next version."""

from dataclasses import replace

from watchbill.postmortems.model import ActionPriority, ActionStatus, ActionType, Postmortem
from watchbill.postmortems.rules.reading import Content, ReadAction, read_back
from watchbill.postmortems.service.actions import Actions, NewAction
from watchbill.postmortems.service.reviewing import Reviewing

__all__ = ["Writing"]


class Writing:
    """Takes the template back: judgements, added timeline entries, the analysis, and action items."""

    def __init__(self, reviewing: Reviewing, actions: Actions) -> None:
        self._reviewing = reviewing
        self._actions = actions

    def write(
        self, postmortem: Postmortem, content: Content, by: str, *, version: int | None = None
    ) -> tuple[Postmortem, tuple[str, ...]]:
        """The postmortem, and remarks on what the file says that is computed. All of it is written, or nothing.

        An action item that the file leaves out stays. Raises as `edit` does, and Invalid for what makes no sense.
        """
        before = self._actions.of(postmortem)
        read = read_back(content, postmortem, before)
        for one in read.actions:
            self._keep(one, postmortem, by)
        said = dict(read.said)
        items = self._actions.of(postmortem)
        if read.answered_by is not None:
            place = read.answered_by
            said["root_action"] = items[place - 1].number if place <= len(items) else place
        return self._reviewing.edit(postmortem, said, by, version=version), read.notes

    def _keep(self, read: ReadAction, postmortem: Postmortem, by: str) -> None:
        if read.item is not None:
            self._actions.edit(read.item, read.fields, by)
            return
        given = dict(read.fields)
        status = given.pop("status", None)
        new = replace(NewAction("", ActionType.PREVENT, ActionPriority.P1), **given)  # type: ignore[arg-type]  # names and kinds are those of NewAction
        item = self._actions.add(new, by, postmortem)
        if isinstance(status, ActionStatus):
            self._actions.edit(item, {"status": status}, by)
