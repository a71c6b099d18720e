"""The installation's own secrets, each a file in the data directory that only its owner can read."""

import os
import secrets
from pathlib import Path

from watchbill.kernel.errors import Invalid, Unavailable

__all__ = ["load_or_make"]

_BYTES = 32
_PRIVATE, _OTHERS = 0o600, 0o077


def load_or_make(path: Path) -> bytes:
    """32 random bytes, made once with mode 0600; raises Invalid for a file that others can read or that is not one of ours."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return _make(path)
    except OSError as wrong:
        raise Unavailable(f"the key {path.name} cannot be read: {wrong.strerror}") from wrong
    with open(descriptor, "rb") as file:  # noqa: PTH123 - opened by descriptor, so that a link put there meanwhile is not followed
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            raise Invalid(
                path.name, "can be read by others", hint=f"chmod 600 {path.name}; and think about who has seen it"
            )
        key = file.read(_BYTES + 1)
    if len(key) != _BYTES:
        raise Invalid(
            path.name, f"does not hold {_BYTES} bytes", hint="remove it to get a new one; links sent before end"
        )
    return key


def _make(path: Path) -> bytes:
    """Written whole under another name first: a crash in between must not leave half a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_bytes(_BYTES)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - the descriptor carries the mode
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # unlike rename, this fails where another process was first
    except FileExistsError:
        return load_or_make(path)
    finally:
        fresh.unlink()
    return key
