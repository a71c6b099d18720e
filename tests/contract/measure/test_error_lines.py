"""Errors at the end of a log are found in JSON, access logs and plain text, each with its time."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from watchbill.adapters.measure.error_lines import TAIL_BYTES, error_lines

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('{"timestamp":"2026-11-24T03:00:00Z","level":"ERROR","message":"no"}', ("no", AT, None)),
        ('{"time":1795489200,"status":503,"method":"GET","path":"/orders/123?x=1"}', ("GET /orders/<id>", AT, 503)),
        ('{"ts":1795489200000,"severity":"fatal","msg":"gone"}', ("gone", AT, None)),
        ('{"level":"info","message":"fine"}', None),
        ('{"status":404}', None),
        ("{broken", None),
        (
            '1.2.3.4 - - [24/Nov/2026:04:00:00 +0100] "POST /pay/42?a=1 HTTP/1.1" 502 12 "-" "-"',
            ("POST /pay/<id>", AT, 502),
        ),
        ('1.2.3.4 - - [24/Nov/2026:03:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "-"', None),
        ("2026-11-24T03:00:00Z ERROR pool is empty", ("2026-11-24T03:00:00Z ERROR pool is empty", AT, None)),
        ("2026-11-24 03:00:00 ERROR no zone", ("2026-11-24 03:00:00 ERROR no zone", None, None)),
        ("all is well", None),
    ],
)
def test_lines(tmp_path: Path, line: str, found: object) -> None:
    """Text, time and status; a time without a zone is not guessed at."""
    log = tmp_path / "log"
    log.write_text(line + "\n")

    assert list(error_lines(str(log))) == ([found] if found else [])


def test_only_the_end_of_a_large_file_is_read(tmp_path: Path) -> None:
    """The line in which the reading begins is left out: it may be half of one."""
    log = tmp_path / "log"
    log.write_text("ERROR early\n" + "x" * TAIL_BYTES + "\nERROR late\n")

    assert [text for text, _at, _code in error_lines(str(log))] == ["ERROR late"]
