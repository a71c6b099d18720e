"""The words after `/wb` (or `!wb`): one literal table of verbs, and a reader that never guesses at what writes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from watchbill.kernel.errors import Invalid, near

__all__ = ["COMMANDS", "Asked", "Row", "Verb", "help_words", "read_command"]

_LONGEST = 8_000
_OPTION = re.compile(r"(?:^|\s)--([a-z][a-z-]*)(?:\s+|=|$)")
_REFERENCE = re.compile(r"#?INC-?\d{1,9}\b|inc_[0-9a-z]{26}\b", re.IGNORECASE)
# Chat programs make typographic signs of what people type on a phone.
_TYPED = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\u00a0": " "})
_DASHES = re.compile(r"(^|\s)[\u2013\u2014](?=[a-z])")


class Verb(StrEnum):
    """What can be asked for."""

    ACK = "ack"
    SEV = "sev"
    ROLE = "role"
    UPDATE = "update"
    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    NOTE = "note"
    DECISION = "decision"
    STATUS = "status"
    ONCALL = "oncall"
    DECLARE = "declare"
    ESCALATE = "escalate"
    LINK = "link"
    UNLINK = "unlink"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Row:
    """How a verb is written and what it does; `incident`: it is about one, that of the room or one that is named."""

    form: str
    does: str
    incident: bool = False
    writes: bool = True
    options: tuple[str, ...] = ()


COMMANDS: Mapping[Verb, Row] = {
    Verb.ACK: Row("ack [INC-12 or the id of a page]", "I have it: nobody else is called", incident=True),
    Verb.SEV: Row("sev 1..4 [--reason WHY]", "set the severity", incident=True, options=("reason",)),
    Verb.ROLE: Row("role ic|comms|ops|sme|scribe @WHO|none [--summary TEXT]", "give a role, hand it over, or take it away", incident=True, options=("summary",)),
    Verb.UPDATE: Row("update [TEXT]", "send a status update; without words: show the one that is due (update send sends it)", incident=True),
    Verb.MITIGATE: Row("mitigate [HOW]", "the bleeding is stopped", incident=True),
    Verb.RESOLVE: Row("resolve [CAUSE] [--override WHY] [--reason WHY] [--all-clear]", "the emergency is over", incident=True, options=("override", "reason", "all-clear")),
    Verb.CLOSE: Row("close [WHY]", "nothing more is to be done, or it was a false alarm", incident=True),
    Verb.REOPEN: Row("reopen WHY", "it was not over", incident=True),
    Verb.NOTE: Row("note TEXT", "write into the timeline", incident=True),
    Verb.DECISION: Row("decision TEXT", "write a decision into the timeline", incident=True),
    Verb.STATUS: Row("status [INC-12]", "how it stands; outside of a room: what is open", incident=True, writes=False),
    Verb.ONCALL: Row("oncall [SERVICE]", "who stands watch", writes=False),
    Verb.DECLARE: Row("declare TITLE [--severity 1..4] [--service NAME] [--confirm]", "declare an incident", options=("severity", "service", "confirm")),
    Verb.ESCALATE: Row("escalate [INC-12 or the id of a page]", "call the next in line now", incident=True),
    Verb.LINK: Row("link CODE", "say who you are; `watchbill chat code` prints the code"),
    Verb.UNLINK: Row("unlink", "you no longer act as that person here"),
    Verb.HELP: Row("help", "this list", writes=False),
}  # fmt: skip
_OTHER_NAMES = {
    "acknowledge": Verb.ACK,
    "severity": Verb.SEV,
    "mitigated": Verb.MITIGATE,
    "resolved": Verb.RESOLVE,
    "incident": Verb.DECLARE,
    "start": Verb.DECLARE,
    "on-call": Verb.ONCALL,
    "who": Verb.ONCALL,
    "": Verb.HELP,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that was read: `incident` where one was named, the words after it, and options (`--reason ...`)."""

    verb: Verb
    words: str = ""
    incident: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


def read_command(text: str) -> Asked:
    """Read what was typed; raises Invalid with the nearest verb, or option, or what is too long."""
    if len(text) > _LONGEST:
        raise Invalid("command", f"is longer than {_LONGEST} characters")
    typed = _DASHES.sub(r"\1--", text.translate(_TYPED)).strip()
    first, _, rest = typed.partition(" ") if "\n" not in typed.split(" ", 1)[0] else typed.partition("\n")
    verb = _verb(first.lower())
    row, rest = COMMANDS[verb], rest.strip()
    if verb is Verb.DECLARE and first.lower() == "incident":
        rest = re.sub(r"^(start|declare)\s+", "", rest)
    words, options = _options(verb, rest) if row.options else (rest, {})
    named = _REFERENCE.match(words) if row.incident else None
    if named:
        words = words[named.end() :].strip()
    return Asked(verb, _unquoted(words), named[0].lstrip("#") if named else None, options)


def help_words(prefix: str) -> str:
    """The list of commands as it is shown."""
    return "\n".join(f"{prefix} {row.form} - {row.does}" for row in COMMANDS.values())


def _verb(word: str) -> Verb:
    if word in _OTHER_NAMES:
        return _OTHER_NAMES[word]
    try:
        return Verb(word)
    except ValueError:
        known = [verb.value for verb in Verb]
        close = near(word, known)
        hint = f"did you mean {close!r}?" if close else f"known: {', '.join(known)}"
        raise Invalid("command", f"there is no command {word[:40]!r}", hint=hint) from None


def _options(verb: Verb, rest: str) -> tuple[str, dict[str, str]]:
    found = list(_OPTION.finditer(rest))
    words, options = rest[: found[0].start()].strip() if found else rest, {}
    for match, following in zip(found, [*found, None][1:], strict=True):
        name = match[1]
        if name not in COMMANDS[verb].options:
            close = near(name, COMMANDS[verb].options)
            raise Invalid("command", f"{verb} knows no --{name}", hint=f"did you mean --{close}?" if close else COMMANDS[verb].form)  # fmt: skip
        options[name] = _unquoted(rest[match.end() : following.start() if following else None].strip())
    return words, options


def _unquoted(text: str) -> str:
    """Without the quotes around the whole of it; those within stay."""
    quote = text[:1]
    return text[1:-1] if len(text) > 1 and quote in "\"'" and text[-1] == quote and quote not in text[1:-1] else text
