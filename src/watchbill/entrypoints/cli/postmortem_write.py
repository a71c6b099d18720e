"""`postmortem edit|lint|diff|comment|settle|return|agenda|meeting`: what people write, and what is said about it."""

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from watchbill.entrypoints.cli.postmortem_app import Id, app
from watchbill.entrypoints.cli.shown import line, parse_when, plain, table, when
from watchbill.entrypoints.cli.verbs import Cli, verb
from watchbill.kernel.errors import Conflict, Invalid
from watchbill.postmortems.rules.analysis import read_bone, read_why

__all__: list[str] = []

NO = 3
_LISTS = {
    "authors", "reviewers", "contributing_factors", "what_went_well", "what_went_wrong", "where_we_got_lucky",
    "five_whys", "fishbone", "moments",
}  # fmt: skip
_COUNTS = {"users_affected", "customer_tickets"}
_MARKS = {"added": "+", "removed": "-", "same": " ", "gap": "@"}


@verb(app, "edit")
def edit(
    cli: Cli,
    identifier: Id,
    field: Annotated[str | None, typer.Argument(metavar="FIELD", help="root_cause, five_whys, fishbone ... Without one the whole file is edited.")] = None,
    text: Annotated[list[str] | None, typer.Argument(metavar="TEXT...", help="The text; for a list, one entry each. `-` reads standard input, a line each.")] = None,
    *,
    file: Annotated[Path | None, typer.Option("--file", help="The exported YAML, changed; `-` for standard input.")] = None,
    add: Annotated[bool, typer.Option("--add", help="Add entries to a list instead of replacing it.")] = False,
) -> None:  # fmt: skip
    """Write down what people judge: one field, a file, or (on a terminal) the file in $EDITOR."""
    if field is not None:
        cli.show(_edit_field(cli, identifier, field, text or [], add=add), _print_saved)
        return
    if file is None and not sys.stdin.isatty():
        raise Invalid("FIELD", "is missing", hint="name a field and its text, or give --file FILE")
    before = cli.ask("postmortem.show", id=identifier)
    content = _given(file) if file else _edited(cli, identifier)
    if content is None:
        line("Nothing was changed.")
        return
    cli.show(
        cli.ask("postmortem.write", id=identifier, content=content, version=before["version"]),
        lambda one: _print_saved(one["postmortem"], one["notes"]),
    )


@verb(app, "lint")
def lint(
    cli: Cli,
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="A postmortem, a text file, or `-`.")],
) -> int:
    """Find wording that blames persons, with what to ask of the system instead. Exit status 3 where there is any."""
    path = Path(what)
    if what == "-" or path.is_file():
        found = cli.ask("postmortem.lint", text=_given(path))
    else:
        found = cli.ask("postmortem.lint", id=what)
    cli.show(found, _print_findings)
    return NO if found else 0


@verb(app, "diff")
def diff(
    cli: Cli,
    identifier: Id,
    *,
    before: Annotated[int | None, typer.Option("--from", help="A version; by default the one before the newest.")] = None,
    after: Annotated[int | None, typer.Option("--to", help="A version; by default the newest.")] = None,
) -> None:  # fmt: skip
    """Show what changed between two versions."""

    def people(one: dict[str, Any]) -> None:  # Any: JSON
        line(f"version {one['before']} -> {one['after']}" if one["lines"] else "The two versions read alike.")
        for each in one["lines"]:
            line(f"{_MARKS[each['change']]} {plain(each['text'])}".rstrip())

    cli.show(cli.ask("postmortem.diff", id=identifier, before=before, after=after), people)


@verb(app, "comments")
def comments(cli: Cli, identifier: Id) -> None:
    """List the comments of readers, oldest first."""
    cli.show(cli.ask("postmortem.comments", id=identifier), _print_comments)


@verb(app, "comment")
def comment(
    cli: Cli,
    identifier: Id,
    text: Annotated[list[str], typer.Argument(metavar="TEXT")],
    *,
    field: Annotated[str | None, typer.Option("--field", help="What it is about: root_cause, timeline ...")] = None,
) -> None:
    """Comment on a postmortem, or on one field of it."""
    answer = cli.ask("postmortem.comment", id=identifier, text=" ".join(text), field=field)
    cli.show(answer, lambda one: _print_comments([one]))


@verb(app, "settle")
def settle(cli: Cli, comment: Annotated[str, typer.Argument(metavar="COMMENT", help="Its id.")]) -> None:
    """Settle a comment: it is answered."""
    cli.show(cli.ask("postmortem.comment.settle", id=comment), lambda one: _print_comments([one]))


@verb(app, "return")
def give_back(cli: Cli, identifier: Id, reason: Annotated[list[str], typer.Argument(metavar="REASON")]) -> None:
    """Take it out of review: a draft again, with the reason as a comment."""
    cli.show(cli.ask("postmortem.return", id=identifier, reason=" ".join(reason)), _print_saved)


@verb(app, "agenda")
def agenda(cli: Cli, identifier: Id) -> None:
    """Print the agenda of the review meeting: 60 minutes in four parts."""
    cli.show(cli.ask("postmortem.agenda", id=identifier), _print_agenda)


