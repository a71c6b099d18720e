"""From draft to final: what people judge, the review, and the lock."""

from collections.abc import Mapping
from dataclasses import fields, replace

from watchbill.incidents.rules.naming import text_block, title_line
from watchbill.kernel.errors import Conflict, Invalid
from watchbill.postmortems.model import (
    Approval,
    Judgement,
    Postmortem,
    PostmortemApproved,
    PostmortemMoved,
    PostmortemStatus,
)
from watchbill.postmortems.rules.review import (
    approvers,
    is_approved,
    require_approver,
    require_editable,
    require_submittable,
)
from watchbill.postmortems.service.desk import Desk
from watchbill.postmortems.service.drafting import Drafting

__all__ = ["Reviewing"]

_PEOPLE = ("authors", "reviewers")
_PARTS = ("whys", "fishbone", "moments")  # facts of their own kinds, whose words were cleaned where they were read


class Reviewing:
    """Changes what people say; every change is a version."""

    def __init__(self, desk: Desk, drafting: Drafting) -> None:
        self._desk = desk
        self._drafting = drafting

    def edit(
        self, postmortem: Postmortem, said: Mapping[str, object], by: str, *, version: int | None = None
    ) -> Postmortem:
        """Write judgements down (fields of Judgement by name). Raises Conflict when it is final or was changed meanwhile.

        In review, a change makes earlier approvals void: they were given to another text.
        """
        held = self._drafting.locked(postmortem)
        require_editable(held)
        if version is not None and version != held.version:
            raise Conflict(
                f"version {version} was changed meanwhile, it is at {held.version}", hint="look at it again, then write"
            )
        judged = replace(held.judged, **{name: self._cleaned(name, value) for name, value in said.items()})  # type: ignore[arg-type]  # names and kinds are those of Judgement
        if judged == held.judged:
            return held
        changed = [one.name for one in fields(Judgement) if getattr(judged, one.name) != getattr(held.judged, one.name)]
        return self._drafting.revise(replace(held, judged=judged), by, f"changed {', '.join(changed)}")

    def submit(self, postmortem: Postmortem, by: str) -> Postmortem:
        """Ask for review; raises Refused while a question that a review needs is open."""
        held = self._drafting.locked(postmortem)
        require_submittable(held)
        return self._move(replace(held, submitted_at=self._desk.now), PostmortemStatus.IN_REVIEW, by)

    def give_back(self, postmortem: Postmortem, by: str) -> Postmortem:
        """A reviewer wants changes: it is a draft again. Raises Conflict unless it is in review."""
        held = self._drafting.locked(postmortem)
        require_editable(held)
        if held.status is not PostmortemStatus.IN_REVIEW:
            raise Conflict(f"this postmortem is a {held.status}", hint="only what is in review can be given back")
        return self._move(replace(held, submitted_at=None), PostmortemStatus.DRAFT, by)

    def approve(self, postmortem: Postmortem, by: str) -> Postmortem:
        """A yes to the present version; the last one that is needed makes it final, and locks it. Twice counts once."""
        held = self._drafting.locked(postmortem)
        require_approver(held, by)
        if by in approvers(held):
            return held
        held = replace(held, approvals=(*held.approvals, Approval(by, self._desk.now, held.version)))
        event = PostmortemApproved(held.id, held.version, by)
        self._desk.events.publish(event, subject=held.id, cause=None)
        if is_approved(held):
            return self._move(replace(held, final_at=self._desk.now), PostmortemStatus.FINAL, by)
        self._desk.store.save(held)
        return held

    def _move(self, postmortem: Postmortem, status: PostmortemStatus, by: str) -> Postmortem:
        moved = replace(postmortem, status=status, changed_at=self._desk.now)
        self._desk.store.save(moved)
        event = PostmortemMoved(moved.id, postmortem.status, status, by)
        self._desk.events.publish(event, subject=moved.id, cause=None)
        return moved

    def _cleaned(self, name: str, value: object) -> object:
        """Text of people as the record keeps it: no control characters, known persons, empty as absent."""
        match value:
            case str() if name == "title":
                return title_line(value)
            case str():
                return text_block(value, field=name) if value.strip() else None
            case list() | tuple() if name in _PEOPLE:
                return tuple(dict.fromkeys(self._desk.people.person(str(one)).name for one in value))
            case list() | tuple() if name in _PARTS:
                return tuple(value)
            case list() | tuple():
                return tuple(text_block(str(one), field=name) for one in value if str(one).strip())
            case _ if name not in {one.name for one in fields(Judgement)}:
                raise Invalid(name, "is nothing that people judge")
            case _:
                return value
