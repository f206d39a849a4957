"""Who may look at what asks for no sign-in: whoever is at the server's own machine.

A request counts as local when it comes from loopback, names a loopback host (a web page elsewhere cannot borrow the
browser of somebody on this machine) and was not passed on by a proxy, which says so in a header or, as nginx without
settings does, speaks HTTP/1.0 as no browser does. `desk_open = true` lifts all of it;
the pages then count cases and list none.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

DESK_REFUSED = "E-DESK"
"""Stable code of the refusal."""

_PASSED_ON = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-forwarded-server",
    "x-real-ip",
    "via",
)


@dataclass(frozen=True, slots=True)
class DeskAccess:
    """Who may look at the desk.

    Attributes:
        is_open: the setting `desk_open`: anybody who reaches the server may look; cases are then counted only.
    """

    is_open: bool = False

    def admits(self, client: str, headers: Mapping[str, str], *, http_version: str) -> bool:
        """Tell whether a request may see the desk.

        Args:
            client: address of the peer; empty when it is not known.
            headers: of the request, names in lower case or in any case where the mapping does not mind.
        """
        if self.is_open:
            return True
        return (
            is_loopback(client)
            and is_loopback(host_name(headers.get("host", "")))
            and not any(name in headers for name in _PASSED_ON)
            and http_version != "1.0"
        )


def host_name(host: str) -> str:
    """Return the name or address of a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Tell whether a name or address is this machine by its form; nothing is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