@verb(app, "meeting")
def meeting(
    cli: Cli,
    identifier: Id,
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When it is, or was.")] = None,
    attendee: Annotated[list[str] | None, typer.Option("--attendee", help="Who came; once for each.")] = None,
    minutes: Annotated[list[str] | None, typer.Option("--minutes", help="What was said in a part; once for each of the four.")] = None,
    decision: Annotated[list[str] | None, typer.Option("--decision", help="What was decided; it becomes an action item. Once for each.")] = None,
) -> None:  # fmt: skip
    """Show the review meeting; with options, write down when it was, who came, what was said and decided."""
    if at is None and not (attendee or minutes or decision):
        answer = cli.ask("postmortem.meeting", id=identifier)
    else:
        held_at = parse_when(at, field="--at")
        answer = cli.ask(
            "postmortem.meeting.hold", id=identifier, held_at=held_at.isoformat() if held_at else None,
            attendees=attendee or None, minutes=minutes or None, decisions=[{"text": one} for one in decision or []],
        )  # fmt: skip
    cli.show(answer, _print_meeting)


def _edit_field(cli: Cli, identifier: str, field: str, text: list[str], *, add: bool) -> Any:  # Any: JSON
    said = _given(Path("-")) if text == ["-"] else None
    value: Any  # JSON
    if field in _LISTS:
        value = _entries(field, text if said is None else said.splitlines())
    else:
        value = " ".join(text) if said is None else said
    if field in _COUNTS:
        if not str(value).isdecimal():
            raise Invalid(field, f"{value!r} is not a whole number")
        value = int(value)
    if field == "data_loss":
        value = {"yes": True, "true": True, "no": False, "false": False}.get(str(value).lower(), value)
    if add:
        if field not in _LISTS:
            raise Invalid("--add", f"{field} is no list")
        value = _known(cli.ask("postmortem.show", id=identifier), field) + value
    return cli.ask("postmortem.edit", id=identifier, **{field: value})


def _entries(field: str, lines: list[str]) -> list[Any]:  # Any: JSON
    """Entries of a list as the API takes them; those of the chain and the fishbone are read from their one-line form."""
    said = [one.strip() for one in lines if one.strip()]
    if field == "five_whys":
        whys = [read_why(one) for one in said]
        return [{"question": why.question, "answer": why.answer, "evidence": why.evidence} for why in whys]
    if field == "fishbone":
        return [{"category": str(bone.category), "cause": bone.cause} for bone in map(read_bone, said)]
    if field == "moments":
        return [_remembered(one) for one in said]
    return said


def _remembered(text: str) -> dict[str, str]:
    """`2026-11-24T03:12:00Z the alarm rang`."""
    first, _, event = text.partition(" ")
    at = parse_when(first, field="moments")
    if at is None or not event.strip():
        raise Invalid("moments", f"{text!r} lacks its event", hint='write "2026-11-24T03:12:00Z the alarm rang"')
    return {"time": at.isoformat(), "event": event.strip()}


def _known(one: dict[str, Any], field: str) -> list[Any]:  # Any: JSON
    if field == "moments":
        return [{"time": at["time"], "event": at["event"]} for at in one["timeline"] if at["remembered"]]
    known: list[Any] = one[field]
    return known


def _edited(cli: Cli, identifier: str) -> str | None:
    """The YAML after $EDITOR; None where it was not changed."""
    content: str = cli.ask("postmortem.export", id=identifier, format="yaml")["content"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "postmortem.yaml"
        file.write_text(content, "utf-8")
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        done = subprocess.run([*shlex.split(editor), str(file)], check=False)  # noqa: S603 - the editor that the user set
        if done.returncode != 0:
            raise Conflict(f"the editor {editor!r} failed; nothing was written", hint="set EDITOR, or give --file FILE")
        changed = file.read_text("utf-8")
    return None if changed == content else changed


def _given(path: Path) -> str:
    return sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")


def _print_saved(one: dict[str, Any], notes: list[str] | None = None) -> None:  # Any: JSON
    line(plain(f"{one['title']}: version {one['version']}, {one['status']}"))
    for note in notes or []:
        line(plain(f"note: {note}"))
    for prompt in one["prompts"]:
        line(
            plain(
                f"{'to answer' if prompt['required'] else 'may be answered'}: {prompt['field']}: {prompt['question']}"
            )
        )


def _print_findings(found: list[dict[str, Any]]) -> None:  # Any: JSON
    if not found:
        line("Nothing blames a person.")
    for one in found:
        line(plain(f'{one["field"]}:{one["line"]}:{one["column"]}: "{one["quote"]}": {one["why"]}'))
        line(plain(f"    instead: {one['suggestion']}"))


def _print_comments(rows: list[dict[str, Any]]) -> None:  # Any: JSON
    table(
        ("AT", "BY", "ABOUT", "STATE", "TEXT", "ID"),
        (
            (when(one["at"]), one["by"], one["field"], "settled" if one["settled_at"] else "open", one["text"], one["id"])
            for one in rows
        ),
        empty="No comments.",
    )  # fmt: skip


def _print_agenda(one: dict[str, Any]) -> None:  # Any: JSON
    line(plain(f"Review of: {one['title']} ({one['minutes']} min)"))
    for number, part in enumerate(one["parts"], start=1):
        at = f", {when(part['starts_at'])}" if part["starts_at"] else ""
        line(f"\n{number}. {part['title']} ({part['minutes']} min{at})")
        for text in part["questions"]:
            line(plain(f"   - {text}"))
        for text in part["points"]:
            line(plain(f"     {text}"))
        if part["said"]:
            line(plain(f"   Minutes: {part['said']}"))


def _print_meeting(one: dict[str, Any]) -> None:  # Any: JSON
    line(f"Held {when(one['held_at'])}" if one["held_at"] else "Nothing about the meeting is written down yet.")
    if one["attendees"]:
        line(plain(f"Attendees: {', '.join(one['attendees'])}"))
    _print_agenda(one["agenda"])
    for each in one["decisions"]:
        line(plain(f"Decided: AI-{each['action']['number']} {each['text']}"))
