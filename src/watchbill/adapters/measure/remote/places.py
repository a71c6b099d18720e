"""Which addresses logs may be read from: the allow-list, with what is needed to ask there.

An entry is an address that ends in `/`, or one file: `https://logs.example/nginx/`, `s3://bucket/prefix/?region=eu-west-1`,
`s3://bucket/?endpoint=https://minio.example:9000`. Region and endpoint stand only here, so that nobody who names a log
chooses which server gets our signature.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from watchbill.kernel.errors import Invalid

__all__ = ["Allowed", "Bucket", "Web", "static_part"]

_GLOB = "*?["
_OPTIONS = {"region", "endpoint"}
_SETTING = "log_addresses"


def static_part(pattern: str) -> str:
    """A glob as far as it is plain."""
    return pattern[: min((place for one in _GLOB if (place := pattern.find(one)) >= 0), default=len(pattern))]


@dataclass(frozen=True, slots=True)
class Web:
    """One file over HTTP."""

    url: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """Objects of a bucket: `pattern` may hold `*` (also over slashes), `?` and `[..]`."""

    name: str
    pattern: str
    region: str
    endpoint: str  # "": Amazon's own


@dataclass(frozen=True, slots=True)
class _Entry:
    prefix: str
    region: str = "us-east-1"
    endpoint: str = ""

    def covers(self, address: str) -> bool:
        return address == self.prefix or (self.prefix.endswith("/") and address.startswith(self.prefix))


class Allowed:
    """The allow-list of a process; raises Invalid for an entry that cannot be meant."""

    def __init__(self, rows: Sequence[str] = ()) -> None:
        self._entries = tuple(map(_entry, rows))

    def __call__(self, address: str) -> bool:
        """Whether a log at that address may be read."""
        return self._of(address) is not None

    def place(self, address: str) -> Web | Bucket:
        """How to ask for it; raises Invalid for what is not on the list."""
        entry = self._of(address)
        if entry is None:
            shown = urlsplit(address)._replace(query="", fragment="").geturl()
            raise Invalid(
                "path", f"{shown} is not among the addresses that logs may be read from",
                hint="add it (or a folder above it, ending in /) to WATCHBILL_LOG_ADDRESSES; a command also takes it from a pipe: --log -",
            )  # fmt: skip
        parts = urlsplit(address)
        if parts.scheme == "s3":
            return Bucket(parts.netloc, address.split("/", 3)[3], entry.region, entry.endpoint)
        if static_part(parts.path) != parts.path:
            raise Invalid("path", f"{address} is a glob, and HTTP cannot list files", hint="name each file")
        return Web(address)

    def _of(self, address: str) -> _Entry | None:
        parts = urlsplit(address)
        # What a server may read as another path is not looked at further: `..`, encoded or not, and a second authority.
        steps = unquote(unquote(parts.path)).replace("\\", "/").split("/")
        if "." in steps or ".." in steps or "@" in parts.netloc or address.count("/") < 3:  # noqa: PLR2004 - scheme://host/
            return None
        plain = static_part(address)
        return next((one for one in self._entries if one.covers(address) or one.covers(plain)), None)


def _entry(row: str) -> _Entry:
    parts = urlsplit(row)
    if parts.scheme not in {"http", "https", "s3"} or not parts.netloc or "@" in parts.netloc:
        raise Invalid(
            _SETTING, f"{row!r} is no address of logs", hint="write https://host/folder/ or s3://bucket/prefix/"
        )
    if parts.scheme != "s3":
        return _Entry(row if parts.path else row + "/")
    options = parse_qs(parts.query)
    if unknown := set(options) - _OPTIONS:
        raise Invalid(
            _SETTING, f"{row!r}: {min(unknown)} is not known", hint="region=eu-west-1, endpoint=https://host:9000"
        )
    endpoint = options.get("endpoint", [""])[0].rstrip("/")
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise Invalid(_SETTING, f"{row!r}: the endpoint is no web address", hint="endpoint=https://host:9000")
    return _Entry(f"s3://{parts.netloc}{parts.path or '/'}", options.get("region", ["us-east-1"])[0], endpoint)
