"""One owner for each data directory: a file that says which process it is, and a lock on it that dies with the process."""

import fcntl
import os
from datetime import datetime
from pathlib import Path

import msgspec

from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict
from watchbill.kernel.instants import to_text

__all__ = ["Owner", "OwnerLock"]

_POLL_S = 0.05
# A short command that works on the files is worth waiting for; a server is not.
_PATIENCE_S = 10.0


class Owner(msgspec.Struct, frozen=True):
    """Who owns the directory: `what` is `serve` or the command."""

    pid: int
    started_at: datetime
    what: str


class OwnerLock:
    """Held from `take` to `release`. The operating system drops it when the process dies, so a stale file means nothing."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._file: int | None = None

    def take(self, what: str) -> None:
        """Become the owner; raises Conflict that names the process which is. Waits a little for short commands to end."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        deadline = self._clock.monotonic() + _PATIENCE_S
        while not _try_lock(handle):
            owner = _read(handle)
            if (owner is None or owner.what != "serve") and self._clock.monotonic() < deadline:
                self._clock.sleep(_POLL_S)
                continue
            os.close(handle)
            raise Conflict(_refusal(self._path.parent, owner), hint="stop it first, or choose another --data")
        os.ftruncate(handle, 0)
        os.pwrite(handle, msgspec.json.encode(Owner(os.getpid(), self._clock.now(), what)) + b"\n", 0)
        self._file = handle

    def release(self) -> None:
        """Let go; a lock that is not held is fine."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(handle: int) -> Owner | None:
    try:
        return msgspec.json.decode(os.pread(handle, 4096, 0), type=Owner)
    except msgspec.DecodeError:
        return None  # it is being written right now


def _refusal(folder: Path, owner: Owner | None) -> str:
    if owner is None:
        return f"{folder} is in use by another process"
    return f"{folder} is in use by process {owner.pid} ({owner.what}, started {to_text(owner.started_at)})"
