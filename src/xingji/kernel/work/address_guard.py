"""Which addresses messages and webhooks may reach. Owns the judgement; opens no connection.

A name is resolved once, every address it has is judged, and the caller connects to that very address, so that a
name cannot answer differently a moment later. Hosts written as numbers in any but the plain form are refused
before anybody resolves them.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from xingji.kernel.core.errors import ErrorKind, XingjiError

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

OPEN_PORTS = frozenset({80, 443, 25, 465, 587})
FIRST_FREE_PORT = 1024

_FORBIDDEN_4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # the host of an Azure machine answers here, on a public address
    )
]  # fmt: skip
# Only global unicast is let through; of it, everything that carries another address inside is refused.
_GLOBAL_6 = IPv6Network("2000::/3")
_FORBIDDEN_6 = [
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "3ffe::/16")
]
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_INNER_NAMES = re.compile(
    r"(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa|in-addr\.arpa|ip6\.arpa"
    r"|svc|cluster\.local|test|example|invalid|onion)$"
)
_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_NUMBER = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$")


class AddressRefused(XingjiError):
    """The address may not be reached. `reason`: scheme | spelling | name | port | address | unresolvable."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__("outbound.address_refused", ErrorKind.FORBIDDEN, host=host, reason=reason)
        self.reason = reason


def forbidden_address(address: Address) -> bool:
    """Whether an address is loopback, private, link-local, shared, reserved, multicast or hides another one."""
    if isinstance(address, IPv4Address):
        return any(address in network for network in _FORBIDDEN_4)
    if address not in _GLOBAL_6 or address.scope_id is not None:
        return True
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return True
    return any(address in network for network in _FORBIDDEN_6)


def literal_address(host: str) -> Address | None:
    """The address a host spells plainly; None for a name. Raises: AddressRefused for any other way to write numbers."""
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        address = ip_address(bare)
    except ValueError:
        last = bare.rstrip(".").rsplit(".", 1)[-1].lower()
        if ":" in bare or _NUMBER.match(last):
            raise AddressRefused(host, "spelling") from None
        return None
    return address


class AddressGuard:
    """Judges hosts and ports; `allow` names the exceptions: "127.0.0.1:8125", "10.1.2.3", "10.1.0.0/16"."""

    def __init__(self, allow: Sequence[str] = (), resolve: Resolve | None = None) -> None:
        self._resolve = resolve or resolve_name
        self._networks: list[tuple[IPv4Network | IPv6Network, int | None]] = []
        for entry in filter(None, (text.strip() for text in allow)):
            network, port = _allowed(entry)
            self._networks.append((network, port))

    def check_host(self, host: str, port: int) -> None:
        """Refuses what can be refused without asking a name server. Raises: AddressRefused."""
        address = literal_address(host)
        if address is not None:
            self._check_address(host, address, port)
            return
        name = host.lower().rstrip(".")
        if len(name) > 253 or not name or not all(_LABEL.match(label) for label in name.split(".")):
            raise AddressRefused(host, "spelling")
        if "." not in name or _INNER_NAMES.search(name):
            raise AddressRefused(host, "name")
        self._check_port(host, port)

    async def address_of(self, host: str, port: int) -> str:
        """The one address to connect to. Every address of the name must be allowed. Raises: AddressRefused."""
        self.check_host(host, port)
        literal = literal_address(host)
        if literal is not None:
            return str(literal)
        try:
            found = [ip_address(text.partition("%")[0]) for text in await self._resolve(host, port)]
        except (OSError, ValueError) as error:
            raise AddressRefused(host, "unresolvable") from error
        if not found:
            raise AddressRefused(host, "unresolvable")
        for address in found:
            self._check_address(host, address, port)
        return str(found[0])

    def _check_address(self, host: str, address: Address, port: int) -> None:
        for network, only in self._networks:
            if address.version == network.version and address in network and only in (None, port):
                return
        if forbidden_address(address):
            raise AddressRefused(host, "address")
        self._check_port(host, port)

    @staticmethod
    def _check_port(host: str, port: int) -> None:
        if port not in OPEN_PORTS and not FIRST_FREE_PORT <= port <= 65535:
            raise AddressRefused(host, "port")


async def resolve_name(host: str, port: int) -> list[str]:
    """All addresses of a name, as the system's resolver orders them."""
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _allowed(entry: str) -> tuple[IPv4Network | IPv6Network, int | None]:
    host, _, port = entry.rpartition(":")
    if host and port.isdigit() and (host.count(":") == 0 or host.startswith("[")):
        return ip_network(host.strip("[]"), strict=False), int(port)
    return ip_network(entry.strip("[]"), strict=False), None
