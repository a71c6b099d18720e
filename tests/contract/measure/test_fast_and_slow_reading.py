"""A block that DuckDB reads in one query is counted as if each of its lines had been judged by itself."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.adapters.measure.formats import Format, named
from watchbill.adapters.measure.predicates import predicate
from watchbill.adapters.measure.reading.engine import Engine
from watchbill.adapters.measure.reading.selection import Selection
from watchbill.adapters.measure.reading.statement import Plan
from watchbill.adapters.measure.reading.tally import Tally

START = datetime(2026, 10, 25, 0, 58, tzinfo=UTC)
SELECTIONS = (
    Selection("fine", predicate("status < 500"), predicate("true"), (predicate("path IN ('/healthz', '/readyz')"),)),
    Selection("fast", predicate("duration_ms <= 300"), predicate("method = 'GET' AND path LIKE '/a%'")),
    Selection("odd", predicate("bytes > 10 OR user_agent IS NULL"), predicate("query IS NULL AND status <> 404")),
)
JSON_SELECTIONS = (
    *SELECTIONS[:2],
    Selection("own", predicate("tenant = 'x' AND retry_count < 3"), predicate("region ~ '^eu-' OR level IS NULL")),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One locked-down DuckDB for all examples."""
    with Engine(threads=2, block=1 << 20) as opened:
        yield opened


