"""The gateway's HTTPS server: uvicorn with client certificates. The only file that imports uvicorn.

Law: whoever shows no certificate of the site's authority gets no byte of HTTP; who asks is the name in the certificate
and nothing that a request says. Nothing of a request is ever logged.
"""

import asyncio
import errno
import socket
import ssl
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from terminal.problems import Problem, TerminalError

BACKLOG = 1024  # kiosks that come at once after an outage
KEEP_ALIVE_SECONDS = 120  # a line that stays open spares the next patient a handshake


class KioskProtocol(HttpToolsProtocol):
    """HTTP/1.1 that tells the application who is at the other end: `state["terminal"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Reads the name when the handshake is done; each connection has a state of its own from then on."""
        self.app_state = self.app_state | {"terminal": terminal_of(transport.get_extra_info("peercert"))}
        super().connection_made(transport)


class GatewayServer:
    """Serves an application until `stop`. `port` is where it listens. Raises `CONFIGURATION_WRONG`."""

    def __init__(self, app: Starlette, tls: ssl.SSLContext, host: str, port: int, grace_seconds: float) -> None:
        try:
            self._listener = socket.create_server((host, port), backlog=BACKLOG)
        except OSError as error:
            raise TerminalError(Problem.CONFIGURATION_WRONG, _not_listening(host, port, error)) from error
        self.port: int = self._listener.getsockname()[1]
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=KioskProtocol,
                ssl_context_factory=lambda _config, _default: tls,
                lifespan="off",
                ws="none",
                loop="asyncio",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=max(1, round(grace_seconds)),
            )
        )

    def run(self) -> None:
        """Serves; ends gracefully after `stop`, SIGTERM or SIGINT."""
        try:
            self._server.run(sockets=[self._listener])
        finally:
            self._listener.close()

    def stop(self) -> None:
        """Takes no more connections, and lets those under way have their answers."""
        self._server.should_exit = True


def _not_listening(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        first = f"port {port} is taken: another gateway runs on this machine, or another program listens there"
        return f"{first}. End that one, or set another [gateway] port, and the same in the url of each desk"
    return f"[gateway] host, port: cannot listen on {host}:{port}: {error.strerror}"


def terminal_of(certificate: object) -> str:
    """The one common name of a checked certificate as `ssl` gives it; empty where there is not just one."""
    subject = certificate.get("subject", ()) if isinstance(certificate, dict) else ()
    names = [value for parts in subject for name, value in parts if name == "commonName"]
    return names[0] if len(names) == 1 else ""


def tls_for_kiosks(certificate: Path, key: Path, ca_file: Path, crl_file: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, with a client certificate or not at all. Raises `LINE_CERTIFICATE_UNUSABLE`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(ca_file)
        if crl_file is not None:
            context.load_verify_locations(crl_file)
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except OSError as error:  # ssl.SSLError is one
        raise TerminalError(Problem.LINE_CERTIFICATE_UNUSABLE, "certificates of the gateway") from error
    return context
