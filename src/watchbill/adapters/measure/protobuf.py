"""The wire format of protocol buffers, as far as metrics need it: fields by number, nothing generated.

Reading is bounded by the bytes at hand; what is cut off or of an unknown kind raises Invalid.
"""

import struct
from collections.abc import Iterator

from watchbill.kernel.errors import Invalid

__all__ = ["fields", "length_delimited", "varint", "varints", "write_double", "zigzag"]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10

Value = int | bytes


def fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """(field number, value): numbers for varints, the raw bytes of fixed and length-delimited fields."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == _BYTES:
            size, at = _varint(data, at)
        elif kind in {_FIXED64, _FIXED32}:
            size = 8 if kind == _FIXED64 else 4
        else:
            raise Invalid("body", f"is no protocol buffer: wire type {kind}")
        if at + size > len(data):
            raise Invalid("body", "is cut off")
        yield number, data[at : at + size]
        at += size


def varints(data: bytes) -> Iterator[int]:
    """Whole numbers that were packed one behind the other."""
    at = 0
    while at < len(data):
        number, at = _varint(data, at)
        yield number


def zigzag(number: int) -> int:
    """A number of type sint32 or sint64, as it was meant: 0, -1, 1, -2..."""
    return (number >> 1) ^ -(number & 1)


def varint(number: int) -> bytes:
    """A whole number, as it is written; negative ones as 64 bits."""
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def length_delimited(number: int, payload: bytes) -> bytes:
    """A field that holds bytes, text or a message."""
    return varint(number << 3 | _BYTES) + varint(len(payload)) + payload


def write_double(number: int, value: float) -> bytes:
    """A field that holds a double."""
    return varint(number << 3 | _FIXED64) + struct.pack("<d", value)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for place in range(_LONGEST_VARINT):
        if at + place >= len(data):
            raise Invalid("body", "is cut off")
        byte = data[at + place]
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    raise Invalid("body", "is no protocol buffer: a number does not end")
