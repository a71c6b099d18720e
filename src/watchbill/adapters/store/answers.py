"""First answers by idempotency key; saved in the transaction of the work itself, so that there is never one without the other."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from watchbill.adapters.store.tables.answers import answers
from watchbill.kernel.errors import Conflict

__all__ = ["AnswerStore"]


class AnswerStore:
    """Answers over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, actor: str, key: str) -> tuple[str, bytes] | None:
        """The digest of the request and its answer, or None."""
        row = self._connection.execute(
            select(answers.c.request, answers.c.content).where(answers.c.actor == actor, answers.c.key == key)
        ).one_or_none()
        return (row.request, bytes(row.content)) if row else None

    def save(self, actor: str, key: str, request: str, content: bytes, now: datetime) -> None:
        """Keep the answer; raises Conflict when the same key is in flight in another process."""
        try:
            self._connection.execute(
                insert(answers).values(actor=actor, key=key, request=request, content=content, at=now)
            )
        except IntegrityError as wrong:
            raise Conflict(
                f"a request with the idempotency key {key!r} is being worked on", hint="retry in a second"
            ) from wrong

    def forget(self, before: datetime) -> int:
        """Drop answers given before that moment; returns how many."""
        return self._connection.execute(delete(answers).where(answers.c.at < before)).rowcount
