"""Bytes to text: UTF-8 only, at most 1 MiB, no control characters; every refusal names line and column."""

import re

from watchbill.kernel.errors import Fault

__all__ = ["MAX_BYTES", "checked_text", "decoded", "place_of"]

MAX_BYTES = 1024 * 1024
_UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
# What YAML calls non-printable: C0 without tab and line ends, DEL, C1 without NEL, surrogates, the two non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def decoded(path: str, data: bytes) -> str | Fault:
    """The text with Unix line ends; a byte order mark and CRLF are fine, everything else of note is a fault."""
    if len(data) > MAX_BYTES:
        return Fault(path, 1, 1, "", "the file holds more than 1 MiB", "at most 1 MiB a file; split it")
    if data.startswith(_WIDE_BOMS) or data[:4].count(0) >= 2:  # noqa: PLR2004 - two of the first four bytes: UTF-16 or 32
        return Fault(path, 1, 1, "", "the file is UTF-16", "save it as UTF-8")
    data = data.removeprefix(_UTF8_BOM)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line, column = place_of(data[: wrong.start].decode("utf-8"), wrong.start)
        found = data[wrong.start]
        return Fault(path, line, column, "", f"byte 0x{found:02x} is not UTF-8", "save the file as UTF-8, not Latin-1")
    return checked_text(path, text)


def checked_text(path: str, text: str) -> str | Fault:
    """The same checks for text that arrived as text (over the API, from standard input)."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Fault(path, 1, 1, "", "the file holds more than 1 MiB", "at most 1 MiB a file; split it")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    bad = _UNPRINTABLE.search(text)
    if bad is not None:
        line, column = place_of(text, bad.start())
        name = "a NUL character" if bad[0] == "\0" else f"control character U+{ord(bad[0]):04X}"
        return Fault(path, line, column, "", f"{name} is not allowed", "remove it")
    return text


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset; CRLF counts once."""
    before = text[:offset]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
