"""The way to the gateway, hop by hop, as far as it goes: link, name, connection, TLS, our certificate, its health.

Nothing is asked about anybody: `GET /health` and no more. Each step has its own time limit, all of them some 14 s.
"""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from terminal.doctor.certificates import check_own_certificate
from terminal.doctor.connection import (
    Blocked,
    Closed,
    NotResolved,
    Resolve,
    connected,
    resolved,
    shaken_hands,
    system_resolve,
)
from terminal.doctor.hops import Cause, Finding, Hop, found
from terminal.doctor.http_answer import Fetched, fetch
from terminal.doctor.moment import compared, said_in
from terminal.doctor.service_health import judged
from terminal.ports import Clock

HOPS: Final = (Hop.CLOCK, Hop.DNS, Hop.TLS, Hop.OWN_CERTIFICATE, Hop.GATEWAY, Hop.UPSTREAM)
HTTPS_PORT: Final = 443

_VERIFICATION: Final = {  # X509_V_ERR_… of OpenSSL's x509_vfy.h
    9: Cause.TLS_NOT_YET,
    10: Cause.TLS_ENDED,
    62: Cause.TLS_NAME_WRONG,  # host name
    64: Cause.TLS_NAME_WRONG,  # IP address
}


@dataclass(frozen=True)
class LineEnd:
    """Where the line goes, and with what. `health_path` is asked in place of the address's own path.

    A service other than our gateway does not tell how it is: that it answers has to be enough.
    """

    url: str
    ca_file: Path
    certificate: Path
    key: Path
    health_path: str = "/health"
    tells_health: bool = True


def check_line(end: LineEnd, clock: Clock, resolve: Resolve = system_resolve) -> Iterator[Finding]:
    """One finding a hop, up to the first that is broken."""
    own = check_own_certificate(end.certificate, end.key, clock)
    if own is not None:
        yield own
    try:
        address = urlsplit(end.url)
        host = address.hostname or ""
        places = resolved(host, address.port or HTTPS_PORT, resolve)
    except ValueError:  # no address at all
        yield found(Cause.NAME_UNKNOWN)
        return
    except NotResolved as error:
        yield found(Cause.NAME_SERVER_SILENT if error.is_silent else Cause.NAME_UNKNOWN)
        return
    yield found(Cause.NAME_RESOLVED)
    try:
        tls = ssl.create_default_context(cafile=str(end.ca_file))
    except OSError as error:
        yield found(Cause.TLS_AUTHORITY_UNUSABLE, type(error).__name__)
        return
    if own is None or own.cause is not Cause.CERTIFICATE_UNUSABLE:
        tls.load_cert_chain(end.certificate, end.key)
    try:
        line = connected(places)
    except Closed:
        yield found(Cause.GATEWAY_CLOSED)
        return
    except Blocked:
        yield found(Cause.WAY_BLOCKED)
        return
    with line:
        try:
            secured = shaken_hands(line, tls, host)
        except ssl.SSLCertVerificationError as error:
            yield found(_VERIFICATION.get(error.verify_code, Cause.TLS_UNTRUSTED), str(error.verify_code))
            return
        except (OSError, EOFError) as error:
            yield _handshake_failure(error)
            return
    with secured:
        yield found(Cause.TLS_TRUSTED)
        yield from _asked(fetch(secured, host, end.health_path), clock, tells_health=end.tells_health)


def _handshake_failure(error: Exception) -> Finding:
    """TLS 1.2 refuses our certificate within the handshake; a plain web server answers it with what is no TLS."""
    match error:
        case TimeoutError():
            return found(Cause.GATEWAY_SILENT)
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | ConnectionError() | EOFError():
            return found(Cause.GATEWAY_HUNG_UP)
        case ssl.SSLError() if is_refusal(error):
            return found(Cause.CERTIFICATE_REFUSED, error.reason or "")
        case ssl.SSLError():
            return found(Cause.TLS_NOT_SPOKEN, error.reason or "")
        case _:
            return found(Cause.GATEWAY_HUNG_UP)


def is_refusal(error: ssl.SSLError) -> bool:
    """Whether an alert is about our certificate (RFC 8446, 6.2)."""
    reason = error.reason or ""
    return "ALERT" in reason and any(word in reason for word in ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED"))


def _asked(fetched: Fetched, clock: Clock, *, tells_health: bool) -> Iterator[Finding]:
    if isinstance(fetched.failure, ssl.SSLError) and is_refusal(fetched.failure):
        yield found(Cause.CERTIFICATE_REFUSED, fetched.failure.reason or "")
        return
    yield found(Cause.CERTIFICATE_TAKEN)
    theirs = said_in(fetched.date)
    if theirs is not None:
        yield compared(clock.now(), theirs)
    if fetched.status == HTTPStatus.OK and not fetched.is_cut_short and not tells_health:
        yield found(Cause.GATEWAY_WITHOUT_HEALTH)
    else:
        yield from judged(fetched)
