"""Conditions over events: what is allowed does what it says, everything else is refused with its place, whatever is thrown at it."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.adapters.measure.formats import named
from watchbill.adapters.measure.predicates import Predicate, Prose, exclusion, predicate
from watchbill.adapters.measure.reading.selection import Selection
from watchbill.kernel.errors import Invalid

EVENT = (
    "SELECT TIMESTAMP '2026-11-24 03:00:00' AS timestamp, 503::USMALLINT AS status, '/cart' AS path, 'GET' AS method,"
    " 250.0::DOUBLE AS duration_ms, 8371::BIGINT AS bytes, NULL::VARCHAR AS query, 'curl/8' AS user_agent, NULL::VARCHAR AS referer,"
    " '10.0.0.1' AS remote_addr, '3' AS own_726574727920636f756e74, '2' AS own_7472696573"
)


def _holds(text: str) -> bool:
    (row,) = duckdb.execute(f"SELECT {predicate(text).holds} FROM ({EVENT})").fetchall()
    return bool(row[0])


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("status >= 500", True),
        ("http_status = 503 AND http_path = '/cart'", True),
        ("status = '503'", True),
        ("path NOT IN ('/healthz', '/readyz')", True),
        ("duration_ms BETWEEN 250 AND 300", True),
        ("path LIKE '/c%' AND method <> 'POST'", True),
        ("path ILIKE '/CART'", True),
        ("path ~ '^/c[a-z]+$'", True),
        ("regexp_matches(path, 'x')", False),
        ("bytes / 1024 > 8", True),
        ("abs(duration_ms - 500) = 250", True),
        ("lower(method) = 'get'", True),
        ("query IS NULL", True),
        ("query = 'a'", False),
        ("NOT query = 'a'", False),  # not known is not met, either way
        ("tries = 2 AND tries < 10", True),
        ('"retry count" = 3', True),
        ("timestamp >= '2026-11-24T03:00:00Z'", True),
        ("coalesce(query, '') = ''", True),
        ("status % 100 = 3", True),
        ("bytes * bytes * bytes * bytes * bytes > 0", True),  # no overflow in the middle of a file
    ],
)
def test_conditions_do_what_they_say(text: str, *, holds: bool) -> None:
    """Each allowed construction over one event."""
    assert _holds(text) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("status < (SELECT 1)", "not"),
        ("EXISTS (SELECT 1)", "not allowed"),
        ("path IN (SELECT path FROM x)", "IN takes a list"),
        ("status < 500; DROP TABLE x", "several statements"),
        ("DROP TABLE x", "not conditions"),
        ("SELECT 1", "not conditions"),
        ("read_csv('/etc/passwd') = 'x'", "'read_csv' is not allowed"),
        ("read_text('/etc/passwd') LIKE '%root%'", "'read_text' is not allowed"),
        ("getenv('HOME') = 'x'", "'getenv' is not allowed"),
        ("status < 500 AND random() < 1", "not allowed"),
        ("path ~ '(a)\\1'", "not RE2"),
        ("path ~ '(?=x)'", "not RE2"),
        ("path ~ method", "a pattern is a text"),
        ("status = NULL", "IS NULL"),
        ("path NOT IN ('/a', NULL)", "NULL in a list"),
        ("status IN (200, '/a')", "number"),
        ("path = ?", "not allowed"),
        ("CAST(path AS BLOB) = 'x'", "cast"),
        ("count(*) > 1", "not allowed"),
        ("row_number() OVER () = 1", "not allowed"),
        ("status <", "cannot be read"),
        ("", "is empty"),
        ("status < 500\x00", "control character"),
        ("(" * 400 + "status < 1" + ")" * 400, "nested too deeply"),
        (" AND ".join(["status<1"] * 250), "parts"),
        ("path IN (" + ",".join(f"'{n}'" for n in range(201)) + ")", "at most 200"),
        ("status < 500" + " " * 4_000, "characters long"),
        ("status", "yes or no"),
    ],
)
def test_everything_else_is_refused(text: str, said: str) -> None:
    """Subqueries, statements, file functions, huge and odd expressions."""
    with pytest.raises(Invalid) as refused:
        predicate(text)

    assert said in f"{refused.value} {refused.value.hint}"


def test_place_of_a_fault_is_told() -> None:
    """By the character, and by the line where there are several."""
    with pytest.raises(Invalid, match=r"at character 18"):
        predicate("status < 500 AND getenv('X') = '1'")
    with pytest.raises(Invalid, match=r"line 2, character 5"):
        predicate("status < 500\nAND getenv('X') = '1'")


@pytest.mark.parametrize("name", ["combined", "alb", "envoy", "haproxy"])
def test_unknown_columns_are_named_with_the_nearest(name: str) -> None:
    """A format that lists its columns refuses others."""
    selection = Selection("x", predicate("statsu < 500"), predicate("true"))

    with pytest.raises(Invalid, match="'statsu' is no column") as refused:
        selection.check(named(name))
    assert "did you mean 'status'?" in refused.value.hint


def test_typo_in_json_is_a_doubt() -> None:
    """There any name may be a field, so it can only be doubted."""
    assert "did you mean 'status'?" in predicate("statsu < 500").doubts[0]


@pytest.mark.parametrize(
    ("sentence", "preset"),
    [
        ("Health check endpoints (/healthz, /readyz)", "health_checks"),
        ("Synthetic monitoring traffic", "synthetic_monitoring"),
        ("Requests from blocked IPs", "blocked_addresses"),
        ("4xx responses (client errors)", "client_errors"),
    ],
)
def test_playbooks_sentences_have_a_machine_form(sentence: str, preset: str) -> None:
    """Each of the four excludes what it says."""
    found = exclusion(sentence)

    assert isinstance(found, Predicate)
    assert found.preset == preset


def test_other_prose_excludes_nothing() -> None:
    """And says why, if it looks like a condition."""
    assert exclusion("Traffic from the moon") == Prose("Traffic from the moon")
    broken = exclusion("path == = '/a'")
    assert isinstance(broken, Prose)
    assert broken.doubt


words = st.sampled_from(
    ["status", "path", "500", "'a'", "(", ")", "AND", "OR", "NOT", "IN", "LIKE", "~", "<", ">=", "=", ",", "BETWEEN", "NULL", "IS",
     "SELECT", "FROM", "*", "read_csv", "lower", "::", "int", "-", "+", "/", "%", "CASE", "WHEN", "END", ";", "--", "/*", "[", "]",
     "{", "}", "$1", "?", ".", "x.y", '"q"', "''", "duration_ms", "timestamp", "INTERVAL", "1e9", "true", "OVER", "@", "\\", "ü"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(st.lists(words, min_size=1, max_size=12).map(" ".join), st.text(max_size=60)))
def test_whatever_is_thrown_at_it(text: str) -> None:
    """A text is refused by Invalid, or becomes SQL that DuckDB runs over an event; there is nothing in between."""
    try:
        found = predicate(text)
    except Invalid:
        return
    own = "".join(f", 'x' AS own_{name.encode().hex()}" for name in found.fields)
    known = "".join(
        f", NULL::VARCHAR AS {name}" for name in ("service", "host", "region", "trace_id", "level", "message")
    )

    assert len(duckdb.execute(f"SELECT {found.holds} FROM ({EVENT}{known}{own})").fetchall()) == 1
