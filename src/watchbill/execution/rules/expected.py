"""What a runbook expects to come out: text that must occur as it stands, or `/pattern/` in RE2."""

from collections.abc import Callable

__all__ = ["Search", "is_expected", "pattern_of"]

Search = Callable[[str, str], bool]  # pattern, text -> whether it occurs; raises Invalid


def pattern_of(expected: str) -> str | None:
    """The pattern of `/pattern/`; None where the text is meant as it stands."""
    text = expected.strip()
    return text[1:-1] if len(text) > len("//") and text.startswith("/") and text.endswith("/") else None


def is_expected(expected: str, output: str, *, exit_code: int | None, search: Search) -> bool:
    """Whether it ended well and what was expected stands in the output; runs of blanks count as one."""
    if exit_code not in {None, 0}:
        return False
    wanted = expected.strip()
    if not wanted:
        return True
    pattern = pattern_of(wanted)
    if pattern is not None:
        return search(pattern, output)
    return " ".join(wanted.split()) in " ".join(output.split())
