"""Lists and fetches logs over HTTP and from S3, within bounds of size and time."""

import contextlib
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from watchbill.adapters.measure.asking import Credentials, Http
from watchbill.adapters.measure.files import is_remote
from watchbill.adapters.measure.remote.places import Allowed, Bucket, Web, static_part
from watchbill.adapters.measure.remote.signing import Signer, canonical_query
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, Unavailable

__all__ = ["Fetcher", "Found", "at_hand"]

_MOST_BYTES = 2 << 30
_MOST_OBJECTS = 100_000
_OK = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One file that is there: its address, and a mark that changes when it does (empty: nobody can tell)."""

    address: str
    url: str
    mark: str
    bucket: Bucket | None = None


@contextlib.contextmanager
def at_hand(fetcher: "Fetcher", paths: Sequence[str]) -> Iterator[tuple[list[str], dict[str, str]]]:
    """Paths of which those elsewhere are fetched into a folder for the time being, and by what name each file is known."""
    with TemporaryDirectory(prefix="watchbill-log-") as folder:
        found: list[str] = []
        names: dict[str, str] = {}
        for path in paths:
            for one in fetcher.find(path) if is_remote(path) else ():
                target = Path(folder) / f"{len(names)}{Path(one.address.partition('?')[0]).suffix}"
                fetcher.fetch(one, target)
                names[str(target)] = one.address
                found.append(str(target))
            if not is_remote(path):
                found.append(path)
        yield found, names


class Fetcher:
    """Raises Invalid for what may not be read, Unavailable for what cannot be had now."""

    def __init__(self, http: Http, clock: Clock, allowed: Allowed, credentials: Credentials) -> None:
        self._http, self._clock, self._allowed, self._credentials = http, clock, allowed, credentials

    def find(self, address: str) -> list[Found]:
        """The files that an address or glob names, by name. A single file is named whether it is there or not."""
        place = self._allowed.place(address)
        if isinstance(place, Web):
            return [Found(address, place.url, self._web_mark(place.url))]
        if static_part(place.pattern) == place.pattern and not place.pattern.endswith("/"):
            listed = [one for one in self._objects(place) if one[0] == place.pattern]
            if not listed:
                raise Invalid("path", f"there is no object {place.pattern} in the bucket {place.name}")
        else:
            pattern = place.pattern + ("*" if place.pattern.endswith("/") else "")
            listed = [one for one in self._objects(place) if fnmatchcase(one[0], pattern) and not one[0].endswith("/")]
        return [Found(f"s3://{place.name}/{key}", _object_url(place, key), tag, place) for key, tag in sorted(listed)]

    def fetch(self, found: Found, target: Path) -> None:
        """Write the file to `target`, whole."""
        headers = {"Accept-Encoding": "identity"}
        if found.bucket is not None:
            headers |= self._signed(found.bucket, found.url)
        status = self._http.save(found.url, target, headers, most_bytes=_MOST_BYTES)
        if status != _OK:
            raise Unavailable(f"{found.address}: {_status_words(status)}")

    def _web_mark(self, url: str) -> str:
        """What a server says of the file's state: its ETag, or its date and size. Servers without HEAD say nothing."""
        reply = self._http.send(url, method="HEAD", headers={"Accept-Encoding": "identity"})
        if reply.status in {404, 410, 401, 403}:
            raise Unavailable(f"{url}: {_status_words(reply.status)}")
        if reply.status != _OK:
            return ""
        return reply.headers.get("etag") or " ".join(
            filter(None, (reply.headers.get("last-modified"), reply.headers.get("content-length")))
        )

    def _objects(self, place: Bucket) -> Iterator[tuple[str, str]]:
        """Keys with their ETags, page by page."""
        fields = {"list-type": "2", "prefix": static_part(place.pattern)}
        count = 0
        while True:
            url = f"{_bucket_url(place)}/?{canonical_query(fields)}"
            reply = self._http.send(url, headers=self._signed(place, url))
            if reply.status != _OK:
                raise Unavailable(f"s3://{place.name}: {_status_words(reply.status)}{_code(reply.body)}")
            root = _xml(reply.body, place.name)
            for one in root.iterfind("{*}Contents"):
                count += 1
                yield one.findtext("{*}Key", ""), one.findtext("{*}ETag", "") or one.findtext("{*}LastModified", "")
            token = root.findtext("{*}NextContinuationToken", "")
            if not token:
                return
            if count >= _MOST_OBJECTS:
                raise Invalid("path", f"more than {_MOST_OBJECTS:,} objects begin so", hint="name a longer prefix")
            fields["continuation-token"] = token

    def _signed(self, place: Bucket, url: str) -> dict[str, str]:
        """Signed where there are keys for the bucket; a public bucket needs none."""
        keys = self._credentials.pair(f"s3://{place.name}/")
        return Signer(*keys, place.region).headers(url, self._clock.now()) if keys else {}


def _bucket_url(place: Bucket) -> str:
    if place.endpoint:
        return f"{place.endpoint}/{place.name}"
    return f"https://{place.name}.s3.{place.region}.amazonaws.com"


def _object_url(place: Bucket, key: str) -> str:
    return f"{_bucket_url(place)}/{quote(key, safe='/-_.~')}"


def _xml(body: bytes, name: str) -> ET.Element:
    try:
        return ET.fromstring(body)  # noqa: S314 - from a store that the settings name, bounded; expat bounds entities
    except ET.ParseError as wrong:
        raise Unavailable(f"s3://{name}: the answer is no list of objects") from wrong


def _code(body: bytes) -> str:
    """Why a store refuses, in its own word: AccessDenied, SignatureDoesNotMatch, NoSuchBucket."""
    try:
        found = ET.fromstring(body).findtext("{*}Code", "") if body else ""  # noqa: S314 - as above
    except ET.ParseError:
        return ""
    return f" ({found[:60]})" if found else ""


def _status_words(status: int) -> str:
    words = {401: "it asks for credentials (WATCHBILL_SOURCE_TOKENS)", 403: "it may not be read", 404: "there is no such file", 410: "there is no such file"}  # fmt: skip
    return f"{words.get(status, 'it cannot be had now')} (status {status})"
