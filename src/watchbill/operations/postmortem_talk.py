"""Operations around a postmortem: its file read back, versions compared, comments, the blameless check, the review meeting."""

from watchbill.bootstrap import Services
from watchbill.kernel.errors import Invalid
from watchbill.operations.postmortem_talk_views import (
    AgendaPartView,
    AgendaView,
    ChangedLineView,
    CommentPostmortem,
    CommentView,
    ComparedView,
    ComparePostmortem,
    DecisionView,
    FindingView,
    HoldMeeting,
    LintPostmortem,
    MeetingView,
    ReturnPostmortem,
    SettleComment,
    WritePostmortem,
    WrittenView,
)
from watchbill.operations.postmortem_views import NamedPostmortem, PostmortemView
from watchbill.operations.postmortem_views_of import action_view, postmortem_view
from watchbill.people.model import Actor
from watchbill.postmortems.model import Comment, Postmortem
from watchbill.postmortems.rules.agenda import starts
from watchbill.postmortems.service import Held, NewAction


def write(s: Services, who: Actor, given: WritePostmortem) -> WrittenView:
    """Take the exported YAML back, changed by people."""
    found = s.postmortems.find(given.id)
    content = s.postmortem_files.read(given.content)
    written, notes = s.postmortems.write(found, content, who.name, version=given.version)
    return WrittenView(postmortem=postmortem_view(s, written), notes=list(notes))


def compare(s: Services, who: Actor, given: ComparePostmortem) -> ComparedView:
    """What changed between two versions."""
    found = s.postmortems.find(given.id)
    after = given.after or found.version
    before = given.before or max(1, after - 1)
    lines = s.postmortems.changes(found, before, after)
    told = [ChangedLineView(change=line.change, text=line.text) for line in lines]
    return ComparedView(before=before, after=after, lines=told)


def comments(s: Services, who: Actor, given: NamedPostmortem) -> list[CommentView]:
    """All comments, oldest first."""
    found = s.postmortems.find(given.id)
    return [_comment(one) for one in s.postmortems.talking.comments(found)]


def comment(s: Services, who: Actor, given: CommentPostmortem) -> CommentView:
    """Remark something."""
    found = s.postmortems.find(given.id)
    return _comment(s.postmortems.talking.comment(found, given.text, who.name, given.field))


def settle(s: Services, who: Actor, given: SettleComment) -> CommentView:
    """A comment is answered."""
    return _comment(s.postmortems.talking.settle(given.id, who.name))


def give_back(s: Services, who: Actor, given: ReturnPostmortem) -> PostmortemView:
    """Take it out of review: a draft again, with the reason as a comment."""
    found = s.postmortems.give_back(s.postmortems.find(given.id), who.name)
    s.postmortems.talking.comment(found, given.reason, who.name)
    return postmortem_view(s, found)


def lint(s: Services, who: Actor, given: LintPostmortem) -> list[FindingView]:
    """Wording that blames persons, and what to write instead; of a postmortem or of any text."""
    if (given.id is None) == (given.text is None):
        raise Invalid("id", "name a postmortem, or give a text")
    found = s.postmortems.lint(s.postmortems.find(given.id)) if given.id else s.postmortems.lint_text(given.text or "")
    return [
        FindingView(
            field=one.field, line=one.line, column=one.column, quote=one.quote, why=one.why, suggestion=one.suggestion
        )
        for one in found
    ]


def agenda(s: Services, who: Actor, given: NamedPostmortem) -> AgendaView:
    """The agenda of its review meeting: 60 minutes in four parts."""
    return _agenda(s, s.postmortems.find(given.id))


def meeting(s: Services, who: Actor, given: NamedPostmortem) -> MeetingView:
    """Its review meeting, as far as it is written down."""
    return _meeting(s, s.postmortems.find(given.id))


def hold(s: Services, who: Actor, given: HoldMeeting) -> MeetingView:
    """Write down when the meeting was, who came, what was said and decided."""
    found = s.postmortems.find(given.id)
    held = Held(
        given.held_at,
        None if given.attendees is None else tuple(given.attendees),
        None if given.minutes is None else tuple(given.minutes),
        tuple(NewAction(one.text, one.type, one.priority, one.owner, one.deadline) for one in given.decisions),
    )
    s.postmortems.talking.hold(found, held, who.name)
    return _meeting(s, found)


def _meeting(s: Services, found: Postmortem) -> MeetingView:
    known = s.postmortems.talking.meeting(found)
    items = {item.number: item for item in s.postmortems.actions.of(found)}
    decisions = known.decisions if known else ()
    return MeetingView(
        held_at=known.held_at if known else None,
        attendees=list(known.attendees) if known else [],
        decisions=[DecisionView(text=one.text, action=action_view(s, items[one.action])) for one in decisions],
        changed_by=known.changed_by if known else None,
        agenda=_agenda(s, found),
    )


def _agenda(s: Services, found: Postmortem) -> AgendaView:
    parts = s.postmortems.talking.agenda(found)
    known = s.postmortems.talking.meeting(found)
    begins = starts(parts, known.held_at) if known else (None,) * len(parts)
    said = known.minutes if known else ("",) * len(parts)
    return AgendaView(
        id=found.id,
        title=found.judged.title,
        minutes=sum(part.minutes for part in parts),
        parts=[
            AgendaPartView(
                title=part.title,
                minutes=part.minutes,
                starts_at=at,
                questions=list(part.questions),
                points=list(part.points),
                said=text,
            )
            for part, at, text in zip(parts, begins, said, strict=True)
        ],
    )


def _comment(one: Comment) -> CommentView:
    return CommentView(
        id=one.id,
        field=one.field,
        text=one.text,
        by=one.by,
        at=one.at,
        settled_at=one.settled_at,
        settled_by=one.settled_by,
    )
