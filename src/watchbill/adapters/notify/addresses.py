"""Which addresses of the network may be called: our own deny list, because `is_private` and `is_global` are not it.

100.64/10 is neither private nor global to Python, multicast is global, and 64:ff9b::7f00:1 reaches 127.0.0.1 through NAT64.
"""

import socket
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from watchbill.kernel.errors import Invalid

__all__ = ["Fence", "literal"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA special-purpose registry: nothing in these is a service on the public internet.
_DENIED_V4 = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
# Only 2000::/3 is unicast on the public internet; these parts of it are not, or carry an IPv4 address past the list above.
_PUBLIC_V6 = ip_network("2000::/3")
_DENIED_V6 = ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
_MAPPED, _NAT64 = ip_network("::ffff:0:0/96"), ip_network("64:ff9b::/96")
_LOW_32_BITS = (1 << 32) - 1


class Fence:
    """Says which addresses may be called; `allowed` are internal ranges that the operator opened on purpose."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed: Sequence[Network] = [_network(text) for text in allowed]
        self._denied: Sequence[Network] = [ip_network(text) for text in (*_DENIED_V4, *_DENIED_V6)]

    def refusal(self, address: Address) -> str | None:
        """Why the address may not be called; None where it may."""
        inner = _unwrapped(address)
        if any(inner.version == network.version and inner in network for network in self._allowed):
            return None
        if any(inner.version == network.version and inner in network for network in self._denied):
            return f"{address} is an internal or reserved address (WATCHBILL_ALLOW_INTERNAL opens ranges)"
        if isinstance(inner, IPv6Address) and inner not in _PUBLIC_V6:
            return f"{address} is not a public IPv6 address (WATCHBILL_ALLOW_INTERNAL opens ranges)"
        return None


def literal(host: str) -> Address | None:
    """The address that a host part spells out, in any spelling that the C library takes (`127.1`, `0x7f.1`, `2130706433`)."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError, ValueError):
        return None


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that a packet to this IPv6 address ends up at, where it carries one."""
    if isinstance(address, IPv6Address) and (address in _MAPPED or address in _NAT64):
        return IPv4Address(int(address) & _LOW_32_BITS)
    return address


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as wrong:
        raise Invalid("allow_internal", f"{text!r} is not a network: {wrong}", hint="write 10.20.0.0/16") from wrong
