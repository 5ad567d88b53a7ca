"""Whether this machine is on a network, as the kernel says (Linux: proc(5), sysfs `/sys/class/net`)."""

from pathlib import Path
from typing import Final

from terminal.doctor.hops import Cause, Finding, found

INTERFACES: Final = Path("/sys/class/net")
ROUTES: Final = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))
_LOOPBACK: Final = "lo"
_UP: Final = ("up", "unknown")  # some drivers never say (Documentation/networking/operstates)


def check_lan(*, interfaces: Path = INTERFACES, routes: tuple[Path, ...] = ROUTES) -> Finding:
    """Whether a cable or a radio carries something, and a route leads anywhere."""
    if not any(_is_up(each) for each in _listed(interfaces) if each.name != _LOOPBACK):
        return found(Cause.LAN_DOWN)
    if not any(_leads_out(path) for path in routes):
        return found(Cause.LAN_WITHOUT_ROUTE)
    return found(Cause.LAN_UP)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # no such thing on this system: let the connection tell
        return []


def _is_up(interface: Path) -> bool:
    try:
        return (interface / "operstate").read_text("ascii").strip() in _UP
    except (OSError, ValueError):
        return False


def _leads_out(table: Path) -> bool:
    """Whether a route goes over an interface that is not the loopback; IPv4 names it first, IPv6 last."""
    try:
        rows = [line.split() for line in table.read_text("ascii").splitlines()]
    except (OSError, ValueError):
        return False
    names = {row[0] if table.name == "route" else row[-1] for row in rows if row and row[0] != "Iface"}
    return bool(names - {_LOOPBACK})
