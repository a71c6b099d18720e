"""Bulletins as Atom (RFC 4287) and RSS 2.0. Ids never change, so that readers show each bulletin once."""

from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from watchbill.incidents.model.status import Bulletin
from watchbill.incidents.service.status_desk import PageStanding
from watchbill.kernel.instants import to_text

__all__ = ["atom", "rss"]

_ATOM = "http://www.w3.org/2005/Atom"


def _bulletins(standing: PageStanding) -> list[Bulletin]:
    found = {one.id: one for thread in (*standing.open, *standing.recent) for one in thread.bulletins}
    return sorted(found.values(), key=lambda one: (one.at, one.id), reverse=True)


def _title(one: Bulletin) -> str:
    return f"{one.stage.capitalize()}: {one.title}"


def atom(standing: PageStanding, address: str) -> str:
    """The feed as Atom."""
    found = _bulletins(standing)
    feed = Element("feed", xmlns=_ATOM)
    SubElement(feed, "title").text = standing.page.title
    SubElement(feed, "id").text = address
    SubElement(feed, "link", href=address)
    SubElement(feed, "updated").text = to_text(found[0].at if found else standing.at)
    author = SubElement(feed, "author")
    SubElement(author, "name").text = standing.page.title
    for one in found:
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = f"urn:watchbill:{one.id}"
        SubElement(entry, "title").text = _title(one)
        SubElement(entry, "updated").text = to_text(one.at)
        SubElement(entry, "link", href=address)
        SubElement(entry, "content", type="text").text = one.text
    return _text(feed)


def rss(standing: PageStanding, address: str) -> str:
    """The feed as RSS 2.0."""
    top = Element("rss", version="2.0")
    channel = SubElement(top, "channel")
    SubElement(channel, "title").text = standing.page.title
    SubElement(channel, "link").text = address
    SubElement(channel, "description").text = f"What happens to {standing.page.title}"
    for one in _bulletins(standing):
        item = SubElement(channel, "item")
        SubElement(item, "title").text = _title(one)
        SubElement(item, "description").text = one.text
        SubElement(item, "pubDate").text = format_datetime(one.at)
        SubElement(item, "guid", isPermaLink="false").text = one.id
        SubElement(item, "link").text = address
    return _text(top)


def _text(top: Element) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode")
