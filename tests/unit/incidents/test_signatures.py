"""Error messages that say the same are counted together, the new ones first."""

from datetime import UTC, datetime, timedelta

import pytest

from watchbill.incidents.rules.signatures import ErrorLine, signatures

BEGAN = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_what_varies_by_nature_is_masked() -> None:
    """Numbers, ids, addresses, times and quoted text do not make a line another."""
    lines = [
        ErrorLine(
            f"order {n} from 10.0.0.{n} failed after {n * 3}ms: 'no {n}' at 2026-11-24T03:0{n}:00Z id {n}f3a9c01e",
            BEGAN,
        )
        for n in range(1, 5)
    ]

    (found,) = signatures(lines, BEGAN)

    assert found.pattern == "order <n> from <address> failed after <n>: <text> at <time> id <id>"
    assert (found.since, found.before, found.is_new) == (4, 0, True)


def test_words_in_which_lines_differ_become_wild() -> None:
    """Lines of equal length that agree in most words share a signature."""
    lines = [ErrorLine(f"cannot reach {name} in time, giving up", BEGAN) for name in ("payment", "stock", "mail")]

    assert [one.pattern for one in signatures(lines, BEGAN)] == ["cannot reach <*> in time, giving up"]


def test_lines_that_say_other_things_stay_apart() -> None:
    """Agreeing in less than six words of ten is not the same."""
    lines = [ErrorLine("disk is full", BEGAN), ErrorLine("disk was removed", BEGAN)]

    assert sorted(one.pattern for one in signatures(lines, BEGAN)) == ["disk is full", "disk was removed"]


def test_new_ones_come_first_then_the_frequent() -> None:
    """What was there before the start is less of a clue, and what stopped before it is none."""
    old = [ErrorLine("cache is slow", BEGAN - MINUTE)] + [ErrorLine("cache is slow", BEGAN)] * 9
    new = [ErrorLine("payment refused us", BEGAN + MINUTE)] * 2
    gone = [ErrorLine("never again seen here", BEGAN - MINUTE)]

    found = signatures([*old, *new, *gone], BEGAN)

    assert [(one.pattern, one.since, one.before) for one in found] == [
        ("payment refused us", 2, 0),
        ("cache is slow", 9, 1),
    ]


@pytest.mark.parametrize(("code", "pattern"), [(500, "500 GET /a"), (503, "503 GET /a")])
def test_a_status_is_kept(code: int, pattern: str) -> None:
    """Statuses of access logs tell signatures apart although they are numbers."""
    assert signatures([ErrorLine("GET /a", BEGAN, code)], BEGAN)[0].pattern == pattern


def test_a_flood_of_different_lines_is_bounded() -> None:
    """Two hundred signatures are kept, however many there are; ten are shown."""
    lines = (ErrorLine("".join(chr(97 + int(digit)) for digit in str(n)) * 2, BEGAN) for n in range(3_000))

    assert len(signatures(lines, BEGAN)) == 10
