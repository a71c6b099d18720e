"""A postmortem as Markdown, for people who read it in a repository or a wiki."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from watchbill.kernel.units import pct_text
from watchbill.postmortems.model import ActionItem, Postmortem
from watchbill.postmortems.rules.prompts import mark
from watchbill.postmortems.rules.template import duration_words, moments, told

__all__ = ["markdown"]

_SPECIAL = str.maketrans({"|": "\\|", "<": "&lt;", ">": "&gt;", "\n": " "})
_SHAPES = ("#", "---", "===", "```", "~~~")
_ACTION_HEAD = (
    "| Id | Type | What | Owner | Priority | Deadline | Status | Ticket |",
    "|---|---|---|---|---|---|---|---|",
)


def markdown(postmortem: Postmortem, actions: Sequence[ActionItem]) -> str:
    """The whole postmortem; text of people cannot break out of its place."""
    return "\n".join(_lines(postmortem, actions)).rstrip() + "\n"


def _lines(postmortem: Postmortem, actions: Sequence[ActionItem]) -> Iterator[str]:
    said, figures = told(postmortem), postmortem.figures
    yield from (f"# Postmortem: {_safe(said.title)}", "", *_facts(postmortem))
    yield from ("", "## Summary", "", _block(said.summary or ""))
    yield from ("", "## Impact", "", *_impact(postmortem))
    yield from ("", "## Timeline", "", *_timeline(postmortem))
    yield from ("", "## Root cause", "", _block(said.root_cause or mark("root_cause")))
    yield from _whys(postmortem, actions)
    yield from _section("Contributing factors", said.contributing_factors, "contributing_factors")
    yield from _fishbone(postmortem)
    yield from ("", "## Detection", "", f"- Noticed by: {figures.how_detected or 'not known'}")
    yield f"- Minutes to detect: {_known(figures.minutes_to_detect)}"
    yield f"- Sooner? {_safe(said.could_have_detected_sooner or mark('could_have_detected_sooner'))}"
    yield from ("", "## Resolution", "", f"- Ended by: {_safe(said.how_resolved or mark('how_resolved'))}")
    yield f"- Minutes to mitigate: {_known(figures.minutes_to_mitigate)}"
    yield f"- Minutes to resolve: {_known(figures.minutes_to_resolve)}"
    yield from _section("What went well", said.what_went_well, "what_went_well")
    yield from _section("What went wrong", said.what_went_wrong, "what_went_wrong")
    yield from _section("Where we got lucky", said.where_we_got_lucky, "where_we_got_lucky")
    yield from ("", "## Action items", "", *_actions(actions))


def _facts(postmortem: Postmortem) -> Iterator[str]:
    said, figures = told(postmortem), postmortem.figures
    rows = {
        "Date": figures.date.isoformat(),
        "Severity": str(figures.severity or "none: no incident was declared"),
        "Duration": duration_words(postmortem) or "not known",
        "Authors": ", ".join(said.authors) or "nobody yet",
        "Reviewers": ", ".join(said.reviewers) or "nobody yet",
        "Status": str(postmortem.status),
        "Due": postmortem.due_on.isoformat(),
    }
    yield from ("| | |", "|---|---|")
    for name, value in rows.items():
        yield f"| {name} | {_safe(value)} |"


def _impact(postmortem: Postmortem) -> Iterator[str]:
    said, figures = told(postmortem), postmortem.figures
    yield f"- Users affected: {_known(said.users_affected)}"
    yield f"- Minutes of impact: {_known(figures.duration_minutes)}"
    yield f"- Revenue: {'not known' if said.revenue is None else said.revenue}"
    for share in figures.budget:
        yield f"- Error budget of {share.slo}: {_share(share.consumed_pct)}"
    if not figures.budget:
        yield "- Error budget: no SLO measures the affected services"
    yield f"- Data lost: {'not known' if said.data_loss is None else 'yes' if said.data_loss else 'no'}"
    yield f"- Customer tickets: {_known(said.customer_tickets)}"


def _timeline(postmortem: Postmortem) -> Iterator[str]:
    yield from ("| UTC | What happened |", "|---|---|")
    for moment in moments(postmortem):
        late = f" (written down at {moment.recorded_at:%H:%M})" if moment.recorded_at else ""
        yield f"| {moment.time:%Y-%m-%d %H:%M:%S} | {_safe(moment.event)}{late} |"


def _whys(postmortem: Postmortem, actions: Sequence[ActionItem]) -> Iterator[str]:
    judged = postmortem.judged
    if not judged.whys:
        return
    yield from ("", "## Five whys", "")
    for number, why in enumerate(judged.whys, start=1):
        evidence = f" ({_safe(why.evidence)})" if why.evidence else ""
        yield f"{number}. {_safe(why.question)} {_safe(why.answer)}{evidence}"
    places = {item.number: f"AI-{place:03d}" for place, item in enumerate(actions, start=1)}
    if judged.root_action is not None:
        yield from ("", f"Answered by {places.get(judged.root_action, f'AI-{judged.root_action}')}.")


def _fishbone(postmortem: Postmortem) -> Iterator[str]:
    bones = postmortem.judged.fishbone
    if not bones:
        return
    yield from ("", "## Fishbone", "")
    for category in dict.fromkeys(bone.category for bone in bones):
        causes = "; ".join(_safe(bone.cause) for bone in bones if bone.category is category)
        yield f"- {category.capitalize()}: {causes}"


def _section(title: str, entries: Sequence[str], field: str) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    for entry in entries or (mark(field),):
        yield f"- {_safe(entry)}"


def _actions(actions: Sequence[ActionItem]) -> Iterator[str]:
    if not actions:
        yield "- None yet: what prevents it, shows it sooner, or makes it end sooner?"
        return
    yield from _ACTION_HEAD
    for number, item in enumerate(actions, start=1):
        cells = (item.type, item.description, item.owner, item.priority, item.deadline, item.status, item.ticket)
        yield f"| AI-{number:03d} | " + " | ".join(_safe(str(cell or "")) for cell in cells) + " |"


def _share(consumed: Fraction | None) -> str:
    return "not measured" if consumed is None else f"{pct_text(consumed)} % consumed"


def _safe(text: str) -> str:
    """One line that starts no table cell and no tag."""
    return text.translate(_SPECIAL)


def _block(text: str) -> str:
    """Paragraphs of people: their own lines, but no heading, rule, fence or tag of theirs changes the document's shape."""
    lines = text.replace("<", "&lt;").split("\n")
    return "\n".join(f"\\{line.lstrip()}" if line.lstrip().startswith(_SHAPES) else line for line in lines)


def _known(count: int | None) -> str:
    return "not known" if count is None else str(count)