zones = st.sampled_from(["+0000", "+0200", "-0330", "+1345", "+9900", "0000"])
moments = st.integers(0, 7_200).map(lambda seconds: START + timedelta(seconds=seconds))
stamps = st.one_of(
    st.builds(lambda at, zone: f"{at:%d/%b/%Y:%H:%M:%S} {zone}", moments, st.just("+0000")),
    st.builds(lambda at, zone: f"{at:%d/%b/%Y:%H:%M:%S} {zone}", moments, zones),
    st.sampled_from(["24/Nov/2026:10:00:60 +0000", "31/Feb/2026:00:00:00 +0000", "4/Nov/2026:1:2:3 +0000", "", "x"]),
)
requests = st.one_of(
    st.builds(
        "{} {} HTTP/1.1".format,
        st.sampled_from(["GET", "POST"]),
        st.sampled_from(["/", "/a", "/a/b?x=1", "/healthz", "/healthz?q", "/readyz", "/b?"]),
    ),
    st.sampled_from(
        ["-", "", "GET", r"\x16\x03", r"GET /a\"b HTTP/1.1", r"GET /\" 200 5 \"a\" \"b HTTP/1.1", "GET  /a"]
    ),
)
statuses = st.sampled_from(["200", "200", "200", "404", "500", "503", "999", "-", "2e2", "099", "20", "2000", "200x"])
sizes = st.sampled_from(["0", "5", "8371", "-", "x"])
agents = st.sampled_from(["-", "Mozilla/5.0 (X11)", r"a\"b", "ü", ""])
behinds = st.sampled_from(
    ["", "", " 0.029", " 1.5", " -", " -0.5", " 1e308", " nan", ' "1.2.3.4"', ' "-" 0.5', " rt=0.4 x", ' "']
)
prefixes = st.sampled_from(["10.0.0.1 - - ", "10.0.0.1 - ann lee ", "ü - - ", "", "[x] - - "])
common = st.builds('{}[{}] "{}" {} {}'.format, prefixes, stamps, requests, statuses, sizes)
combined = st.builds('{} "{}" "{}"{}'.format, common, st.sampled_from(["-", "http://x"]), agents, behinds)
noise = st.sampled_from(["", " ", "garbage", '{"a": 1}', "\t", "a\rb", "\x00", "null", "\ufeff", '"', "x" * 3000])
good_combined = st.builds(
    lambda at, path, status, time: (
        f'10.0.0.1 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" {status} 77 "-" "curl/8" {time}'
    ),
    moments,
    st.sampled_from(["/a", "/healthz", "/b?x=1"]),
    st.sampled_from([200, 404, 500]),
    st.sampled_from(["0.001", "0.301", "12.000"]),
)

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 700),
    st.sampled_from(
        [200, 200.0, 1e308, -1, 0.5, "200", "200 ", "-", "", "x", "2e2", "eu-1", "/a", "GET", [1], {"a": 1}]
    ),
)
json_stamps = st.one_of(
    moments.map(lambda at: at.isoformat().replace("+00:00", "Z")),
    moments.map(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.123456Z"),
    st.builds(
        "{:%Y-%m-%d %H:%M:%S}{}".format, moments, st.sampled_from(["Z", "z", "", "+02:00", "-0330", "+25:00", "+01:75"])
    ),
    values,
)
keys = st.sampled_from(
    [
        "http_status",
        "status",
        "http_path",
        "path",
        "duration_ms",
        "http_method",
        "tenant",
        "retry_count",
        "region",
        "level",
    ]
)
objects = st.builds(
    lambda stamp, rest: json.dumps({"timestamp": stamp} | rest), json_stamps, st.dictionaries(keys, values, max_size=4)
)
good_objects = st.builds(
    lambda at, path, status, time: json.dumps(
        {
            "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.5Z",
            "http_path": path,
            "http_status": status,
            "duration_ms": time,
            "region": "eu-1",
            "tenant": "x",
        }
    ),
    moments,
    st.sampled_from(["/a", "/healthz"]),
    st.sampled_from([200, 500]),
    st.sampled_from([1, 0.5, 301]),
)


def _tally(engine: Engine, log_format: Format, lines: list[str], *, slow: bool) -> tuple[object, ...]:
    selections = JSON_SELECTIONS if log_format.name == "json" else SELECTIONS
    tally = Tally(engine, Plan(selections, ("path", "status")), log_format)
    data = np.frombuffer("".join(f"{line}\n" for line in lines).encode(), dtype=np.uint8)
    if slow:
        tally._by_line(data)
    else:
        tally._add(data, None)
    minutes, counts = tally.minutes.merged()
    assert tally.lines == len(lines)
    assert tally.events + sum(tally.rejected.counts.values()) == tally.lines
    return (
        minutes.tolist(),
        counts.tolist(),
        dict(tally.rejected.counts),
        {reason: sorted(found) for reason, found in tally.rejected.samples.items() if len(found) < 5},
        {name: dict(found) for name, found in tally.values.items()},
        (tally.minutes.first_s, tally.minutes.last_s),
    )


@settings(max_examples=120, deadline=None)
@given(lines=st.lists(st.one_of(combined, common, combined, noise), min_size=1, max_size=30))
def test_access_logs_are_counted_alike(engine: Engine, lines: list[str]) -> None:
    """Whatever stands in the lines of an access log, both ways agree on every count, reason, sample and contributor."""
    assert _tally(engine, named("combined"), lines, slow=False) == _tally(engine, named("combined"), lines, slow=True)


@settings(max_examples=120, deadline=None)
@given(lines=st.lists(st.one_of(objects, good_objects, noise), min_size=1, max_size=30))
def test_json_lines_are_counted_alike(engine: Engine, lines: list[str]) -> None:
    """Whatever stands in JSON lines, both ways agree on every count, reason, sample and contributor."""
    assert _tally(engine, named("json"), lines, slow=False) == _tally(engine, named("json"), lines, slow=True)


@pytest.mark.parametrize("name", ["combined", "json"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_few_odd_lines_among_thousands_are_found(engine: Engine, name: str, data: st.DataObject) -> None:
    """In a block too large to be read line by line, exactly the odd lines are judged by themselves."""
    good, odd = (
        (good_combined, st.one_of(combined, noise)) if name == "combined" else (good_objects, st.one_of(objects, noise))
    )
    lines = data.draw(st.lists(good, min_size=5, max_size=5)) * 400
    for line in data.draw(st.lists(odd, min_size=1, max_size=5)):
        lines.insert(data.draw(st.integers(0, len(lines))), line)

    assert _tally(engine, named(name), lines, slow=False) == _tally(engine, named(name), lines, slow=True)
