"""What changed between two states of a postmortem, line by line of its Markdown."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from watchbill.postmortems.model import Postmortem, Version
from watchbill.postmortems.rules.markdown import markdown

__all__ = ["Change", "Line", "changes"]

_AROUND = 2  # unchanged lines shown around a change


class Change(StrEnum):
    """What a line of a comparison is."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    GAP = "gap"  # unchanged lines are left out here


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison."""

    change: Change
    text: str


_BY_MARK = {"+": Change.ADDED, "-": Change.REMOVED, " ": Change.SAME, "@": Change.GAP}


def changes(postmortem: Postmortem, before: Version, after: Version) -> tuple[Line, ...]:
    """Lines that were added and removed, with a little around them; empty where the two read alike."""
    return tuple(_compared(_text(postmortem, before), _text(postmortem, after)))


def _text(postmortem: Postmortem, version: Version) -> list[str]:
    state = replace(postmortem, figures=version.figures, judged=version.judged, version=version.number)
    return markdown(state, ()).splitlines()


def _compared(before: list[str], after: list[str]) -> Iterator[Line]:
    told = difflib.unified_diff(before, after, n=_AROUND, lineterm="")
    for index, line in enumerate(told):
        if index < 2:  # noqa: PLR2004 - the two lines that name the files
            continue
        yield Line(_BY_MARK[line[0]], "" if line[0] == "@" else line[1:])
