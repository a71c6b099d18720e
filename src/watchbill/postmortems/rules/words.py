"""The words of a postmortem for search and comparison, and what a person who searches means."""

import re
from collections.abc import Iterator, Sequence

from watchbill.postmortems.model import ActionItem, Comment, Postmortem
from watchbill.postmortems.ports import Words
from watchbill.postmortems.rules.analysis import bone_line
from watchbill.postmortems.rules.template import moments, told

__all__ = ["terms", "words_of"]

_TERM = re.compile(r'"([^"]*)"|(\S+)')
_MAX_TERMS, _MAX_LENGTH = 12, 80


def words_of(postmortem: Postmortem, actions: Sequence[ActionItem], comments: Sequence[Comment]) -> Words:
    """Everything that is said, computed, to be done or remarked, a line each."""
    return Words(postmortem.id, postmortem.judged.title, "\n".join(_lines(postmortem, actions, comments)))


def terms(query: str) -> tuple[str, ...]:
    """Words and "quoted phrases", without what no index holds; at most twelve, so that nobody asks for an hour of work."""
    found = [(phrase or word)[:_MAX_LENGTH] for phrase, word in _TERM.findall(query)]
    return tuple(one for one in found if any(sign.isalnum() for sign in one))[:_MAX_TERMS]


def _lines(postmortem: Postmortem, actions: Sequence[ActionItem], comments: Sequence[Comment]) -> Iterator[str]:
    said = told(postmortem)
    yield from (text for text in (said.summary, said.root_cause, said.how_resolved, said.could_have_detected_sooner) if text)  # fmt: skip
    for listed in (said.contributing_factors, said.what_went_well, said.what_went_wrong, said.where_we_got_lucky):
        yield from listed
    for why in said.whys:
        yield f"{why.question} {why.answer}"
    yield from (bone_line(bone) for bone in said.fishbone)
    yield from (f"{item.name} {item.description}" for item in actions)
    yield from (moment.event for moment in moments(postmortem))
    yield from (comment.text for comment in comments)
