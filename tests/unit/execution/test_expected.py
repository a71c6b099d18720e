"""What a runbook expects is text as it stands, or a pattern between slashes."""

import pytest

from watchbill.adapters.act.patterns import occurs
from watchbill.execution.rules.expected import is_expected


@pytest.mark.parametrize(
    ("expected", "output", "code", "holds"),
    [
        ("", "anything", 0, True),
        ("", "anything", 1, False),
        ("200 OK", "HTTP/1.1 200 OK\n", 0, True),
        ("200 OK", "HTTP/1.1 200\n   OK\n", 0, True),
        ("200 OK", "HTTP/1.1 503\n", 0, False),
        ("200 OK", "HTTP/1.1 200 OK\n", 7, False),
        ("a.c", "abc", 0, False),
        ("/a.c/", "abc", 0, True),
        ("/^ready [0-9]+$/", "x\nready 3\ny", 0, True),
        ("/^ready$/", "already", 0, False),
        ("/", "a/b", 0, True),
        ("ok", "ok", None, True),
    ],
)
def test_expected(expected: str, output: str, code: int | None, *, holds: bool) -> None:
    """Literal text is looked for as it stands, `/.../` as RE2, and an exit other than 0 is never as expected."""
    assert is_expected(expected, output, exit_code=code, search=occurs) is holds
