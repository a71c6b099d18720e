"""The identity of an alert: FNV-1a, 64 bits, over its sorted labels, as Alertmanager and Prometheus compute it."""

from collections.abc import Mapping

__all__ = ["fingerprint", "fingerprint_of_key"]

_OFFSET, _PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, 0xFFFFFFFFFFFFFFFF
_MEMO: dict[tuple[tuple[str, str], ...], str] = {}
_MEMO_SIZE = 50_000  # label sets; senders repeat the same ones all day, and hashing byte by byte is what costs


def fingerprint(labels: Mapping[str, str]) -> str:
    """16 hex digits; {alertname=Good1, service=quiet} is b0ba7912aaa4c637, in whatever order the labels come."""
    pairs = tuple(sorted(labels.items()))
    found = _MEMO.get(pairs)
    if found is None:
        if len(_MEMO) >= _MEMO_SIZE:
            _MEMO.clear()
        found = _MEMO[pairs] = _hash(pairs)
    return found


def fingerprint_of_key(key: str) -> str:
    """The identity of an alert that its sender named itself: the same hash, over that name alone."""
    return _hash((("dedup_key", key),))


def _hash(pairs: tuple[tuple[str, str], ...]) -> str:
    """`name 0xFF value 0xFF` for each pair; 0xFF occurs in no UTF-8, so that pairs cannot run into each other."""
    state = _OFFSET
    for name, value in pairs:
        for byte in b"%b\xff%b\xff" % (name.encode(), value.encode()):
            state = ((state ^ byte) * _PRIME) & _MASK
    return f"{state:016x}"
