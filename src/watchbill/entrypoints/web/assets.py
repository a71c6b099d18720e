"""What pages load besides their HTML: read once, addressed by its hash, so that a browser may keep it for ever."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import Response

from watchbill.kernel.errors import NotFound

__all__ = ["Asset", "asset_url", "assets", "serve_asset"]

# What pages call a part, and the file of the vendored version; everything else goes by its own name.
_VENDORED = {
    "htmx.js": re.compile(r"htmx-[\d.]+\.min\.js"),
    "htmx-sse.js": re.compile(r"htmx-sse-[\d.]+\.min\.js"),
    "inter-core.woff2": re.compile(r"inter-core-[\d.]+\.woff2"),
    "inter-latin.woff2": re.compile(r"inter-latin-[\d.]+\.woff2"),
}
_URL = re.compile(rb"url\(([a-z0-9.-]+)\)")
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_AROUND = re.compile(rb"\s*([{};])\s*")
_DIGEST = 10
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, the same compressed where that is worth it, its type and address."""

    url: str
    media_type: str
    content: bytes
    packed: bytes | None


@cache
def assets() -> Mapping[str, Asset]:
    """Every asset by the name that pages use."""
    root = files("watchbill.entrypoints.web") / "static"
    raw = {child.name: child.read_bytes() for child in root.iterdir() if child.is_file()}
    for name, pattern in _VENDORED.items():
        raw[name] = _only(root / "vendor", pattern)
    found = {name: _asset(name, content) for name, content in raw.items() if not name.endswith(".css")}
    # Fonts are named by their hash in the style sheet too.
    urls = {name: asset.url.encode() for name, asset in found.items()}
    for name, content in raw.items():
        if name.endswith(".css"):
            linked = _URL.sub(lambda match: b"url(" + urls[match[1].decode()] + b")", _plain(content))
            found[name] = _asset(name, linked)
    return found


def asset_url(name: str) -> str:
    """The address of an asset; raises NotFound for a name that no file has, at the first rendering of the page."""
    try:
        return assets()[name].url
    except KeyError:
        raise NotFound("asset", name, known=assets()) from None


def serve_asset(request: Request) -> Response:
    """`/static/DIGEST/NAME`; an old digest is not found, so that nobody caches new bytes under an old name."""
    asset = assets().get(request.path_params["name"])
    if asset is None or asset.url != request.url.path:
        return Response("no such file\n", 404, media_type="text/plain", headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.content, media_type=asset.media_type, headers=headers)


def _plain(style: bytes) -> bytes:
    """A style sheet without its comments and the space around its marks: those are for the people who write it."""
    return _AROUND.sub(rb"\1", _COMMENT.sub(b"", style)).replace(b";}", b"}").strip()


def _only(folder: Traversable, pattern: re.Pattern[str]) -> bytes:
    matching = [child for child in folder.iterdir() if pattern.fullmatch(child.name)]
    if len(matching) != 1:
        raise NotFound("vendored file", pattern.pattern, hint="python scripts/vendor.py makes them")
    return matching[0].read_bytes()


def _asset(name: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:_DIGEST]
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = None if name.endswith(".woff2") else gzip.compress(content, 9, mtime=0)
    return Asset(url=f"/static/{digest}/{name}", media_type=media_type, content=content, packed=packed)
