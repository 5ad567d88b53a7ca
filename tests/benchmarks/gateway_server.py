"""A gateway with a service that answers at once, or a bare ASGI echo, each behind the same HTTPS server.

    python gateway_server.py gateway|echo FOLDER CERTIFICATE KEY CA

Says `listening PORT`, and ends with its standard input.
"""

import secrets
import sys
import threading
from datetime import timedelta
from pathlib import Path

from kiosks import INSTITUTION, Registry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from offline_cache.job_file import open_job_file
from terminal.clock import SystemClock
from terminal.gateway.gateway import Gateway
from terminal.gateway.jobs import Jobs
from terminal.gateway.server import GatewayServer, tls_for_kiosks
from terminal.gateway.service import PATH, service

LANES = 4
KEPT = timedelta(hours=1)
ANSWER_SECONDS = 30.0


async def echo(request: Request) -> Response:
    return Response(await request.body(), media_type="application/xml")


def main() -> None:
    what, folder, certificate, key, ca = sys.argv[1], *map(Path, sys.argv[2:])
    tls = tls_for_kiosks(certificate, key, ca, None)
    if what == "echo":
        serve(GatewayServer(Starlette(routes=[Route(PATH, echo, methods=["POST"])]), tls, "127.0.0.1", 0, 1))
        return
    jobs = Jobs(open_job_file(folder, secrets.token_bytes(32)), secrets.token_bytes(32))
    gateway = Gateway(jobs, [Registry()] * LANES, INSTITUTION, SystemClock(), KEPT)
    try:
        serve(GatewayServer(service(gateway, ANSWER_SECONDS), tls, "127.0.0.1", 0, 1))
    finally:
        gateway.close()


def serve(server: GatewayServer) -> None:
    print("listening", server.port, flush=True)
    threading.Thread(target=stop_at_the_end, args=(server,), daemon=True).start()
    server.run()


def stop_at_the_end(server: GatewayServer) -> None:
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
