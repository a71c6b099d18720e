"""Every format reads its maker's own lines, agrees with an independent reader, and is counted alike fast and slow."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.measure.plain_readers import READERS
from tests.contract.measure.vendor_lines import CSV_HEADER, LINES

from watchbill.adapters.measure.formats import Event, Format, Need, Reject, detect, named
from watchbill.adapters.measure.formats.csv_lines import Csv
from watchbill.adapters.measure.predicates import CANONICAL, predicate
from watchbill.adapters.measure.reading.engine import Engine
from watchbill.adapters.measure.reading.looks import look
from watchbill.adapters.measure.reading.selection import Selection
from watchbill.adapters.measure.reading.statement import Plan
from watchbill.adapters.measure.reading.tally import Tally

ALL = Need(frozenset(CANONICAL))
EXAMPLES = [(name, line) for name, lines in LINES.items() for line in lines]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One locked-down DuckDB for all examples."""
    with Engine(threads=2, block=1 << 20) as opened:
        yield opened


def _format(name: str, zone: str | None = None) -> Format:
    found = named(name, zone)
    return found.with_header(CSV_HEADER) if isinstance(found, Csv) else found


def _tally(engine: Engine, log_format: Format, lines: list[str], *, way: str) -> Tally:
    """All columns as contributors: the first selection finds everything bad."""
    gives = log_format.gives if log_format.gives is not None else frozenset(CANONICAL)
    needed = predicate("timestamp >= '1980-01-01T00:00:00Z'")
    plan = Plan((Selection("all", predicate("false"), needed),), tuple(sorted(gives - {"timestamp"})), latencies=True)
    tally = Tally(engine, plan, log_format)
    data = np.frombuffer("".join(f"{line}\n" for line in lines).encode(), dtype=np.uint8)
    match way:
        case "slow":
            tally._by_line(data)
        case "fast":
            assert tally._fast(data, None, look(data))
        case _:
            tally._add(data, None)
    return tally


def _found(tally: Tally) -> tuple[object, ...]:
    minutes, counts = tally.minutes.merged()
    return (
        tally.lines,
        minutes.tolist(),
        counts.tolist(),
        dict(tally.rejected.counts),
        tally.values,
        sum(tally.latencies.values(), Counter()),  # by the hour only where all lines are in one zone
        (tally.minutes.first_s, tally.minutes.last_s),
    )


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_makers_lines_are_recognised(name: str, line: str) -> None:
    """`auto` finds the format of each example; CSV by its header."""
    lines = [CSV_HEADER, line] if name == "csv" else [line]

    found = detect(lines)

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_makers_lines_mean_what_a_plain_reader_finds(name: str, line: str) -> None:
    """Every column that an independent reader finds by the manual's positions has that value."""
    event = _format(name).read(line, ALL)
    wanted = READERS[name](line)

    assert isinstance(event, Event)
    assert event.at_us == wanted.pop("at_us")
    assert {column: event.columns.get(column) for column in wanted} == pytest.approx(wanted)


@pytest.mark.parametrize("name", LINES)
def test_makers_lines_are_counted_in_one_query(engine: Engine, name: str) -> None:
    """The fast way understands them, with the same values in every column as the slow way."""
    lines = LINES[name] * 3

    assert _found(_tally(engine, _format(name), lines, way="fast")) == _found(
        _tally(engine, _format(name), lines, way="slow")
    )


pieces = st.sampled_from(['"', " ", "-", "\\", "0", "9", "[", "]", "\t", "{", "}", ",", "ü", "1e2", '\\"', ":", "/", "\x00", "+"])  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, name: str) -> str:
    """A maker's line with a few places overwritten, cut out or added to."""
    line = draw(st.sampled_from(LINES[name]))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(line)))
        line = line[:place] + draw(pieces) + line[place + draw(st.integers(0, 3)) :]
    return line.replace("\n", " ")


@pytest.mark.parametrize("name", LINES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_damaged_lines_are_counted_alike(engine: Engine, name: str, data: st.DataObject) -> None:
    """However lines are damaged, both ways agree on counts, reasons and the value of every column."""
    lines = data.draw(st.lists(damaged(name), min_size=1, max_size=25))
    lines += LINES[name] * 12  # the fast way is asked first only where most lines are fine

    assert _found(_tally(engine, _format(name), lines, way="block")) == _found(
        _tally(engine, _format(name), lines, way="slow")
    )


def test_an_escaped_mark_in_the_last_field_is_seen(engine: Engine) -> None:
    """Envoy's authority with an escaped quotation mark: both ways read it whole."""
    lines = [line.replace('"httpbin:8000"', '"\\"httpbin:8000"').replace('"locations"', '"\\"locations"') for line in LINES["envoy"]]  # fmt: skip
    lines += LINES["envoy"] * 12

    assert _found(_tally(engine, _format("envoy"), lines, way="block")) == _found(
        _tally(engine, _format("envoy"), lines, way="slow")
    )


def test_marks_behind_the_request_are_no_request(engine: Engine) -> None:
    """HAProxy encodes marks: a line that ends in three of them is damaged, whichever way it is read."""
    lines = [LINES["haproxy"][0].partition(' "')[0] + ' """', *LINES["haproxy"] * 12]

    assert _found(_tally(engine, _format("haproxy"), lines, way="block")) == _found(
        _tally(engine, _format("haproxy"), lines, way="slow")
    )


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
@settings(max_examples=20, deadline=None)
@given(hours=st.lists(st.integers(0, 24 * 365), min_size=1, max_size=20), minutes=st.integers(0, 59))
def test_wall_clocks_are_read_alike(engine: Engine, zone: str, hours: list[int], minutes: int) -> None:
    """Hours that come twice are taken the first time, hours that are skipped name no moment: both ways, in every zone."""
    csv = [
        f"2026-{1 + hour // 24 % 12:02}-{1 + hour // 24 % 31:02} {hour % 24:02}:{minutes:02}:30,200,/,1,"
        for hour in hours
    ]
    csv += [f"2026-{day} {hour:02}:{minutes:02}:30,200,/,1," for day in ("03-08", "03-29", "04-05", "10-04", "10-25", "11-01") for hour in range(4)]  # fmt: skip

    assert _found(_tally(engine, _format("csv", zone), csv, way="block")) == _found(
        _tally(engine, _format("csv", zone), csv, way="slow")
    )


@pytest.mark.parametrize(
    ("text", "zone", "at_us"),
    [
        ("25/Oct/2026:02:30:00.500", "Europe/Paris", 1_792_888_200_500_000),  # 00:30:00.5 UTC: the first of the two
        ("24/Nov/2026:03:00:00.000", "UTC", 1_795_489_200_000_000),
        ("29/Mar/2026:02:30:00.000", "Europe/Paris", None),  # clocks go from 02:00 to 03:00
    ],
)
def test_haproxy_times_are_the_hosts(text: str, zone: str, at_us: int | None) -> None:
    """HAProxy writes the wall clock of its host; `timezone` says which that is."""
    line = LINES["haproxy"][0].replace("06/Feb/2009:12:14:14.655", text)

    event = _format("haproxy", zone).read(line, ALL)

    assert (event.at_us if isinstance(event, Event) else event) == (at_us or Reject.BAD_TIME)
