"""The house itself as operations: backups, the pause of sending, and work that waits for a person."""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.bootstrap.backup import write_backup
from watchbill.kernel.errors import Forbidden, Invalid, NotFound
from watchbill.kernel.ids import JobId
from watchbill.kernel.jobs import Parked
from watchbill.people.model import Actor

__all__ = [
    "BackupView",
    "MakeBackup",
    "ParkedJobView",
    "PauseSending",
    "RetryJob",
    "SendingView",
    "make_backup",
    "parked_jobs",
    "pause_sending",
    "resume_sending",
    "retry_job",
    "show_sending",
]

# Ways in of whoever owns the data directory: only they may name files on its machine.
_OWNERS = {"socket", "cli"}


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(_Given):
    """No input."""


class MakeBackup(_Given):
    """Where the file goes, as an absolute path on the server's machine; an older one there is replaced."""

    file: Path


class PauseSending(_Given):
    """Why nothing may leave."""

    reason: str = Field(min_length=1, max_length=500)


class RetryJob(_Given):
    """Which parked job."""

    id: str


class BackupView(BaseModel):
    """What was written: everything up to `at`. Keep `audit_head` elsewhere to check a restored audit log against it."""

    file: str
    at: datetime
    rows: int
    audit_head: str


class SendingView(BaseModel):
    """Whether pages leave; `since` and `reason` where they do not, and how many deliveries wait."""

    paused: bool
    since: datetime | None
    reason: str | None
    waiting: int


class ParkedJobView(BaseModel):
    """Work that failed too often."""

    id: str
    kind: str
    key: str
    attempts: int
    parked_at: datetime
    error: str


def make_backup(s: Services, who: Actor, given: MakeBackup) -> BackupView:
    """Write one consistent cut; the server goes on meanwhile."""
    if who.via not in _OWNERS:
        raise Forbidden(
            "a backup is written by the owner of the data directory",
            hint="run `watchbill backup` on the server's machine",
        )
    if not given.file.is_absolute():
        given = MakeBackup(file=given.file.absolute())
    try:
        manifest = write_backup(s.app, s, given.file)
    except OSError as wrong:
        raise Invalid("file", f"{wrong.filename or given.file} cannot be written: {wrong.strerror}") from wrong
    return BackupView(
        file=str(given.file), at=manifest.at, rows=sum(manifest.rows.values()), audit_head=manifest.audit_head
    )


def show_sending(s: Services, who: Actor, given: Nothing) -> SendingView:
    """Whether pages leave."""
    pause = s.pauses.sending()
    waiting = s.queue.waiting("send:")
    return SendingView(
        paused=pause is not None,
        since=pause.at if pause else None,
        reason=pause.reason if pause else None,
        waiting=waiting,
    )


def pause_sending(s: Services, who: Actor, given: PauseSending) -> SendingView:
    """Let no page leave until somebody resumes; /readyz says so."""
    s.pauses.stop_sending(f"{given.reason} ({who.name})", s.now)
    s.audit.record(who.name, "sending.pause", "sending", {"reason": given.reason})
    return show_sending(s, who, Nothing())


def resume_sending(s: Services, who: Actor, given: Nothing) -> SendingView:
    """Let pages leave again; what nobody needs to hear any more was dropped meanwhile."""
    if s.pauses.resume_sending():
        s.audit.record(who.name, "sending.resume", "sending")
        s.jobs.touched = True  # the deliveries loop looks at once
    return show_sending(s, who, Nothing())


def parked_jobs(s: Services, who: Actor, given: Nothing) -> list[ParkedJobView]:
    """Work that waits for a person, the newest first."""
    return [_view(one) for one in s.queue.parked()]


def retry_job(s: Services, who: Actor, given: RetryJob) -> ParkedJobView:
    """Let it run again at once, with fresh attempts."""
    parked = {one.job.id: one for one in s.queue.parked(limit=10_000)}
    found = parked.get(JobId(given.id))
    if found is None:
        raise NotFound("parked job", given.id, hint="`watchbill jobs parked` lists them")
    s.queue.unpark(found.job.id)
    s.jobs.touched = True  # the loop looks at once
    s.audit.record(who.name, "job.retry", found.job.id, {"kind": found.job.kind, "key": found.job.key})
    return _view(found)


def _view(one: Parked) -> ParkedJobView:
    job = one.job
    return ParkedJobView(
        id=job.id, kind=job.kind, key=job.key, attempts=job.attempts, parked_at=one.parked_at, error=one.error
    )
