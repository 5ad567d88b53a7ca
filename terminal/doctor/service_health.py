"""What the gateway's answer to `GET /health` means for it and for the service behind it. Pure."""

import json
from collections.abc import Iterator
from typing import Final

from terminal.doctor.hops import Cause, Finding, found
from terminal.doctor.http_answer import Fetched
from terminal.problems import Problem

OLD_SECONDS: Final = 60  # a question that waits for longer is one of a queue

_STATUSES: Final = {
    401: Cause.GATEWAY_REFUSES_DESK,
    403: Cause.GATEWAY_REFUSES_DESK,
    404: Cause.GATEWAY_ELSEWHERE,
    405: Cause.GATEWAY_WITHOUT_HEALTH,
    501: Cause.GATEWAY_WITHOUT_HEALTH,
    429: Cause.GATEWAY_BUSY,
    503: Cause.GATEWAY_NOT_READY,
}
_UPSTREAM: Final = {
    Problem.LINE_DOWN: Cause.UPSTREAM_DOWN,
    Problem.SERVICE_SILENT: Cause.UPSTREAM_SILENT,
    Problem.SERVICE_BUSY: Cause.UPSTREAM_QUEUE,
    Problem.SERVICE_STILL_RUNNING: Cause.UPSTREAM_QUEUE,
    Problem.SERVICE_HUNG_UP: Cause.UPSTREAM_UNTRUSTED,
    Problem.SERVICE_UNTRUSTED: Cause.UPSTREAM_UNTRUSTED,
    Problem.LINE_CERTIFICATE_UNUSABLE: Cause.UPSTREAM_UNTRUSTED,
    Problem.SERVICE_REFUSED: Cause.UPSTREAM_REFUSES,
    Problem.SERVICE_UNREADABLE: Cause.UPSTREAM_GARBLED,
}


def judged(fetched: Fetched) -> Iterator[Finding]:
    """The gateway first; the service behind it only where the gateway tells of it."""
    if not fetched.has_begun:
        late = isinstance(fetched.failure, TimeoutError)
        yield found(Cause.GATEWAY_SILENT if late else Cause.GATEWAY_HUNG_UP)
    elif fetched.is_cut_short:
        yield found(Cause.GATEWAY_SLOW)
    elif fetched.status in _STATUSES:
        yield found(_STATUSES[fetched.status], f"HTTP {fetched.status}")
    elif fetched.status >= 500:
        yield found(Cause.GATEWAY_FAILED, f"HTTP {fetched.status}")
    elif fetched.status != 200:
        yield found(Cause.GATEWAY_GARBLED, f"HTTP {fetched.status}" if fetched.status else "no HTTP")
    else:
        yield from _told(fetched.body)


def _told(untrusted_body: bytes) -> Iterator[Finding]:
    try:
        health = json.loads(untrusted_body)
    except (ValueError, RecursionError):
        health = None
    if not isinstance(health, dict) or health.get("ready") is not True:
        yield found(Cause.GATEWAY_GARBLED, "health")
        return
    yield found(Cause.GATEWAY_READY)
    latest, oldest = health.get("latest_problem"), health.get("oldest_seconds")
    if isinstance(latest, str) and latest:
        is_known = latest in Problem._value2member_map_
        yield found(_UPSTREAM.get(Problem(latest), Cause.UPSTREAM_GARBLED) if is_known else Cause.UPSTREAM_GARBLED)
    elif isinstance(oldest, int) and oldest > OLD_SECONDS:
        yield found(Cause.UPSTREAM_QUEUE, f"{oldest} s")
    else:
        yield found(Cause.UPSTREAM_ANSWERS)
