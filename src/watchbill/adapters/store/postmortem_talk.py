"""Comments on postmortems and their review meetings, over one connection."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.postmortems import postmortem_comments, postmortem_meetings
from watchbill.adapters.store.types import from_builtins, to_builtins
from watchbill.kernel.ids import CommentId, PostmortemId
from watchbill.postmortems.model import Comment, Decision, Meeting

__all__ = ["PostmortemTalk"]

_COMMENT = tuple(column.name for column in postmortem_comments.columns)
_MEETING = tuple(column.name for column in postmortem_meetings.columns)


class PostmortemTalk:
    """What postmortems.ports.Talk asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save_comment(self, comment: Comment) -> None:
        """Save a comment, new or settled."""
        row = {name: getattr(comment, name) for name in _COMMENT}
        statement = insert_into(self._connection, postmortem_comments).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def comment(self, comment: CommentId) -> Comment | None:
        """One by id."""
        row = self._connection.execute(
            select(postmortem_comments).where(postmortem_comments.c.id == comment)
        ).mappings()
        found = row.one_or_none()
        return Comment(**found) if found else None

    def comments(self, postmortem: PostmortemId) -> Sequence[Comment]:
        """All of a postmortem, oldest first."""
        found = select(postmortem_comments).where(postmortem_comments.c.postmortem == postmortem)
        rows = self._connection.execute(found.order_by(postmortem_comments.c.id)).mappings()
        return [Comment(**row) for row in rows]

    def save_meeting(self, meeting: Meeting) -> None:
        """Write the meeting's state over the old."""
        row = {name: to_builtins(value) if name in _LISTS else value for name in _MEETING for value in (getattr(meeting, name),)}  # fmt: skip
        statement = insert_into(self._connection, postmortem_meetings).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["postmortem"], set_=row))

    def meeting(self, postmortem: PostmortemId) -> Meeting | None:
        """The meeting of a postmortem; None before it was held."""
        found = select(postmortem_meetings).where(postmortem_meetings.c.postmortem == postmortem)
        row = self._connection.execute(found).mappings().one_or_none()
        return _meeting(row) if row else None


_LISTS = frozenset({"attendees", "minutes", "decisions"})


def _meeting(row: RowMapping) -> Meeting:
    lists = {"attendees": tuple(row["attendees"]), "minutes": tuple(row["minutes"])}
    return Meeting(**{**row, **lists, "decisions": tuple(from_builtins(one, Decision) for one in row["decisions"])})
