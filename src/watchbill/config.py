"""Settings: one literal row each, with its default and a sentence. Read from the environment, files for secrets, and arguments.

`WATCHBILL_` and the row's name in capitals is the variable; the same name with `_FILE` names a file that holds the value
(for secrets). Arguments (flags of a command) win over variables, variables over defaults; an unknown variable is refused
with the nearest name, so that a typo cannot switch something off silently.
"""
# ruff: noqa: RUF009 - the rows are made by a function that returns dataclasses.field

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from watchbill.kernel.errors import Invalid, near
from watchbill.kernel.units import duration, duration_text

__all__ = ["PREFIX", "Config", "Setting", "settings", "unix_address"]

PREFIX = "WATCHBILL_"
# Variables that are not settings of the process: the client's token, the harness's crash points.
_OTHER_VARIABLES = {
    "WATCHBILL_TOKEN",
    "WATCHBILL_TOKEN_FILE",
    "WATCHBILL_SERVER",
    "WATCHBILL_CRASHPOINT",
    "WATCHBILL_TRACEBACK",
}
_WEB_ADDRESSES = {"public_url": "write https://watch.example.org", "heartbeat_url": "write https://hc-ping.com/..."}
_LONGEST_UNIX_ADDRESS = 107
T = TypeVar("T")


def _row(default: T, sentence: str, *, read: Callable[[str], T], secret: bool = False) -> T:
    """A row of the table: a dataclass field whose metadata says how it is read and what it means."""
    metadata = {"sentence": sentence, "read": read, "secret": secret}
    return field(default=default, metadata=metadata, repr=not secret)


def _span(text: str) -> timedelta:
    return duration(text)


