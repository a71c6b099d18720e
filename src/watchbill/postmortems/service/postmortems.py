"""The postmortems service: the list of all that can be done, each done by the class that knows how."""

from collections.abc import Sequence

from watchbill.incidents.model import Incident
from watchbill.kernel.errors import NotFound
from watchbill.kernel.ids import PostmortemId, kind_of
from watchbill.postmortems.model import Finding as Blame
from watchbill.postmortems.model import Postmortem, Version
from watchbill.postmortems.ports import PostmortemSearch
from watchbill.postmortems.rules.blameless import blame_in, blame_in_judgement
from watchbill.postmortems.rules.compare import Line, changes
from watchbill.postmortems.rules.markdown import markdown
from watchbill.postmortems.rules.template import template
from watchbill.postmortems.service.actions import Actions
from watchbill.postmortems.service.desk import Desk
from watchbill.postmortems.service.drafting import Drafting
from watchbill.postmortems.service.finding import Finding
from watchbill.postmortems.service.reviewing import Reviewing
from watchbill.postmortems.service.talking import Talking
from watchbill.postmortems.service.tracking import Tracking
from watchbill.postmortems.service.writing import Writing

__all__ = ["PostmortemService"]


class PostmortemService:
    """Postmortems and action items within one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        drafting = Drafting(desk)
        reviewing = Reviewing(desk, drafting)
        self.actions = Actions(desk)

        self.draft = drafting.draft
        self.edit = reviewing.edit
        self.write = Writing(reviewing, self.actions).write
        self.submit = reviewing.submit
        self.give_back = reviewing.give_back
        self.approve = reviewing.approve
        self.tracking = Tracking(desk, self.actions)
        self.finding = Finding(desk)
        self.talking = Talking(desk, self.actions)
        # What happens elsewhere (rows of reactions.py)
        self.draft_resolved = drafting.draft_resolved
        self.demand = drafting.demand

    def find(self, reference: str) -> Postmortem:
        """The postmortem of that id, or of the incident `12`, `INC-12`; raises NotFound."""
        if kind_of(reference) == "postmortem":
            found = self._desk.store.get(PostmortemId(reference))
            if found is None:
                raise NotFound("postmortem", reference)
            return found
        incident = self._desk.incidents.find(reference)
        found = self.of_incident(incident)
        if found is None:
            raise NotFound(
                "postmortem of", incident.name, hint=f"watchbill postmortem draft {incident.number} makes one"
            )
        return found

    def of_incident(self, incident: Incident) -> Postmortem | None:
        """The postmortem of an incident."""
        return self._desk.store.of_incident(incident.id)

    def list(self, search: PostmortemSearch) -> Sequence[Postmortem]:
        """Postmortems, newest first."""
        return self._desk.store.find(search)

    def versions(self, postmortem: Postmortem) -> Sequence[Version]:
        """All its states, oldest first."""
        return self._desk.store.versions(postmortem.id)

    def review_facts(self, incident: Incident) -> dict[str, bool]:
        """Which rows of the incident's last check-list are true: the draft is there, every action has an owner and a deadline."""
        postmortem = self.of_incident(incident)
        actions = self.actions.of(postmortem) if postmortem else ()
        ready = bool(actions) and all(one.owner and one.deadline for one in actions)
        return {"postmortem": postmortem is not None, "actions": ready}

    def changes(self, postmortem: Postmortem, before: int, after: int) -> tuple[Line, ...]:
        """What changed from one version to another; raises NotFound."""
        found = {one.number: one for one in self.versions(postmortem)}
        for number in (before, after):
            if number not in found:
                raise NotFound("version", str(number), hint=f"versions go from 1 to {postmortem.version}")
        return changes(postmortem, found[before], found[after])

    def lint(self, postmortem: Postmortem) -> tuple[Blame, ...]:
        """Wording that blames persons."""
        found = list(blame_in_judgement(postmortem.judged, self._desk.names))
        for item in self.actions.of(postmortem):
            found += blame_in(item.name, item.description, self._desk.names)
        return tuple(found)

    def lint_text(self, text: str) -> tuple[Blame, ...]:
        """The same of any text."""
        return tuple(blame_in("text", text, self._desk.names))

    def template(self, postmortem: Postmortem) -> dict[str, object]:
        """The content below `postmortem:` in the playbook's template."""
        return template(postmortem, self.actions.of(postmortem))

    def markdown(self, postmortem: Postmortem) -> str:
        """The postmortem as Markdown."""
        return markdown(postmortem, self.actions.of(postmortem))
