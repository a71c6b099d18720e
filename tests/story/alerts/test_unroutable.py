"""What reached nobody is seen until somebody takes it or it is over."""

from tests.story.alerts.conftest import OWNER, Drill

from watchbill.operations.unroutable import ListUnroutable, UnroutableView, list_all

NOBODY = """
person: {name: eve}
---
escalation_policy: {name: lonely, steps: [{notify: ["person:eve"], wait: 1m}]}
---
route: {name: lonely, match: ['service="search"'], escalation_policy: lonely}
"""


def _seen(drill: Drill) -> list[UnroutableView]:
    with drill.app.reading() as s:
        return list_all(s, OWNER, ListUnroutable())


def test_it_is_seen_until_somebody_takes_it(drill: Drill) -> None:
    """Eve has no contact at all and the house no admin: once on the list; an answer takes it off."""
    drill.write(NOBODY)
    drill.fire("Slow", service="search")
    drill.forward(minutes=5)
    seen = _seen(drill)
    with drill.app.transaction() as s:
        s.paging.acknowledge(drill.escalations()[-1].id, OWNER)

    assert [(one.service, str(one.severity)) for one in seen] == [("search", "P0")]
    assert _seen(drill) == []


def test_what_is_over_is_not_seen_any_more(drill: Drill) -> None:
    """Its alert ended by itself."""
    drill.write(NOBODY)
    drill.fire("Slow", service="search")
    drill.forward(minutes=5)
    before = len(_seen(drill))
    drill.resolve("Slow", service="search")

    assert (before, _seen(drill)) == (1, [])


def test_a_good_night_has_none(drill: Drill) -> None:
    """Ann was reached."""
    drill.fire("Down", service="db")
    drill.forward(minutes=1)

    assert _seen(drill) == []
