"""The blameless check: wording that blames persons, and what to ask of the system instead.

It reads sentences, not minds: it knows words of blame, what is said of a person's failing, and the names of the house's
people. Each row of the table says why such wording does harm and what to write in its place.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from watchbill.postmortems.model import Finding, Judgement

__all__ = ["ROWS", "blame_in", "blame_in_judgement"]

_WHO = (
    r"(?:s?he|they|you|i|(?:the|an?|our|one|some) (?:\w+[ -]){0,2}"
    r"(?:engineers?|developers?|operators?|admins?|sre|person|responders?|on-?calls?|team|intern|reviewers?|author|colleague|manager|dba)"
    r"|somebody|someone|nobody|no one|everyone|PERSON)"
)
_FAILED = (
    r"(?:forgot|neglected|ignored|overlooked|missed|failed|messed|screwed|botched|broke|blundered|panicked|rushed"
    r"|did(?: not|n['\N{RIGHT SINGLE QUOTATION MARK}]t) (?:bother|think|notice|check|care|know|read|follow|test|look|realise|realize|pay)"
    r"|should(?: have|n['\N{RIGHT SINGLE QUOTATION MARK}]t have|['\N{RIGHT SINGLE QUOTATION MARK}]ve| not have)"
    r"|could have|ought to have|made an? (?:\w+ )?(?:mistake|error)|(?:was|were) (?:careless|sloppy|negligent|lazy|reckless|incompetent|inattentive|wrong))"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern (PERSON stands for any known name), why it does harm, and what to write instead."""

    pattern: str
    why: str
    suggestion: str


ROWS: tuple[Row, ...] = (
    Row(
        r"\b(?:human|operator|user|pilot|engineer|manual) (?:error|mistake|failure)\b",
        "it ends the search where it should begin: people err every day, and most days nothing breaks",
        "say what made the slip easy and its effect large: which guard, check or signal was not there?",
    ),
    Row(
        rf"\b{_WHO} (?:\w+ly )?{_FAILED}\b",
        "it judges a person with what is only known afterwards",
        "say what the system let happen, and what was visible at that moment: which check, alert or page would have shown it?",
    ),
    Row(
        r"\b(?:fault of|(?:his|her|their|your|PERSON's) (?:fault|mistake|error)|to blame|is guilty|blame(?:d|s)?(?! ?-?less)\b|culprit)",
        "it looks for somebody who is guilty",
        "name the condition instead of the person: what made this the likely outcome for anybody in that seat?",
    ),
    Row(
        r"\b(?:careless(?:ly|ness)?|negligen(?:t|ce|tly)|incompeten(?:t|ce)|sloppy|lazy|stupid(?:ly)?|idiot(?:ic)?|reckless(?:ly)?|inexcusable)\b",
        "it is a verdict on character and explains nothing",
        "describe what was done and which information, time or tool was at hand",
    ),
    Row(
        r"\b(?:common sense|obvious(?:ly)?|clearly should|simply should|just (?:had|needed) to)\b",
        "it was not obvious at the time, or it would not have happened",
        "say what would have made it obvious: a warning, a default, a test",
    ),
    Row(
        r"\b(?:be|been|being) (?:more )?(?:careful|vigilant|attentive|mindful)\b|\bpay (?:more|closer) attention\b|\bremind(?:ed)? (?:everyone|everybody|the team|engineers|people)\b",
        "attention is no control: it is gone at 3 AM",
        "change the system so that it is safe without attention: a guard, a check, an automatic step",
    ),
    Row(
        r"\b(?:caused|introduced|triggered|broken) by (?:PERSON|him|her|(?:the|an?|our) (?:engineer|developer|operator|admin|intern|on-?call))\b",
        "it makes a person the cause",
        "name the change or the action, and why it could have that effect",
    ),
)  # fmt: skip


def blame_in(field: str, text: str, names: Collection[str] = ()) -> Iterator[Finding]:
    """Findings in the order of the text; `names` are handles and names of people. One finding for each place."""
    taken: set[tuple[int, int]] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        found = [(match, row) for row, pattern in _compiled(names) for match in pattern.finditer(line)]
        for match, row in sorted(found, key=lambda one: (one[0].start(), -one[0].end())):
            places = {(number, at) for at in range(*match.span())}
            if places & taken:
                continue
            taken |= places
            yield Finding(field, number, match.start() + 1, match.group(0), row.why, row.suggestion)


def blame_in_judgement(judged: Judgement, names: Collection[str] = ()) -> tuple[Finding, ...]:
    """Findings in everything that people wrote. Questions of the chain are left alone: they may ask anything."""
    found: list[Finding] = []
    for field, texts in _written(judged).items():
        for text in texts:
            found += blame_in(field, text, names)
    return tuple(found)


def _written(judged: Judgement) -> Mapping[str, tuple[str, ...]]:
    return {
        "title": (judged.title,),
        "summary": (judged.summary or "",),
        "root_cause": (judged.root_cause or "",),
        "contributing_factors": judged.contributing_factors,
        "could_have_detected_sooner": (judged.could_have_detected_sooner or "",),
        "how_resolved": (judged.how_resolved or "",),
        "what_went_well": judged.what_went_well,
        "what_went_wrong": judged.what_went_wrong,
        "where_we_got_lucky": judged.where_we_got_lucky,
        "five_whys": tuple(why.answer for why in judged.whys),
        "fishbone": tuple(bone.cause for bone in judged.fishbone),
        "timeline": tuple(moment.event for moment in judged.moments),
    }


def _compiled(names: Collection[str]) -> list[tuple[Row, re.Pattern[str]]]:
    """The table with the names put in; a house without people has a name that nobody bears."""
    known = sorted({re.escape(name) for name in names if name}, key=lambda name: (-len(name), name))
    person = f"@?(?:{'|'.join(known)})" if known else r"(?!x)x"
    return [(row, re.compile(row.pattern.replace("PERSON", person), re.IGNORECASE)) for row in ROWS]
