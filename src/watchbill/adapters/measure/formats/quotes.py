"""Lines whose texts stand in quotation marks, as web servers and proxies write them.

DuckDB splits such lines at the quotation mark, which makes every line one row whatever it holds: what stands outside is
then cut at blanks, what stands inside is a text as it is.
"""

import re

from watchbill.adapters.measure.formats.shape import MAX_LINE

__all__ = [
    "PATH_OF", "QUERY_OF", "QUOTED", "STATUS", "as_whole_as_before", "request_parts", "split_options",
    "tail_of", "target_parts", "undashed", "unescaped",
]  # fmt: skip

QUOTED = r'"((?:[^"\\]|\\.)*)"'
STATUS = re.compile(r"[1-5]\d\d", re.ASCII)


def split_options(fields: int) -> str:
    """How read_csv splits a line at its quotation marks into `c0`, `c1`...: what is beyond the last makes the line no row."""
    return (
        "delim='\"', quote='', escape='', header=false, auto_detect=false, strict_mode=false,"
        " null_padding=true, ignore_errors=true, new_line='\\n', nullstr='\\x01', comment='',"
        f" buffer_size={8 << 20}, max_line_size={2 * MAX_LINE},"
        " columns={" + ", ".join(f"'c{index}': 'VARCHAR'" for index in range(fields)) + "}"
    )


def request_parts(request: str) -> tuple[str | None, str | None]:
    r"""Method and target; both None where the client sent no request line (`\x16\x03\x01`)."""
    parts = request.split(" ")
    return (parts[0], parts[1]) if len(parts) > 1 else (None, None)


def target_parts(target: str | None) -> tuple[str | None, str | None]:
    """Path and query; of a whole address (`http://shop.example:80/cart?id=7`) what stands behind the host."""
    if target is None:
        return None, None
    if not target.startswith("/") and "://" in target:
        behind = target.partition("://")[2]
        target = behind[behind.index("/") :] if "/" in behind else "/"
    path, mark, query = target.partition("?")
    return path, query if mark else None


def tail_of(target: str) -> str:
    """SQL: the target without scheme and host, as `target_parts` has it."""
    behind = f"substr({target}, strpos({target}, '://') + 3)"
    return (
        f"CASE WHEN {target} IS NULL OR starts_with({target}, '/') OR NOT contains({target}, '://') THEN {target}"
        f" WHEN contains({behind}, '/') THEN substr({behind}, strpos({behind}, '/')) ELSE '/' END"
    )


PATH_OF = "string_split({0}, '?')[1]"
QUERY_OF = "CASE WHEN contains({0}, '?') THEN substr({0}, strpos({0}, '?') + 1) END"


def unescaped(*fields: str) -> str:
    """SQL: none of these quoted texts ends with a backslash, so that no escaped mark has moved the fields behind it."""
    return " AND ".join(f"coalesce(NOT ends_with({field}, '\\'), true)" for field in fields)


def undashed(text: str | None) -> str | None:
    """`-` is how these logs write that there is nothing."""
    return None if text in {"-", ""} else text


def as_whole_as_before(line: str, before: str | None) -> bool:
    """As many quotation marks as the line before it, and something behind the last one if that has something."""
    if before is None:
        return True
    ends = [(text.count('"'), bool(text.rpartition('"')[2].strip())) for text in (line, before)]
    return ends[0] == ends[1]
