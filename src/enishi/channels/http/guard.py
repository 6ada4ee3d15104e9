"""Which machines Enishi may talk to: names are resolved once, checked, and pinned.

A server that people type in could point at the operator's own network (SSRF). The guard
resolves the name itself, drops every address that is not public or expressly allowed, and
connects to what it checked, so that a second answer of the DNS cannot change the target.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.channels.errors import RejectedError

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system's resolver gives them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _inner(address: Address) -> Address:
    """The IPv4 address that some IPv6 notations wrap."""
    if not isinstance(address, IPv6Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    wrapped = address.ipv4_mapped or address.sixtofour
    if address.teredo:
        wrapped = address.teredo[1]
    return wrapped or address


class NetworkGuard:
    """Decides about addresses. `allowed` are networks in CIDR notation that are let through."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = tuple(ip_network(network, strict=False) for network in allowed)

    def permits(self, text: str) -> bool:
        """Whether we may connect to this address."""
        address = _inner(ip_address(text.split("%", 1)[0]))
        if any(address in network for network in self._allowed):
            return True
        return address.is_global and not address.is_multicast

    def choose(self, host: str, addresses: Sequence[str]) -> str:
        """The address to connect to; RejectedError when none is permitted."""
        for address in addresses:
            if self.permits(address):
                return address
        raise RejectedError(
            format_lazy(
                _(
                    "“{host}” is an address inside a private network, and Enishi does not "
                    "connect to those. If this is your own server, the operator can allow its "
                    "network with ENISHI_ALLOWED_NETWORKS."
                ),
                host=host,
            ),
            field="service_url",
            detail=", ".join(addresses),
        )
