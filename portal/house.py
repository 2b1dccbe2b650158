"""The addresses of the house network: what ./run --lan listens on, and what may be reached without encryption."""

import fcntl
import ipaddress
import socket
import struct

NETWORKS = [ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
SIOCGIFADDR = 0x8915


def is_house(host: str) -> bool:
    """Whether it is an address of a private network (RFC 1918); never a name, and never this machine's own."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in NETWORKS if network.version == address.version)


def own_addresses() -> list[str]:
    """The addresses of this machine in the house, in the order of its network cards."""
    found = [address_of(name) for _, name in socket.if_nameindex()]
    return list(dict.fromkeys(address for address in found if is_house(address)))


def address_of(card: str) -> str:
    """The IPv4 address of a network card, "" when it has none or is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            answer = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", card.encode()[:15]))
        except OSError:
            return ""
    return socket.inet_ntoa(answer[20:24])
