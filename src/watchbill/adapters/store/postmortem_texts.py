"""The words of all postmortems, and finding postmortems by them: FTS5 on SQLite, tsvector on PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy import Connection, TextClause, insert, select, text, update

from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.tables.postmortems import postmortem_texts
from watchbill.kernel.ids import PostmortemId
from watchbill.postmortems.ports import Hit, Words

__all__ = ["PostmortemTexts"]

_OPEN, _SHUT = "\x02", "\x03"  # around a word that was found; no text holds them

# The postmortems whose words hold every term, best first; titles count four times. (SQLite)
_FIND_SQLITE = text(
    "SELECT t.postmortem, snippet(postmortem_words, -1, char(2), char(3), '\N{HORIZONTAL ELLIPSIS}', 24) AS excerpt"
    " FROM postmortem_words JOIN postmortem_texts t ON t.number = postmortem_words.rowid"
    " WHERE postmortem_words MATCH :terms ORDER BY bm25(postmortem_words, 4.0, 1.0), t.postmortem DESC LIMIT :limit"
)
# The same; the words are spelled as the index has them. (PostgreSQL)
_FIND_POSTGRESQL = text(
    "SELECT postmortem, ts_headline('english', title || E'\\n' || body, query, 'StartSel=' || chr(2) || ',StopSel=' || chr(3)"
    " || ',MaxWords=24,MinWords=12,MaxFragments=1') AS excerpt"
    " FROM postmortem_texts, websearch_to_tsquery('english', :terms) query"
    " WHERE (setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)) @@ query"
    " ORDER BY ts_rank((setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)), query) DESC, postmortem DESC"
    " LIMIT :limit"
)


class PostmortemTexts:
    """What postmortems.ports.Texts asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, words: Words) -> None:
        """Write the words of a postmortem over the old ones."""
        row = {"title": words.title, "body": words.body}
        mine = postmortem_texts.c.postmortem == words.postmortem
        found = self._connection.execute(select(postmortem_texts.c.number).where(mine)).scalar()
        if found is None:
            self._connection.execute(insert(postmortem_texts).values(postmortem=words.postmortem, **row))
        else:
            self._connection.execute(update(postmortem_texts).where(mine).values(row))

    def find(self, terms: Sequence[str], limit: int) -> Sequence[Hit]:
        """Postmortems that hold every term (a word or a phrase), best first; without terms none."""
        if not terms:
            return []
        # Quoted, a term is a phrase in either language, and no sign in it is an operator.
        quoted = " ".join('"' + term.replace('"', " ") + '"' for term in terms)
        rows = self._connection.execute(self._statement(), {"terms": quoted, "limit": limit}).mappings()
        return [Hit(PostmortemId(row["postmortem"]), _parts(row["excerpt"])) for row in rows]

    def newest(self, limit: int) -> Sequence[Words]:
        """The words of the newest postmortems."""
        found = select(postmortem_texts).order_by(postmortem_texts.c.postmortem.desc()).limit(limit)
        rows = self._connection.execute(found).mappings()
        return [Words(PostmortemId(row["postmortem"]), row["title"], row["body"]) for row in rows]

    def of(self, postmortem: PostmortemId) -> Words | None:
        """The words of one."""
        found = select(postmortem_texts).where(postmortem_texts.c.postmortem == postmortem)
        row = self._connection.execute(found).mappings().one_or_none()
        return Words(postmortem, row["title"], row["body"]) if row else None

    def _statement(self) -> TextClause:
        return _FIND_POSTGRESQL if is_postgresql(self._connection) else _FIND_SQLITE


def _parts(excerpt: str) -> tuple[tuple[str, bool], ...]:
    """The excerpt in pieces, each with whether it is what was looked for."""
    found: list[tuple[str, bool]] = []
    for index, piece in enumerate(excerpt.replace("\n", " ").split(_OPEN)):
        hit, shut, rest = piece.partition(_SHUT)
        pieces = [(hit, True), (rest, False)] if index and shut else [(piece, False)]
        found += [one for one in pieces if one[0]]
    return tuple(found)