def _yes(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    try:
        return known[text.lower()]
    except KeyError:
        raise Invalid("", f"{text!r} is neither yes nor no", hint="write true or false") from None


def _count(text: str) -> int:
    if not text.isdecimal():
        raise Invalid("", f"{text!r} is not a whole number")
    return int(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(_path(word) for word in _words(text))


def _optional_path(text: str) -> Path | None:
    return _path(text) if text else None


def _default_data() -> Path:
    """`$XDG_DATA_HOME/watchbill`, by default `~/.local/share/watchbill`."""
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "watchbill"


@dataclass(frozen=True)
class Config:
    """All settings of a process. Immutable; a reload makes a new one."""

    # fmt: off
    data: Path = _row(Path(), "The data directory: database, counts, socket, lock. Default `$XDG_DATA_HOME/watchbill` (`~/.local/share/watchbill`).", read=_path)
    database: str = _row("", "Where the state lies: `postgresql+psycopg://user@host/name`; empty means SQLite in the data directory.", read=str, secret=True)
    counts_url: str = _row("", "A Prometheus-compatible server for counts (VictoriaMetrics, Mimir); needed for more than one node.", read=str, secret=True)
    counts_write_url: str = _row("", "Where that server takes remote write, if elsewhere than `/api/v1/write` (Mimir: `/api/v1/push`).", read=str, secret=True)
    specs: Path | None = _row(None, "A folder of resources that `serve` applies at start and at each reload.", read=_optional_path)
    alertmanager_config: Path | None = _row(None, "An Alertmanager configuration file: its receivers are told as Alertmanager would tell them, beside watchbill's own pages. Read at start, on SIGHUP and on POST /-/reload.", read=_optional_path)
    log_roots: tuple[Path, ...] = _row((), "Folders below which log files may be named over the network, separated by commas; the owner may name any.", read=_paths)
    log_addresses: tuple[str, ...] = _row((), "Addresses that logs may be read from, by anybody, separated by commas: `https://logs.example/nginx/` (a folder ends in `/`), `s3://bucket/prefix/?region=eu-west-1`, `s3://bucket/?endpoint=https://minio:9000`.", read=_words)
    source_hosts: tuple[str, ...] = _row((), "Hosts, networks (`10.0.0.0/8`) and `*.example.org` that sources and probes applied over the network may ask, separated by commas; `plugin:NAME` lets a plug-in be used; the owner may name any.", read=_words)
    source_tokens: tuple[str, ...] = _row((), "Credentials of sources, separated by commas: `https://prometheus.example=TOKEN` (Bearer) or `https://prometheus.example=user:password` (Basic), `s3://bucket=ACCESS_KEY:SECRET_KEY`; they go to that address only.", read=_words, secret=True)
    pull_every: timedelta = _row(timedelta(seconds=5), "How often sources that are asked (Prometheus, SQL, plug-ins) are looked at for a new minute.", read=_span)
    pull_delay: timedelta = _row(timedelta(seconds=20), "How long after its end a minute is asked for, so that the last scrape of it is in.", read=_span)
    pull_timeout: timedelta = _row(timedelta(seconds=30), "How long a source may take to answer.", read=_span)
    probe_look: timedelta = _row(timedelta(seconds=1), "How often it is looked at which probes are due.", read=_span)
    beat_look: timedelta = _row(timedelta(seconds=5), "How often it is looked at which heartbeats are missed.", read=_span)
    listen: str = _row("127.0.0.1:8427", "Host and port of the web server; port 0 takes a free one. Beyond loopback, intake demands keys.", read=str)
    public_url: str = _row("", "The address under which people and links in pages reach this server; default: the listen address.", read=str)
    trusted_proxies: tuple[str, ...] = _row((), "Addresses of proxies whose X-Forwarded-For and -Proto are believed, separated by commas.", read=_words)
    smtp_url: str = _row("", "The mail server: `smtp://user:password@host:587` (STARTTLS), `smtps://host` (TLS) or `smtp://127.0.0.1:25`.", read=str, secret=True)
    mail_from: str = _row("watchbill@localhost", "The sender of mail.", read=str)
    channels: Path | None = _row(None, "A TOML file, readable by its owner only, with a table for each provider of pages: slack, matrix, twilio ...", read=_optional_path)
    status_copies: Path | None = _row(None, "A folder in which a static copy of every public status page is kept, for a web server that goes on when this one does not.", read=_optional_path)
    actions: Path | None = _row(None, "A TOML file, readable by its owner only, with the commands, webhooks and placeholders that runbooks and mitigations may use; without it nothing is run.", read=_optional_path)
    trackers: Path | None = _row(None, "A TOML file, readable by its owner only, with a table for each issue tracker (GitHub, GitLab, Jira) in which action items are mirrored.", read=_optional_path)
    secret: str = _row("", "Signs links in pages; replicas share it. Default: a key of its own in the data directory.", read=str, secret=True)
    webhook_secret: str = _row("", "Signs outgoing webhooks: `whsec_` and 24 to 64 bytes in base64. Default: a key of its own in the data directory.", read=str, secret=True)
    allow_internal: tuple[str, ...] = _row((), "Internal networks that webhooks may be sent to (`10.20.0.0/16, 127.0.0.1/32`); all others are refused.", read=_words)
    intake_backlog_bytes: int = _row(512 << 20, "How much may wait in the inbox to be folded; past it intake answers 503 with Retry-After.", read=_count)
    intake_max_body_bytes: int = _row(1 << 20, "The largest body of alerts that is taken in; past it intake answers 413.", read=_count)
    intake_keys: tuple[str, ...] = _row((), "Keys, separated by commas, that let a sender beyond loopback send alerts and nothing else (as Bearer token, or as the password of Basic).", read=_words, secret=True)
    beacon_keys: tuple[str, ...] = _row((), "Keys of pages that report web vitals, separated by commas: `SERVICE=KEY`. A page's source shows its key: it lets anybody report page views of that service, and nothing else.", read=_words)
    beacon_origins: tuple[str, ...] = _row((), "Sites whose pages may report (`https://shop.example`), separated by commas; none: any.", read=_words)
    keep_payloads: timedelta = _row(timedelta(days=7), "How long what was taken in is kept after it was folded, for replays.", read=_span)
    keep_payloads_bytes: int = _row(1 << 30, "How much of it is kept at most; the oldest goes first.", read=_count)
    follow_every: timedelta = _row(timedelta(seconds=1), "How often logs are looked at for new lines.", read=_span)
    evaluate_every: timedelta = _row(timedelta(seconds=15), "How often every SLO is evaluated.", read=_span)
    watermark_delay: timedelta = _row(timedelta(seconds=15), "How far the moment at which alerts are judged trails the clock, so that the last log lines are in.", read=_span)
    log_level: str = _row("info", "The least level that is logged: debug, info, warning or error.", read=str)
    session_idle: timedelta = _row(timedelta(hours=12), "A login ends after this time without a request.", read=_span)
    session_absolute: timedelta = _row(timedelta(days=14), "A login ends after this time in any case.", read=_span)
    login_link_expiry: timedelta = _row(timedelta(minutes=15), "How long a one-time login link is good.", read=_span)
    header_timeout: timedelta = _row(timedelta(seconds=10), "How long a client may take to send its request headers.", read=_span)
    body_timeout: timedelta = _row(timedelta(seconds=30), "How long a client may take to send its request body.", read=_span)
    idle_timeout: timedelta = _row(timedelta(seconds=60), "How long a connection is kept open between two requests.", read=_span)
    max_header_bytes: int = _row(64 << 10, "The largest request head that is read.", read=_count)
    max_body_bytes: int = _row(64 << 20, "The largest request body that is read; most routes allow less.", read=_count)
    max_connections: int = _row(1_000, "How many connections are open at once; further ones are answered with 503.", read=_count)
    max_connections_per_address: int = _row(200, "How many of them one address may open (trusted proxies: any number).", read=_count)
    stop_timeout: timedelta = _row(timedelta(seconds=10), "How long a graceful stop may take.", read=_span)
    job_threads: int = _row(4, "How many reactions and timers run at once on PostgreSQL (SQLite has one writer and takes one).", read=_count)
    send_threads: int = _row(8, "How many deliveries are under way at once over each channel.", read=_count)
    heartbeat_url: str = _row("", "An outside watcher (healthchecks.io and its kind) that is called with GET while paging can work, and hears nothing when it cannot.", read=str, secret=True)
    heartbeat_every: timedelta = _row(timedelta(seconds=60), "How often it is called.", read=_span)
    keep_jobs: timedelta = _row(timedelta(days=1), "How long a job that was done stays listed.", read=_span)
    metrics_open: bool = _row(True, "Whether /metrics answers without a token.", read=_yes)  # noqa: FBT003 - the value of the row
    # fmt: on

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None, **given: object) -> "Config":
        """Arguments that are not None, then variables, then defaults; raises Invalid that names the variable."""
        environment = os.environ if environment is None else environment
        rows = {row.name: row for row in settings()}
        found: dict[str, Any] = {}  # Any: each row has its own type
        for variable in sorted(environment):
            if variable.startswith(PREFIX) and variable not in _OTHER_VARIABLES:
                row = _row_of(variable, rows)
                found[row.name] = _read(row, variable, environment[variable])
        found |= {name: value for name, value in given.items() if value is not None}
        if not str(found.get("data", "")):
            found["data"] = _default_data()
        found["data"] = Path(found.get("data") or _default_data()).expanduser().absolute()
        return _checked(cls(**found))

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy writes it; SQLite in the data directory unless another is set."""
        if not self.database:
            return f"sqlite:///{self.data / 'watchbill.db'}"
        for short in ("postgresql://", "postgres://"):
            if self.database.startswith(short):
                return "postgresql+psycopg://" + self.database.removeprefix(short)
        return self.database

    @property
    def sqlite_path(self) -> Path | None:
        """The file of the state; None where it lies in PostgreSQL or in memory."""
        return (
            Path(self.database_url.removeprefix("sqlite:///")) if self.database_url.startswith("sqlite:///") else None
        )

    @property
    def is_postgresql(self) -> bool:
        """Whether the state lies in PostgreSQL, so that several processes may share it."""
        return self.database_url.startswith("postgresql")

    @property
    def socket_path(self) -> Path:
        """The Unix socket through which the command line reaches the server that owns the data directory."""
        return self.data / "watchbill.sock"

    @property
    def lock_path(self) -> Path:
        """The file that says which process owns the data directory."""
        return self.data / "owner.lock"

    @property
    def counts_path(self) -> Path:
        """The folder of the embedded counts store."""
        return self.data / "counts"

    @property
    def listens_on_loopback(self) -> bool:
        """Whether only this machine can connect."""
        return urlsplit(f"//{self.listen}").hostname in {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A row as the reference page shows it."""

    name: str
    variable: str
    default: str
    sentence: str
    secret: bool
    read: Callable[[str], object]


def settings() -> tuple[Setting, ...]:
    """All rows in their order."""
    return tuple(
        Setting(
            row.name,
            PREFIX + row.name.upper(),
            _shown(row.default),
            row.metadata["sentence"],
            row.metadata["secret"],
            row.metadata["read"],
        )
        for row in fields(Config)
    )


def _shown(default: object) -> str:
    match default:
        case timedelta():
            return duration_text(default)
        case bool():
            return str(default).lower()
        case tuple():
            return ", ".join(default)
        case Path() | None:
            return ""
        case _:
            return str(default)


def _row_of(variable: str, rows: Mapping[str, Setting]) -> Setting:
    name = variable.removeprefix(PREFIX).removesuffix("_FILE").lower()
    if name not in rows:
        close = near(variable, [row.variable for row in rows.values()])
        raise Invalid(
            variable,
            "no such setting",
            hint=f"did you mean {close}?" if close else "docs/reference/settings.md lists them",
        )
    return rows[name]


def _read(row: Setting, variable: str, text: str) -> object:
    try:
        value = Path(text).read_text("utf-8").strip() if variable.endswith("_FILE") else text
    except OSError as wrong:
        raise Invalid(variable, f"cannot read {text}: {wrong.strerror}") from wrong
    try:
        return row.read(value)
    except Invalid as wrong:
        raise Invalid(variable, wrong.reason, hint=wrong.hint) from wrong


def _checked(config: Config) -> Config:
    """Settings that are readable and still make no sense."""
    listen = urlsplit(f"//{config.listen}")
    port = None
    with contextlib.suppress(ValueError):
        port = listen.port
    if listen.hostname is None or port is None:
        raise Invalid("listen", f"{config.listen!r} is not host:port", hint="write 127.0.0.1:8720")
    if config.smtp_url and urlsplit(config.smtp_url).scheme not in {"smtp", "smtps"}:
        raise Invalid("smtp_url", "is not a mail server's address", hint="write smtp://user:password@host:587")
    for name, hint in _WEB_ADDRESSES.items():
        if (address := getattr(config, name)) and urlsplit(address).scheme not in {"http", "https"}:
            raise Invalid(name, "is not a web address", hint=hint)
    if wrong := next((one for one in config.beacon_keys if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*=\S+", one)), None):
        raise Invalid("beacon_keys", f"{wrong!r} is not SERVICE=KEY", hint="write shop-web=k3y")
    if config.log_level not in {"debug", "info", "warning", "error"}:
        raise Invalid("log_level", f"{config.log_level!r} is not a level", hint="debug, info, warning or error")
    return config


@contextlib.contextmanager
def unix_address(path: Path) -> Iterator[str]:
    """The address of a Unix socket file, for bind or connect; the system takes 107 bytes, so a longer path goes through its folder."""
    if len(os.fsencode(path)) <= _LONGEST_UNIX_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
