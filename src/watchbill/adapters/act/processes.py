"""Runs one allowed command: no shell, a scrubbed environment, a group of its own that is killed whole, bounded time and memory."""

import codecs
import contextlib
import hashlib
import os
import pwd
import selectors
import signal
import stat
import subprocess
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from watchbill.adapters.act.capped import Capped
from watchbill.execution.model import AllowedCommand, ExecutionStatus, Outcome

__all__ = ["run_command"]

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CHUNK = 64 << 10
_LOOK_S = 0.25  # how often it is looked whether somebody wants it stopped
_GRACE_S = 2.0  # between asking a group to end and killing it
_SECRET = 6  # values of the environment that are at least so long are blanked in the output
_WRITABLE = stat.S_IWGRP | stat.S_IWOTH


def run_command(
    allowed: AllowedCommand,
    argv: Sequence[str],
    *,
    monotonic: Callable[[], float],
    stop: Callable[[], bool],
    began: Callable[[int], None],
) -> Outcome:
    """Run it to its end, its time limit, or until `stop` says so. Never raises for what the program does.

    `began` is told the process id. Whatever the program leaves behind in its group is killed, so that nothing goes on unseen.
    """
    fault = _fault(allowed)
    if fault:
        return Outcome(ExecutionStatus.FAILED, f"not run: {fault}")
    try:
        process = _start(allowed, argv)
    except (OSError, ValueError, subprocess.SubprocessError) as wrong:
        return Outcome(ExecutionStatus.FAILED, f"cannot be run: {getattr(wrong, 'strerror', None) or wrong}")
    output = Capped(allowed.output_bytes)
    try:
        began(process.pid)
        status = _follow(process, output, monotonic, stop, monotonic() + allowed.timeout_s)
    finally:
        _end(process, output, monotonic)
    return _outcome(allowed, process, status, output)


def _start(allowed: AllowedCommand, argv: Sequence[str]) -> "subprocess.Popen[bytes]":
    # Another user's rights, all of them and no others; only root may give itself up.
    other = pwd.getpwnam(allowed.user) if allowed.user is not None else None
    return subprocess.Popen(  # noqa: S603 - the program is an allow-listed path, the arguments fit its patterns, no shell
        [allowed.program, *argv[1:]],
        executable=allowed.program,
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"PATH": _PATH, "LANG": "C.UTF-8", "HOME": "/nonexistent", **allowed.environment},
        cwd=allowed.directory,
        start_new_session=True,
        close_fds=True,
        user=other.pw_uid if other else None,
        group=other.pw_gid if other else None,
        extra_groups=[] if other else None,
    )


def _fault(allowed: AllowedCommand) -> str | None:
    """Why the program cannot be trusted to be what the settings meant, or None."""
    path = Path(allowed.program)
    try:
        found = path.stat()
    except OSError as wrong:
        return f"{path}: {wrong.strerror}"
    if not stat.S_ISREG(found.st_mode) or not os.access(path, os.X_OK):
        return f"{path} is no program"
    if found.st_mode & _WRITABLE:
        return f"{path} can be written by others"
    if allowed.user is not None:
        try:
            pwd.getpwnam(allowed.user)
        except KeyError:
            return f"there is no user {allowed.user!r}"
    if allowed.sha256 is not None:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != allowed.sha256:
                return f"{path} is not the program whose sha256 the settings name"
    return None


def _follow(
    process: "subprocess.Popen[bytes]",
    output: Capped,
    monotonic: Callable[[], float],
    stop: Callable[[], bool],
    deadline: float,
) -> ExecutionStatus:
    """Read what it says until it ends; DONE means that it ended by itself."""
    assert process.stdout is not None  # asked for with PIPE
    os.set_blocking(process.stdout.fileno(), False)
    with contextlib.ExitStack() as stack:
        pidfd = os.pidfd_open(process.pid)
        stack.callback(os.close, pidfd)
        selector = stack.enter_context(selectors.DefaultSelector())
        selector.register(pidfd, selectors.EVENT_READ)
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - monotonic()
            if left <= 0:
                return ExecutionStatus.TIMED_OUT
            if stop():
                return ExecutionStatus.STOPPED
            ready = {key.fileobj for key, _events in selector.select(min(left, _LOOK_S))}
            if process.stdout in ready and not _read(process, output):
                selector.unregister(process.stdout)
            if pidfd in ready:
                return ExecutionStatus.DONE


def _read(process: "subprocess.Popen[bytes]", output: Capped) -> bool:
    """Take one chunk; False at the end of the pipe."""
    assert process.stdout is not None  # asked for with PIPE
    chunk = process.stdout.read(_CHUNK)  # None: nothing lies there now
    if chunk:
        output.add(chunk)
    return chunk != b""


def _end(process: "subprocess.Popen[bytes]", output: Capped, monotonic: Callable[[], float]) -> None:
    """Leave nothing behind: ask the whole group to end, kill it, take what it has said, and reap.

    The leader is reaped last: until then its number, which is the group's, cannot become somebody else's.
    """
    if not _has_ended(process):
        _signal(process, signal.SIGTERM)
        patience = monotonic() + _GRACE_S
        while not _has_ended(process) and monotonic() < patience:
            _read_all(process, output, _LOOK_S / 5)
    _read_all(process, output, 0)
    _signal(process, signal.SIGKILL)
    process.wait()
    _read_all(process, output, 0)
    if process.stdout is not None:
        process.stdout.close()


def _read_all(process: "subprocess.Popen[bytes]", output: Capped, wait_s: float) -> None:
    """What lies in the pipe now, at most one wait and one megabyte of it: what still writes must not keep us."""
    assert process.stdout is not None  # asked for with PIPE
    os.set_blocking(process.stdout.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        for _chunk in range(16):
            if not selector.select(wait_s):
                return
            if not _read(process, output):
                if wait_s:
                    selector.unregister(process.stdout)
                    selector.select(wait_s)
                return


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Whether the leader is dead; it stays unreaped."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with contextlib.suppress(
        ProcessLookupError, PermissionError
    ):  # a group that is gone, or runs as another user by now
        os.killpg(process.pid, number)


def _outcome(
    allowed: AllowedCommand, process: "subprocess.Popen[bytes]", status: ExecutionStatus, output: Capped
) -> Outcome:
    code = process.returncode
    text = _clean(output.text(), allowed)
    if status is ExecutionStatus.TIMED_OUT:
        return Outcome(status, f"killed after its {allowed.timeout_s} s", None, text, output.total)
    if status is ExecutionStatus.STOPPED:
        return Outcome(status, "stopped", None, text, output.total)
    ended = ExecutionStatus.DONE if code == 0 else ExecutionStatus.FAILED
    said = f"exit {code}" if code >= 0 else f"ended by {_signal_name(-code)}"
    return Outcome(ended, said, code, text, output.total)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _clean(raw: bytes, allowed: AllowedCommand) -> str:
    """Text that can be stored and shown: UTF-8, no control characters but line breaks and tabs, no secret of its environment."""
    text = codecs.decode(raw, "utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
    for value in allowed.environment.values():
        if len(value) >= _SECRET:
            kept = kept.replace(value, "***")
    return kept
