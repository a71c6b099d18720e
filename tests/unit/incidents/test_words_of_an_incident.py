"""What is said about an incident: the sentence, the updates with their gaps, the briefing, the check-list, what looks alike."""

from fractions import Fraction

import pytest
from tests.unit.incidents.conftest import NOW, after, entry, incident

from watchbill.adapters.notify.render import render
from watchbill.incidents.errors import SimilarOpen
from watchbill.incidents.model import (
    Audience,
    Impact,
    Impairment,
    Incident,
    NoteKind,
    Phase,
    Status,
    StatusUpdate,
    Task,
    UpdateKind,
)
from watchbill.incidents.rules.briefing import briefing, briefing_words, standing
from watchbill.incidents.rules.checklist import CHECKLIST, MITIGATIONS, tasks
from watchbill.incidents.rules.sentence import sentence
from watchbill.incidents.rules.similar import open_alike, past_alike
from watchbill.incidents.rules.updates import TEMPLATES, damage_words, fill_gaps, next_kind, users_words
from watchbill.kernel.ids import IncidentId, TaskId, UpdateId

KNOW, DONT_KNOW, DOING = NoteKind.KNOW, NoteKind.DONT_KNOW, NoteKind.DOING


@pytest.mark.parametrize(
    ("one", "ic", "accepted", "words"),
    [
        (
            incident(next_update_at=after(30)),
            "ann",
            True,
            "SEV2 for 12 min: checkout returns 500s. ann commands; the next update is due in 18 min.",
        ),
        (
            incident(next_update_at=after(10), provisional=True, drill=True),
            "ann",
            False,
            "Drill, SEV2 (provisional) for 12 min: checkout returns 500s. ann is to command and has not shown up; the update is overdue by 2 min.",
        ),
        (
            incident(status=Status.MITIGATED, mitigated_at=after(8), next_update_at=after(30)),
            None,
            False,
            "SEV2 for 12 min: checkout returns 500s. Mitigated after 8 min, not resolved yet. Nobody commands; the next update is due in 18 min.",
        ),
        (
            incident(status=Status.RESOLVED, resolved_at=after(11), root_cause="a missing index."),
            "ann",
            True,
            "checkout returns 500s: SEV2, over after 11 min. Cause: a missing index.",
        ),
        (
            incident(status=Status.CLOSED, closed_at=after(4)),
            None,
            False,
            "checkout returns 500s: a false alarm, closed after 4 min.",
        ),
        (
            incident(status=Status.MERGED, closed_at=after(4)),
            None,
            False,
            "checkout returns 500s: merged into another incident.",
        ),
    ],
)
def test_the_sentence_of_an_incident(one: Incident, ic: str | None, accepted: bool, words: str) -> None:  # noqa: FBT001 - a fact of the row
    """What a colleague would say, for each state that an incident can be in."""
    assert sentence(one, ic, after(12), accepted=accepted).replace("\N{NO-BREAK SPACE}", " ") == words


FACTS: dict[str, object] = {
    "name": "INC-1", "title": "checkout returns 500s", "severity": "SEV2", "provisional": False, "drill": False,
    "service": "checkout", "channel": "inc-2026-11-24-checkout", "users": "40 % of users", "damage": " (checkout)", "ic": "ann",
    "doing": "rolling back", "known": "500s since 03:00", "unknown": "why", "symptom": "orders fail", "noticed": "errors when paying",
    "since": "04:00 CET", "duration": "12 min", "hurt_for": "8 min", "mitigation": "rolled back 842", "root_cause": "a missing index",
    "next_update": "04:30 CET", "postmortem": "INC-1",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(TEMPLATES))
def test_a_template_with_all_facts_has_no_gap(kind: UpdateKind) -> None:
    """Every template renders within the sandbox, and nothing in it stays open."""
    filled, gaps = fill_gaps(TEMPLATES[kind], FACTS)

    text = render(TEMPLATES[kind].text, filled)

    assert gaps == ()
    assert "[" not in text
    assert "checkout" in text


@pytest.mark.parametrize("kind", list(TEMPLATES))
def test_what_is_unknown_stands_as_a_visible_gap(kind: UpdateKind) -> None:
    """Each fact that is needed and not known is named in the text, and in the list of gaps."""
    unknown = FACTS | dict.fromkeys(TEMPLATES[kind].needs)

    filled, gaps = fill_gaps(TEMPLATES[kind], unknown)
    text = render(TEMPLATES[kind].text, filled)

    assert gaps == tuple(TEMPLATES[kind].needs.values())
    assert all(f"[{gap}: not known yet]" in text for gap in gaps)


def test_a_drill_says_so_in_every_internal_update() -> None:
    """Nobody takes a drill for the real thing."""
    internal = [kind for kind in TEMPLATES if kind.audience is Audience.INTERNAL]

    assert all("(drill)" in render(TEMPLATES[kind].text, FACTS | {"drill": True}) for kind in internal)


def _update(kind: UpdateKind, minutes: float | None) -> StatusUpdate:
    sent = None if minutes is None else after(minutes)
    return StatusUpdate(
        UpdateId(f"upd_{kind}"), IncidentId("inc_1"), kind, kind.audience, "x", (), NOW, "ann", sent, "ann"
    )


