"""`probe`: a synthetic check that watchbill runs itself."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from watchbill.adapters.resources.fields import Count, Name, Span, Spec, WebUrl
from watchbill.adapters.resources.fields.numbers import whole_between
from watchbill.adapters.resources.fields.wrong import wrong

__all__ = ["ProbeSpec"]

_Status = Annotated[int, whole_between(100, 599)]
_Port = Annotated[int, whole_between(1, 65_535)]


def _host(text: str) -> str:
    if not text or any(letter.isspace() or letter in "/?#@" for letter in text):
        raise wrong(f"{text!r} is not a host", "write db.example.org or 192.0.2.7")
    return text


_Host = Annotated[str, AfterValidator(_host)]


class HttpProbeSpec(Spec):
    """Fetches a page."""

    url: WebUrl = Field(description="What to fetch")
    method: Literal["GET", "HEAD"] = Field(default="GET", description="How")
    expect_status: list[_Status] = Field(default=[200], min_length=1, description="Statuses that are fine")
    expect_body: str | None = Field(default=None, description="Text that the answer must hold")
    timeout: Span = Field(default="5s", description="When to give up")


class TcpProbeSpec(Spec):
    """Opens a connection."""

    host: _Host = Field(description="The host")
    port: _Port = Field(description="The port")
    timeout: Span = Field(default="5s", description="When to give up")


class DnsProbeSpec(Spec):
    """Resolves a name."""

    name: _Host = Field(description="The name to resolve")
    record: Literal["A", "AAAA", "CNAME", "MX", "TXT", "NS"] = Field(default="A", description="The type of record")
    expect: list[str] = Field(default=[], description="Answers of which one must come")
    server: _Host | None = Field(default=None, description="The name server to ask; default: the system's")
    timeout: Span = Field(default="5s", description="When to give up")


class TlsProbeSpec(Spec):
    """Looks at a certificate."""

    host: _Host = Field(description="The host")
    port: _Port = Field(default=443, description="The port")
    min_days: Count = Field(default=14, description="Fewer days to the expiry than this is bad")
    timeout: Span = Field(default="5s", description="When to give up")


class ProbeSpec(Spec):
    """A probe: exactly one of http, tcp, dns and tls."""

    name: Name = Field(description="The probe's id")
    service: Name = Field(description="The service that it tells about")
    http: HttpProbeSpec | None = Field(default=None, description="Fetch a page")
    tcp: TcpProbeSpec | None = Field(default=None, description="Open a connection")
    dns: DnsProbeSpec | None = Field(default=None, description="Resolve a name")
    tls: TlsProbeSpec | None = Field(default=None, description="Look at a certificate")
    every: Span = Field(default="30s", description="How often")

    @model_validator(mode="after")
    def _one_way(self) -> "ProbeSpec":
        given = [way for way in ("http", "tcp", "dns", "tls") if getattr(self, way) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise wrong(f"needs exactly one of http, tcp, dns and tls, has {found}", "one probe checks one thing")
        return self
