"""AWS Signature Version 4 for requests without a body, as every S3-compatible store takes it."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

__all__ = ["EMPTY", "Signer", "canonical_query"]

EMPTY = hashlib.sha256(b"").hexdigest()


def canonical_query(fields: Mapping[str, str]) -> str:
    """A query in the only order and spelling that is signed."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(fields[name], safe='-_.~')}" for name in sorted(fields))


@dataclass(frozen=True, slots=True)
class Signer:
    """Who we are to a store."""

    access_key: str
    secret_key: str
    region: str

    def headers(self, url: str, at: datetime, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The headers of a GET (`more` are signed too). The URL is as it is sent: path encoded, query canonical."""
        parts = urlsplit(url)
        stamp = f"{at:%Y%m%dT%H%M%SZ}"
        signed = {"host": parts.netloc, "x-amz-content-sha256": EMPTY, "x-amz-date": stamp}
        signed |= {name.lower(): value for name, value in (more or {}).items()}
        names = ";".join(sorted(signed))
        lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
        request = f"GET\n{parts.path or '/'}\n{parts.query}\n{lines}\n{names}\n{EMPTY}"
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = f"AWS4{self.secret_key}".encode()
        for word in (stamp[:8], self.region, "s3", "aws4_request"):
            key = hmac.new(key, word.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        proof = f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope},SignedHeaders={names},Signature={signature}"
        sent = {name: value for name, value in signed.items() if name != "host"}
        return {**sent, "Authorization": proof}