@pytest.mark.parametrize(
    ("one", "updates", "kind"),
    [
        (incident(), [], UpdateKind.INITIAL),
        (incident(), [_update(UpdateKind.INITIAL, None)], UpdateKind.INITIAL),
        (incident(), [_update(UpdateKind.INITIAL, 2)], UpdateKind.PROGRESS),
        (incident(mitigated_at=after(10)), [_update(UpdateKind.INITIAL, 2)], UpdateKind.MITIGATED),
        (incident(mitigated_at=after(10)), [_update(UpdateKind.MITIGATED, 5)], UpdateKind.MITIGATED),
        (incident(mitigated_at=after(10)), [_update(UpdateKind.MITIGATED, 11)], UpdateKind.RESOLUTION),
        (incident(all_clear_at=after(60)), [], None),
        (incident(status=Status.RESOLVED), [], None),
    ],
)
def test_which_update_is_due_next(one: Incident, updates: list[StatusUpdate], kind: UpdateKind | None) -> None:
    """First notification, then progress, then mitigated, then the all-clear; a draft counts as nothing said."""
    assert next_kind(one, updates) is kind


@pytest.mark.parametrize(
    ("impact", "words"),
    [
        (Impact(), None),
        (Impact(users_affected=1), "1 user"),
        (Impact(users_affected=1200, users_total=50_000), "1,200 of 50,000 users"),
        (Impact(affected_ratio=Fraction(2, 5)), "about 40 % of users"),
    ],
)
def test_users_in_words(impact: Impact, words: str | None) -> None:
    """Heads where they are known, a share where that is, nothing invented."""
    assert users_words(impact) == words


def test_damage_in_words() -> None:
    """What is broken, what is worse, and where."""
    impact = Impact(impairment=Impairment.CORE_DOWN, data_loss=True, pii_breach=True)

    assert (
        damage_words(impact, ["checkout"])
        == ", core function down, data was lost, personal data was exposed (checkout)"
    )
    assert damage_words(Impact(), []) == ""


def test_what_was_not_known_becomes_known_by_superseding() -> None:
    """An entry that supersedes another takes its place, whatever kind it is; a withdrawn one is gone with its withdrawal."""
    entries = [
        entry(1, "which region", kind=DONT_KNOW),
        entry(2, "rolling back", kind=DOING),
        entry(3, "only Europe", kind=KNOW, supersedes=1),
        entry(4, "it is the cache", kind=KNOW),
        entry(5, "Withdrawn: it is the cache", kind=KNOW, supersedes=4, withdrawn=True),
        entry(6, "lunch", kind=NoteKind.NOTE),
    ]

    lists = briefing(entries)

    assert [one.text for one in lists.know] == ["only Europe"]
    assert lists.dont_know == ()
    assert briefing_words(entries) == "known: only Europe. under way: rolling back"
    assert [one.sequence for one in standing(entries)] == [2, 3, 6]


def test_the_checklist_ticks_itself_where_it_can() -> None:
    """Facts tick automatic rows, people the others, and tasks of people's own stand in their phase."""
    saved = [
        Task(
            TaskId("tsk_1"),
            IncidentId("inc_1"),
            Phase.DETECT,
            "It is real",
            NOW,
            "ann",
            key="real",
            done_at=NOW,
            done_by="ann",
        ),
        Task(TaskId("tsk_2"), IncidentId("inc_1"), Phase.RESPOND, "look at the cache", NOW, "ann", owner="bob"),
    ]

    listed = {row.key or row.text: row for row in tasks(saved, {"acknowledged": True})}

    assert (listed["acknowledged"].done, listed["acknowledged"].automatic) == (True, True)
    assert (listed["real"].done, listed["real"].done_by) == (True, "ann")
    assert not listed["changes"].done
    assert (listed["look at the cache"].owner, listed["look at the cache"].done) == ("bob", False)
    assert len(listed) == len(CHECKLIST) + 1


def test_every_phase_has_a_checklist_and_rollback_comes_first() -> None:
    """No phase is without its rows, and the fastest way to stop the damage leads the list."""
    assert {row.phase for row in CHECKLIST} == set(Phase)
    assert len({row.key for row in CHECKLIST}) == len(CHECKLIST)
    assert MITIGATIONS[0].startswith("Roll back")


@pytest.mark.parametrize(
    ("service", "title", "minutes", "found"),
    [
        ("checkout", "nothing alike", 59.9, True),
        ("checkout", "nothing alike", 60, False),
        ("payment", "checkout returns 500s", 5, False),
        (None, "the checkout is broken", 5, True),
        (None, "the wiki is broken", 5, False),
        (None, "the checkout is broken", 60, False),
    ],
)
def test_what_may_be_the_same_incident(service: str | None, title: str, minutes: float, found: bool) -> None:  # noqa: FBT001 - the expected fact
    """The same service within the hour, or (where no service is named) the same words."""
    assert bool(open_alike([incident()], service, title, after(minutes))) is found


def test_the_refusal_to_declare_twice_names_the_candidates() -> None:
    """Number, title and reason stand in the message, the way to join in the hint."""
    refused = SimilarOpen(open_alike([incident(12)], "checkout", "x", NOW))

    assert "INC-12 'checkout returns 500s' (SEV2, open for checkout too)" in refused.message
    assert "incident ack 12" in refused.hint


def test_past_incidents_are_ranked_by_what_they_share() -> None:
    """An alert in common weighs most; the service alone is not enough; merged ones are left out."""
    past = [
        incident(1, title="disk full", status=Status.RESOLVED),
        incident(2, title="checkout slow after deploy", status=Status.RESOLVED),
        incident(3, title="disk full", service="wiki", services=("wiki",), status=Status.RESOLVED),
        incident(4, title="checkout slow", status=Status.MERGED),
        incident(5, title="disk full", status=Status.RESOLVED),
    ]
    alerts = {past[4].id: frozenset({"CheckoutErrors"})}

    found = past_alike("checkout slow", ["checkout"], frozenset({"CheckoutErrors"}), past, alerts)

    assert [(one.incident.number, one.why) for one in found] == [
        (5, ("same service", "same alert CheckoutErrors")),
        (2, ("same service", "same words: checkout, slow")),
    ]
