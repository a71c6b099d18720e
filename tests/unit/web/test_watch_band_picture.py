"""The watch band: night, shifts, now, ticks and spans, and the words that say the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from watchbill.entrypoints.web.charts.band import Band, Bar, Row, Span, Tick, band, band_words, day_around, hours_around
from watchbill.entrypoints.web.charts.sky import darkness

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 2, 16, tzinfo=UTC)  # 03:16 in Paris
START, END = day_around(NOW, PARIS)
HOUR = timedelta(hours=1)


def shown() -> Band:
    """A day with two shifts."""
    row = Row((Bar(START - HOUR, START + 9 * HOUR, "Ana", "on"), Bar(START + 9 * HOUR, END, "Bob")))
    return Band(start=START, end=END, now=NOW, zone=PARIS, rows=(row,))


def test_a_day_runs_from_local_midnight_to_local_midnight() -> None:
    """The band of a day begins at the viewer's midnight, not at UTC's."""
    assert (START.astimezone(UTC), END.astimezone(UTC)) == (
        datetime(2026, 11, 23, 23, tzinfo=UTC),
        datetime(2026, 11, 24, 23, tzinfo=UTC),
    )


def test_a_day_on_which_the_clock_changes_has_its_real_length() -> None:
    """The band of 29 March 2026 in Paris spans 23 real hours."""
    start, end = day_around(datetime(2026, 3, 29, 12, tzinfo=UTC), PARIS)

    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)


def test_the_phone_band_holds_now_in_its_middle() -> None:
    """Twelve hours from a full hour, six of them before now."""
    start, end = hours_around(NOW)

    assert (start, end - start) == (datetime(2026, 11, 23, 20, tzinfo=UTC), timedelta(hours=12))


def test_the_lantern_stands_at_now() -> None:
    """The line of now lies at its share of the day, with the local time on its label."""
    picture = band(shown())

    assert 'x1="13.61%"' in picture
    assert ">03:16</text>" in picture


def test_no_lantern_where_now_is_not_on_the_band() -> None:
    """A band of yesterday has no line of now."""
    picture = band(replace(shown(), now=END + HOUR))

    assert "on-lamp" not in picture


def test_shifts_are_cut_to_the_band() -> None:
    """A shift that began before the band begins with it."""
    assert '<svg x="0%" y="44" width="37.5%"' in band(shown())


def test_a_gap_in_the_schedule_is_a_hole() -> None:
    """Time that nobody covers is drawn as such, and said."""
    row = Row((Bar(START, END, "nobody", "hole"),))

    picture = band(replace(shown(), rows=(row,)))

    assert 'class="shift hole"' in picture
    assert "nobody until 00:00" in picture


def test_spans_that_overlap_lie_in_lanes_of_their_own() -> None:
    """Two incidents at the same time do not cover each other; a third that comes later takes the first lane again."""
    first, second = Span(START + HOUR, START + 3 * HOUR, "INC-1"), Span(START + 2 * HOUR, START + 3 * HOUR, "INC-2")
    third = Span(START + 15 * HOUR, START + 16 * HOUR, "INC-3", "dim")

    picture = band(replace(shown(), spans=(third, second, first)))

    tops = [part.split('y="')[1].split('"')[0] for part in picture.split("<g>") if 'class="f d' in part]
    assert tops == ["85", "103", "85"]


def test_an_open_span_ends_at_now() -> None:
    """An incident that goes on is drawn up to the lantern."""
    picture = band(replace(shown(), spans=(Span(NOW - HOUR, None, "INC-9"),)))

    assert 'width="4.17%" height="7"' in picture


def test_labels_are_escaped() -> None:
    """What people write into names cannot become markup."""
    picture = band(replace(shown(), spans=(Span(NOW - HOUR, None, "<script>"),)))

    assert "<script>" not in picture
    assert "&lt;script&gt;" in picture


def test_the_words_say_what_the_picture_shows() -> None:
    """A screen reader hears hours, shifts, incidents and pages."""
    words = band_words(replace(shown(), spans=(Span(NOW, None, "INC-9"),), ticks=(Tick(NOW, "page to Ana"),)))

    assert (
        words
        == "00:00 to 00:00, now 03:16; Ana until 09:00, Bob until 00:00; INC-9 from 03:16 and still open; page to Ana at 03:16"
    )


@pytest.mark.parametrize(
    ("local_hour", "expected"),
    [(3.0, 1.0), (5.5, 1.0), (6.5, 0.5), (7.5, 0.0), (12.0, 0.0), (18.5, 0.5), (19.5, 1.0), (23.0, 1.0)],
)
def test_night_falls_by_the_viewers_clock(local_hour: float, expected: float) -> None:
    """Dark before dawn and after dusk, half dark half way."""
    moment = datetime(2026, 11, 24, tzinfo=PARIS) + timedelta(hours=local_hour)

    assert darkness(moment, PARIS) == expected
