"""Which addresses a webhook may be sent to: every spelling of an internal address is seen through (reliability 64-66)."""

from ipaddress import ip_address

import pytest

from watchbill.adapters.notify.addresses import Fence, literal
from watchbill.adapters.notify.weburl import WebAddress, read_address
from watchbill.kernel.errors import Invalid

CLOSED = Fence()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0x7f000001", "0", "localhost.", "10.0.0.1", "172.16.0.1",
        "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "224.0.0.1", "239.1.2.3",
        "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a00:1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[ff02::1]", "[2001:db8::1]", "[::127.0.0.1]",
    ],
)  # fmt: skip
def test_no_spelling_of_an_internal_address_is_called(host: str) -> None:
    """A literal is refused when it is saved already; a name that only resolves to one is stopped at the connect."""
    found = read_address(f"https://{host}/hook", CLOSED)

    if host == "localhost.":  # a name: nothing is resolved here
        assert isinstance(found, WebAddress)
    else:
        assert isinstance(found, str)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "2a00::1"]
)
def test_public_addresses_beside_the_ranges_are_called(address: str) -> None:
    """The edges of the ranges lie where the registry has them."""
    assert CLOSED.refusal(ip_address(address)) is None


def test_an_operator_opens_a_range_on_purpose() -> None:
    """The opened range is called, in its mapped spelling as well; its neighbour is not."""
    fence = Fence(["10.20.0.0/16"])

    assert fence.refusal(ip_address("10.20.3.4")) is None
    assert fence.refusal(ip_address("::ffff:10.20.3.4")) is None
    assert fence.refusal(ip_address("10.21.0.1")) is not None
    with pytest.raises(Invalid, match="not a network"):
        Fence(["10.20.0.0/33"])


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://good\\@127.0.0.1/", "backslashes"),
        ("http://user:hunter2@example.org/", "user name or password"),
        ("http://example.org\r\nHost: evil/", "percent-encoded"),
        ("http://exa mple.org/", "percent-encoded"),
        ("http://exämple.org/", "percent-encoded"),
        ("file:///etc/passwd", "only http"),
        ("gopher://example.org/", "only http"),
        ("javascript:alert(1)", "only http"),
        ("//example.org/x", "only http"),
        ("http://example.org:22/", "port"),
        ("http://example.org:0/", "port"),
        ("http://example.org:65536/", "port"),
        ("http://example.org:8080x/", "port"),
        ("http:///x", "host name"),
        ("http://-example.org/", "host name"),
        ("http://" + "a" * 2000 + "/", "web address"),
    ],
)
def test_what_two_programs_could_read_differently_is_refused(url: str, words: str) -> None:
    """Refused in words, never repaired."""
    found = read_address(url, CLOSED)

    assert isinstance(found, str)
    assert words in found
    assert "hunter2" not in found


def test_an_address_is_read_into_its_parts() -> None:
    """Where to connect, what to ask for, and a form that shows no secret of path and query."""
    found = read_address("https://hooks.example.org:8443/T0/s3cret?x=1", CLOSED)

    assert found == WebAddress("https", "hooks.example.org", 8443, "/T0/s3cret?x=1")
    assert found.shown == "https://hooks.example.org:8443/..."


def test_a_name_is_no_literal() -> None:
    """What the C library does not take for an address is a name."""
    assert literal("example.org") is None
    assert str(literal("0x7f.1")) == "127.0.0.1"
