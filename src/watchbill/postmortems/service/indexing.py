"""Keeps the words of postmortems as they are searched: written with every change of a postmortem, its actions and its comments."""

from watchbill.kernel.ids import PostmortemId
from watchbill.postmortems.model import Postmortem
from watchbill.postmortems.rules.words import words_of
from watchbill.postmortems.service.desk import Desk

__all__ = ["index", "index_of"]


def index(desk: Desk, postmortem: Postmortem) -> None:
    """Write its words anew."""
    actions = desk.action_items.of_postmortem(postmortem.id)
    desk.texts.put(words_of(postmortem, actions, desk.talk.comments(postmortem.id)))


def index_of(desk: Desk, postmortem: PostmortemId | None) -> None:
    """The same by id; nothing for an action item that belongs to none."""
    found = desk.store.get(postmortem) if postmortem else None
    if found is not None:
        index(desk, found)
